package io.peerbus.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.secure.HandshakeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The certificates of the spec, and our own. */
class CertificatesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final SecureRandom random = new SecureRandom();

  @BeforeAll
  static void readAsTheEngineDoes() {
    CertificateProvider.install();
  }

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
      } catch (HandshakeException | CertificateException e) {
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

  private static java.security.KeyPair keys(String algorithm, AlgorithmParameterSpec form) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(form);
    return generator.generateKeyPair();
  }

  private static AlgorithmIdentifier algorithm(String id) {
    return new AlgorithmIdentifier(new ASN1ObjectIdentifier(id));
  }

  /** As other implementations may make them; all of those we meet take P-256. */
  @Test
  void otherGoodKeysAreTaken() throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, random);
    TestCertificate p384 = new TestCertificate(keys("EC", new ECGenParameterSpec("secp384r1")))
        .signedBy(algorithm("1.2.840.10045.4.3.3"), "SHA384withECDSA");
    TestCertificate rsa = new TestCertificate(keys("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)))
        .signedBy(algorithm("1.2.840.113549.1.1.11"), "SHA256withRSA");
    TestCertificate ed25519 = new TestCertificate(keys("Ed25519", NamedParameterSpec.ED25519))
        .signedBy(algorithm("1.3.101.112"), "Ed25519");
    for (TestCertificate certificate : List.of(p384, rsa, ed25519)) {
      certificate.of(identity, true);
      assertEquals(identity.publicKey(), Certificates.check(certificate.build(random), NOW));
      assertEquals(identity.publicKey(), Certificates.check(certificate.names("", "").build(random), NOW));
    }
  }

  /** SEC-02: an exponent of full size takes a third of a second. The spec forbids hashes of less than 256 bits. */
  @Test
  void weakKeysAndSignaturesAndSuchAsTakeLongAreRefused() throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, random);
    BigInteger exponent = BigInteger.ONE.shiftLeft(40).add(BigInteger.valueOf(15));
    for (RSAKeyGenParameterSpec form : List.of(new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4),
        new RSAKeyGenParameterSpec(2048, exponent))) {
      X509Certificate rsa = new TestCertificate(keys("RSA", form)).of(identity, false)
          .signedBy(algorithm("1.2.840.113549.1.1.11"), "SHA256withRSA").build(random);
      assertEquals("the certificate has a key of a kind that is not allowed: RSA", refused(rsa, NOW));
    }
    X509Certificate sha1 = new TestCertificate(keys()).of(identity, false)
        .signedBy(algorithm("1.2.840.10045.4.1"), "SHA1withECDSA").build(random);
    assertEquals("the certificate is signed by 1.2.840.10045.4.1, which is not allowed", refused(sha1, NOW));
  }

  /** rust and js: neither issuer nor subject, and a critical extension, which the JDK does not read by itself. */
  @Test
  void oneWithoutNamesIsReadAndCheckedAsAnyOther() throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.SECP256K1, random);
    java.security.KeyPair keys = keys();
    for (String[] names : new String[][] {{"", ""}, {"", "O=test"}, {"O=test", ""}}) {
      TestCertificate nameless = new TestCertificate(keys).names(names[0], names[1]).of(identity, true);
      X509Certificate read = nameless.build(random);
      assertEquals(NamelessCertificate.class, read.getClass());
      assertEquals(identity.publicKey(), Certificates.check(read, NOW));
      assertEquals(keys.getPublic(), read.getPublicKey());
      assertEquals(names[0], read.getIssuerX500Principal().getName());
      assertEquals(names[1], read.getSubjectX500Principal().getName());
      assertTrue(refused(nameless.signer(keys()).build(random), NOW).startsWith("the certificate is broken: "));
    }
  }

  /** What else a certificate says is as the JDK reads it where there are names. */
  @Test
  void withoutNamesItSaysTheSame() throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, random);
    TestCertificate maker = new TestCertificate(keys()).of(identity, true).extension("1.2.3", false, new byte[] {4, 0});
    X509Certificate named = maker.build(random);
    X509Certificate nameless = maker.names("", "").build(random);
    assertEquals(named.getVersion(), nameless.getVersion());
    assertEquals(named.getSerialNumber(), nameless.getSerialNumber());
    assertEquals(named.getNotBefore(), nameless.getNotBefore());
    assertEquals(named.getNotAfter(), nameless.getNotAfter());
    assertEquals(named.getSigAlgOID(), nameless.getSigAlgOID());
    assertEquals(named.getCriticalExtensionOIDs(), nameless.getCriticalExtensionOIDs());
    assertEquals(named.getNonCriticalExtensionOIDs(), nameless.getNonCriticalExtensionOIDs());
    assertArrayEquals(named.getExtensionValue("1.2.3"), nameless.getExtensionValue("1.2.3"));
    assertEquals(named.getBasicConstraints(), nameless.getBasicConstraints());
    nameless.checkValidity(Date.from(NOW));
    assertThrows(CertificateNotYetValidException.class, () -> nameless.checkValidity(new Date(-1)));
    assertThrows(CertificateExpiredException.class, () -> nameless.checkValidity(new Date(Long.MAX_VALUE)));
  }

  /** For everything else in the JVM the reader is the JDK's, refusals included. */
  @Test
  void whatIsNotLibp2psIsStillRefusedByTheJdk() throws Exception {
    java.security.KeyPair keys = keys();
    byte[] stranger = new TestCertificate(keys).names("", "").extension("1.2.3", false, new byte[3]).encoded(random);
    byte[] ours = new TestCertificate(keys).names("", "").of(KeyPair.generate(KeyType.ED25519, random), true)
        .encoded(random);
    assertRefusedByTheJdk(stranger);
    assertRefusedByTheJdk(Arrays.copyOf(ours, ours.length - 1));
    assertRefusedByTheJdk(Arrays.copyOf(ours, ours.length + 1));
    assertRefusedByTheJdk(new TestCertificate(keys).names("", "").extension("1.2.3", false, new byte[5_000])
        .of(KeyPair.generate(KeyType.ED25519, random), true).encoded(random));
    X509Certificate named = new TestCertificate(keys).build(random);
    assertEquals("sun.security.x509.X509CertImpl", named.getClass().getName());
  }

  private static void assertRefusedByTheJdk(byte[] bytes) throws Exception {
    CertificateFactory jdk = CertificateFactory.getInstance("X.509", "SUN");
    String reason = assertThrows(CertificateException.class,
        () -> jdk.generateCertificate(new ByteArrayInputStream(bytes))).getMessage();
    assertEquals(reason, assertThrows(CertificateException.class, () -> certificate(bytes)).getMessage());
  }

  @Test
  void itsReaderIsInTheListOfProvidersOnce() {
    CertificateProvider.install();
    assertEquals(CertificateProvider.NAME, Security.getProviders("CertificateFactory.X.509")[0].getName());
    assertEquals(1, Arrays.stream(Security.getProviders())
        .filter(provider -> provider.getName().equals(CertificateProvider.NAME)).count());
  }
}
