package io.peerbus.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.secure.HandshakeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The certificates of the spec, and our own. */
class CertificatesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final SecureRandom random = new SecureRandom();

  private static String vector(String name) throws Exception {
    Properties vectors = new Properties();
    try (InputStream in = CertificatesTest.class.getResourceAsStream("certificates.properties")) {
      vectors.load(in);
    }
    return vectors.getProperty(name);
  }

  private static X509Certificate certificate(byte[] bytes) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(bytes));
  }

  private static String refused(X509Certificate certificate, Instant now) {
    return assertThrows(HandshakeException.class, () -> Certificates.check(certificate, now)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "secp256k1"})
  void theSpecsCertificatesNameTheirPeers(String name) throws Exception {
    X509Certificate certificate = certificate(HexFormat.of().parseHex(vector(name)));
    assertEquals(vector(name + ".peer"), Certificates.check(certificate, NOW).peerId().toString());
  }

  @Test
  void theSpecsInvalidCertificateIsRefused() throws Exception {
    X509Certificate certificate = certificate(HexFormat.of().parseHex(vector("invalid")));
    assertTrue(refused(certificate, NOW).endsWith("did not sign the key of its certificate"));
  }

  private X509Certificate ours(KeyPair identity) throws Exception {
    return Certificates.make(identity, keys(), NOW, random);
  }

  private java.security.KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256, random);
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, names = {"ED25519", "SECP256K1"})
  void oursNamesUs(KeyType type) throws Exception {
    KeyPair identity = KeyPair.generate(type, random);
    X509Certificate certificate = ours(identity);
    assertEquals(identity.publicKey(), Certificates.check(certificate, NOW));
    assertEquals(Set.of(Certificates.EXTENSION), certificate.getNonCriticalExtensionOIDs());
    assertEquals(Set.of(), certificate.getCriticalExtensionOIDs());
    assertEquals(3, certificate.getVersion());
    assertTrue(certificate.getSerialNumber().signum() > 0);
  }

  @Test
  void itIsValidFromAnHourAgoForAHundredYears() throws Exception {
    X509Certificate certificate = ours(KeyPair.generate(KeyType.ED25519, random));
    Certificates.check(certificate, NOW.minus(Duration.ofMinutes(59)));
    Certificates.check(certificate, NOW.plus(Duration.ofDays(36_499)));
    assertTrue(refused(certificate, NOW.minus(Duration.ofMinutes(61))).startsWith("the certificate is valid from "));
    assertTrue(refused(certificate, NOW.plus(Duration.ofDays(36_501))).startsWith("the certificate is valid from "));
  }

  /** Each single bit that is flipped makes it a certificate of nobody, or the same one. */
  @Test
  void noChangedByteIsTakenForAnotherPeer() throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, random);
    byte[] good = ours(identity).getEncoded();
    int refused = 0;
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      try {
        assertEquals(identity.publicKey(), Certificates.check(certificate(bad), NOW), "byte " + at);
      } catch (HandshakeException | java.security.cert.CertificateException e) {
        refused++;
      }
    }
    assertTrue(refused > good.length * 9 / 10, refused + " of " + good.length);
  }

  @Test
  void oneOfAnotherKindIsRefused() throws Exception {
    java.security.KeyPair keys = keys();
    assertEquals("the certificate names no peer: it is not libp2p's",
        refused(new TestCertificate(keys).build(random), NOW));
    assertTrue(refused(new TestCertificate(keys).extension("2.5.29.19", true, new byte[] {0x30, 0}).build(random), NOW)
        .startsWith("the certificate has critical extensions that are not known here: "));
    assertTrue(refused(new TestCertificate(keys).extension("1.2.3", false, new byte[5_000]).build(random), NOW)
        .contains("where at most 4096 are allowed"));
    assertTrue(refused(new TestCertificate(keys).extension(Certificates.EXTENSION, false, new byte[3]).build(random),
        NOW).startsWith("the certificate is broken: "));
  }

  /** The identity vouches for the key, but somebody else made the certificate around it. */
  @Test
  void oneThatItsOwnKeyDidNotSignIsRefused() throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, random);
    java.security.KeyPair keys = keys();
    X509Certificate good = Certificates.make(identity, keys, NOW, random);
    X509Certificate forged = new TestCertificate(keys).signer(keys())
        .extension(Certificates.EXTENSION, false, TestCertificate.content(good)).build(random);
    assertTrue(refused(forged, NOW).startsWith("the certificate is broken: "));
    X509Certificate other = new TestCertificate(keys).extension(Certificates.EXTENSION, true,
        TestCertificate.content(good)).extension("1.2.3", false, new byte[3]).build(random);
    assertEquals(identity.publicKey(), Certificates.check(other, NOW), "critical or not, and others beside it");
  }
}
