package io.peerbus.launcher.data;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.launcher.config.NodeConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the config's {@code websocket} names, read from files as web servers have them.
 *
 * @param keyOrNull of the first of {@code chain}; {@code null} when there is none
 * @param chain the certificate, then those that lead to its issuer
 * @param trusted who may vouch for the nodes that are dialled; none for whom the JDK trusts
 */
public record WebFiles(PrivateKey keyOrNull, List<X509Certificate> chain, List<X509Certificate> trusted) {

  /** So much is read of a file: one that was named by mistake may be a film. */
  private static final long MAX_FILE = 1 << 20;

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([\\s\\S]*?)-----END [A-Z0-9 ]*PRIVATE KEY-----");

  /**
   * Reads what a config names. Blocks.
   *
   * @param folder what relative paths are relative to
   * @throws StartException when a file is missing or no such file, or the key is not the certificate's
   */
  public static WebFiles load(NodeConfig config, Path folder) throws StartException {
    Optional<Path> certificate = config.webSocketFile("certificate").map(folder::resolve);
    Optional<Path> key = config.webSocketFile("key").map(folder::resolve);
    Optional<Path> trust = config.webSocketFile("trust").map(folder::resolve);
    List<X509Certificate> trusted = trust.isEmpty() ? List.of() : certificates("websocket.trust", trust.get());
    if (certificate.isEmpty() || key.isEmpty()) {
      return new WebFiles(null, List.of(), trusted);
    }
    List<X509Certificate> chain = certificates("websocket.certificate", certificate.get());
    return new WebFiles(key("websocket.key", key.get(), chain.get(0), certificate.get()), chain, trusted);
  }

  private static List<X509Certificate> certificates(String what, Path file) throws StartException {
    byte[] bytes = read(what, file);
    try {
      List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes)).stream().map(X509Certificate.class::cast).toList();
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException e) {
      throw wrong(what, file, "has no certificate that Java can read, it must be PEM: " + e.getMessage(), e);
    }
    throw wrong(what, file, "has no certificate in it, it must be PEM: -----BEGIN CERTIFICATE-----", null);
  }

  private static PrivateKey key(String what, Path file, X509Certificate certificate, Path ofCertificate)
      throws StartException {
    try {
      PrivateFile.check(file, what, "close it with: chmod 600 " + file);
    } catch (IOException e) {
      throw wrong(what, file, "cannot be read: " + e, e);
    }
    String text = new String(read(what, file), StandardCharsets.ISO_8859_1);
    Matcher pem = KEY.matcher(text);
    if (!pem.find()) {
      throw wrong(what, file, "has no private key in it, it must be PEM: -----BEGIN PRIVATE KEY-----", null);
    }
    if (!pem.group(1).isEmpty()) {
      boolean closed = pem.group(1).startsWith("ENCRYPTED") || pem.group(2).contains("ENCRYPTED");
      throw wrong(what, file, "has " + (closed ? "an encrypted key" : "a key of an older form")
          + "; make a plain one with: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out key.pem", null);
    }
    try {
      String algorithm = certificate.getPublicKey().getAlgorithm();
      PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(2))));
      if (isOf(key, certificate)) {
        return key;
      }
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      throw wrong(what, file, "is no " + certificate.getPublicKey().getAlgorithm() + " key, as the certificate in "
          + ofCertificate + " needs it", e);
    } catch (GeneralSecurityException e) {
      throw wrong(what, file, "cannot be used: " + e.getMessage(), e);
    }
    throw wrong(what, file, "is not the key of the certificate in " + ofCertificate
        + "; the first certificate there must be the node's own", null);
  }

  /** Whether what the one signs the other one vouches for. */
  private static boolean isOf(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
    String algorithm = key.getAlgorithm();
    String signing = switch (algorithm.toUpperCase(Locale.ROOT)) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> algorithm;
    };
    byte[] sample = {1, 2, 3};
    Signature signer = Signature.getInstance(signing);
    signer.initSign(key);
    signer.update(sample);
    Signature verifier = Signature.getInstance(signing);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(sample);
    return verifier.verify(signer.sign());
  }

  private static byte[] read(String what, Path file) throws StartException {
    try {
      if (!Files.isRegularFile(file)) {
        throw wrong(what, file, Files.exists(file) ? "is not a file" : "does not exist", null);
      }
      if (Files.size(file) > MAX_FILE) {
        throw wrong(what, file, "is larger than " + MAX_FILE + " bytes", null);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw wrong(what, file, "cannot be read: " + e, e);
    }
  }

  private static StartException wrong(String what, Path file, String message, Exception causeOrNull) {
    return new StartException(Exit.DATA, what + ": " + file + " " + message, causeOrNull);
  }
}
