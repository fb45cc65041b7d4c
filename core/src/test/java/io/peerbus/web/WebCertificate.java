package io.peerbus.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A new certificate that vouches for itself, made by the JDK's keytool, and its key. */
public record WebCertificate(PrivateKey key, X509Certificate certificate) {

  private static final String PASSWORD = "in a test";

  /** @param algorithm {@code EC} or {@code RSA}; {@code names} as in {@code ip:127.0.0.1,dns:localhost} */
  public static WebCertificate make(Path folder, String algorithm, String names) {
    Path store = folder.resolve("web-" + algorithm + "-" + Integer.toHexString(names.hashCode()) + ".p12");
    run(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
        "-alias", "web", "-keyalg", algorithm, "-dname", "CN=test", "-ext", "san=" + names, "-validity", "10",
        "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      return new WebCertificate((PrivateKey) keys.getKey("web", PASSWORD.toCharArray()),
          (X509Certificate) keys.getCertificate("web"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(
          ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
      String said = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError("keytool: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** As in the file of a web server. */
  public String certificatePem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** In PKCS #8. */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** Writes both, the key for its owner alone. */
  public void write(Path certificateFile, Path keyFile) {
    try {
      Files.writeString(certificateFile, certificatePem());
      Files.writeString(keyFile, keyPem());
      keyFile.toFile().setReadable(false, false);
      keyFile.toFile().setReadable(true, true);
      keyFile.toFile().setWritable(false, false);
      keyFile.toFile().setWritable(true, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(String label, byte[] bytes) {
    return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END " + label + "-----\n";
  }
}
