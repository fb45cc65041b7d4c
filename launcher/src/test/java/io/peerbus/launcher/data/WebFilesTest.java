package io.peerbus.launcher.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.web.WebCertificate;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebFilesTest {

  @TempDir
  private static Path made;
  private static WebCertificate ec;
  private static WebCertificate other;
  private static WebCertificate rsa;

  @TempDir
  private Path folder;

  @BeforeAll
  static void make() {
    ec = WebCertificate.make(made, "EC", "ip:127.0.0.1");
    other = WebCertificate.make(made, "EC", "ip:127.0.0.2");
    rsa = WebCertificate.make(made, "RSA", "ip:127.0.0.1");
  }

  private WebFiles load(JsonObject files) throws StartException {
    try {
      return WebFiles.load(NodeConfig.of("test", new JsonObject().put("websocket", files), folder), folder);
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }

  private WebFiles load() throws StartException {
    return load(new JsonObject().put("certificate", "cert.pem").put("key", folder.resolve("key.pem").toString()));
  }

  private String refusal() {
    StartException error = assertThrows(StartException.class, this::load);
    assertEquals(Exit.DATA, error.exit());
    return error.getMessage();
  }

  private void write(String certificates, String key) throws IOException {
    Files.writeString(folder.resolve("cert.pem"), certificates);
    Files.writeString(folder.resolve("key.pem"), key);
    Files.setPosixFilePermissions(folder.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aCertificateAndItsKeyAreRead() throws Exception {
    for (WebCertificate one : List.of(ec, rsa)) {
      write("of the node\n" + one.certificatePem() + other.certificatePem(), "the key\n" + one.keyPem());
      WebFiles files = load();
      assertEquals(List.of(one.certificate(), other.certificate()), files.chain());
      assertEquals(one.key(), files.keyOrNull());
      assertEquals(List.of(), files.trusted());
    }
  }

  @Test
  void whomToTrustNeedsNoCertificateOfOnesOwn() throws Exception {
    Files.writeString(folder.resolve("ca.pem"), rsa.certificatePem() + ec.certificatePem());
    WebFiles files = load(new JsonObject().put("trust", "ca.pem"));
    assertEquals(List.of(rsa.certificate(), ec.certificate()), files.trusted());
    assertNull(files.keyOrNull());
    assertEquals(new WebFiles(null, List.of(), List.of()), load(new JsonObject()));
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    assertEquals("websocket.certificate: " + certificate + " does not exist", refusal());
    Files.createDirectory(certificate);
    assertEquals("websocket.certificate: " + certificate + " is not a file", refusal());
    Files.delete(certificate);
    Files.writeString(certificate, ec.certificatePem());
    assertEquals("websocket.key " + key + " does not exist", refusal());
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws Exception {
    write(ec.certificatePem(), ec.keyPem());
    Path key = folder.resolve("key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals("websocket.key " + key + " is open to other users of this machine (mode rw-r-----); close it with: "
        + "chmod 600 " + key, refusal());
  }

  @Test
  void theKeyOfAnotherCertificateIsNoticed() throws Exception {
    String key = "websocket.key: " + folder.resolve("key.pem");
    write(ec.certificatePem(), other.keyPem());
    assertEquals(key + " is not the key of the certificate in " + folder.resolve("cert.pem")
        + "; the first certificate there must be the node's own", refusal());
    write(ec.certificatePem(), rsa.keyPem());
    assertEquals(key + " is no EC key, as the certificate in " + folder.resolve("cert.pem") + " needs it", refusal());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "'' | has no private key in it",
      "-----BEGIN PRIVATE KEY-----MC4= | has no private key in it",
      "-----BEGIN PRIVATE KEY-----!-----END PRIVATE KEY----- | is no EC key",
      "-----BEGIN RSA PRIVATE KEY-----MC4=-----END RSA PRIVATE KEY----- | has a key of an older form; make a plain one",
      "-----BEGIN EC PRIVATE KEY-----Proc-Type: 4,ENCRYPTED=-----END EC PRIVATE KEY----- | has an encrypted key; make",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----MC4=-----END ENCRYPTED PRIVATE KEY----- | has an encrypted key; make",
  })
  void whatIsNoKeyIsRefusedWithItsReason(String text, String reason) throws Exception {
    write(ec.certificatePem(), text);
    assertTrue(refusal().startsWith("websocket.key: " + folder.resolve("key.pem") + " " + reason), refusal());
  }

  @Test
  void whatIsNoCertificateIsRefusedWithItsReason() throws Exception {
    for (String text : List.of("", "hello", ec.keyPem())) {
      write(text, ec.keyPem());
      assertTrue(refusal().contains("cert.pem has no certificate"), refusal());
      assertTrue(refusal().contains("must be PEM"), refusal());
    }
    write("x".repeat((1 << 20) + 1), ec.keyPem());
    assertTrue(refusal().endsWith("is larger than 1048576 bytes"), refusal());
  }
}
