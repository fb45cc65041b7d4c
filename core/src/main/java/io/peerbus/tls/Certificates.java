package io.peerbus.tls;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.FormatException;
import io.peerbus.secure.HandshakeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Makes and checks the certificates of libp2p. Spec: libp2p tls, "Peer Authentication". Stateless. */
final class Certificates {

  /** Where a peer's key and its signature are. */
  static final String EXTENSION = "1.3.6.1.4.1.53594.1.1";

  /** The largest identity, RSA of 8,192 bits, makes one of 2.5 KB. More could only be there to cost us time. */
  static final int MAX_LENGTH = 4096;

  private static final byte[] DOMAIN = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);
  private static final AlgorithmIdentifier ECDSA = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final X500Name NOBODY = new X500Name("O=libp2p");
  /** Our clock may run ahead of the peer's. */
  private static final Duration SLACK = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofDays(36_500);

  /** Of the kinds of key that a certificate may have. The spec forbids hashes of less than 256 bits. */
  private static final List<String> SIGNATURES = List.of(
      "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4", // ECDSA with SHA-256, 384, 512
      "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", // RSA likewise
      "1.3.101.112"); // Ed25519

  /** Of P-256, P-384 and P-521, by the bits of their order. The JDK knows a curve by its name only. */
  private static final List<Integer> CURVES = List.of(256, 384, 521);

  /**
   * Bounds of RSA keys in bits. To check with a long exponent costs a third of a second, and who shows us one has paid
   * nothing for it (SEC-02).
   */
  private static final int MIN_RSA = 2048;
  private static final int MAX_RSA = 8192;
  private static final int MAX_RSA_EXPONENT = 32;

  private Certificates() {}

  /** A certificate for the throw-away {@code keys}, P-256, for which {@code identity} vouches. */
  static X509Certificate make(KeyPair identity, java.security.KeyPair keys, Instant now, SecureRandom random)
      throws GeneralSecurityException {
    SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(random.nextLong() >>> 1));
    generator.setSignature(ECDSA);
    generator.setIssuer(NOBODY);
    generator.setSubject(NOBODY);
    generator.setStartDate(new Time(Date.from(now.minus(SLACK))));
    generator.setEndDate(new Time(Date.from(now.plus(LIFETIME))));
    generator.setSubjectPublicKeyInfo(key);
    // The only one, as js reads the first alone; not critical, as old nodes of go and rust refuse it otherwise.
    generator.setExtensions(new Extensions(new Extension(new ASN1ObjectIdentifier(EXTENSION), false,
        encoded(vouched(identity, keys.getPublic().getEncoded())))));
    TBSCertificate content = generator.generateTBSCertificate();
    DERBitString signature = new DERBitString(sign(keys.getPrivate(), encoded(content), random));
    byte[] whole = encoded(new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {content, ECDSA, signature}));
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(whole));
  }

  /** The content of the extension: the identity, and its signature over the key. */
  static DERSequence vouched(KeyPair identity, byte[] subjectKey) {
    return new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
        new DEROctetString(identity.publicKey().toBytes()), new DEROctetString(identity.sign(signed(subjectKey)))});
  }

  private static byte[] encoded(org.bouncycastle.asn1.ASN1Object object) {
    try {
      return object.getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
  }

  private static byte[] sign(PrivateKey key, byte[] bytes, SecureRandom random) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(SIGNATURE);
    signature.initSign(key, random);
    signature.update(bytes);
    return signature.sign();
  }

  /** What an identity signs to vouch for the key of a certificate. */
  private static byte[] signed(byte[] subjectKey) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(DOMAIN);
    bytes.writeBytes(subjectKey);
    return bytes.toByteArray();
  }

  /**
   * Who a certificate stands for. Cheapest check first.
   *
   * @throws HandshakeException when it breaks one of the rules of the spec
   */
  static PublicKey check(X509Certificate certificate, Instant now) throws HandshakeException {
    try {
      if (certificate.getEncoded().length > MAX_LENGTH) {
        throw new HandshakeException("a certificate of " + certificate.getEncoded().length + " bytes, where at most "
            + MAX_LENGTH + " are allowed");
      }
      checkForm(certificate);
      checkStrength(certificate);
      checkTime(certificate, now);
      byte[] value = certificate.getExtensionValue(EXTENSION);
      if (value == null) {
        throw new HandshakeException("the certificate names no peer: it is not libp2p's");
      }
      ASN1Sequence vouched = ASN1Sequence.getInstance(ASN1OctetString.getInstance(value).getOctets());
      PublicKey key = PublicKey.of(ASN1OctetString.getInstance(vouched.getObjectAt(0)).getOctets());
      byte[] signature = ASN1OctetString.getInstance(vouched.getObjectAt(1)).getOctets();
      certificate.verify(certificate.getPublicKey());
      if (!key.verify(signed(certificate.getPublicKey().getEncoded()), signature)) {
        throw new HandshakeException("peer " + key.peerId() + " did not sign the key of its certificate");
      }
      return key;
    } catch (HandshakeException e) {
      throw e;
    } catch (FormatException e) {
      throw new HandshakeException("identity key: " + e.getMessage());
    } catch (GeneralSecurityException | RuntimeException e) { // of the parsers of JDK and Bouncy Castle
      throw new HandshakeException("the certificate is broken: " + e.getMessage());
    }
  }

  private static void checkForm(X509Certificate certificate) throws HandshakeException {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && critical.stream().anyMatch(id -> !id.equals(EXTENSION))) {
      throw new HandshakeException("the certificate has critical extensions that are not known here: " + critical);
    }
    if (certificate.getIssuerUniqueID() != null || certificate.getSubjectUniqueID() != null) {
      throw new HandshakeException("the certificate has a unique id, which is forbidden");
    }
  }

  private static void checkStrength(X509Certificate certificate) throws HandshakeException {
    if (!SIGNATURES.contains(certificate.getSigAlgOID())) {
      throw new HandshakeException("the certificate is signed by " + certificate.getSigAlgOID()
          + ", which is not allowed");
    }
    java.security.PublicKey key = certificate.getPublicKey();
    boolean allowed = key instanceof ECPublicKey ec && CURVES.contains(ec.getParams().getOrder().bitLength())
        || key instanceof RSAPublicKey rsa && isAllowed(rsa)
        || key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519");
    if (!allowed) {
      throw new HandshakeException("the certificate has a key of a kind that is not allowed: " + key.getAlgorithm());
    }
  }

  private static boolean isAllowed(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    return bits >= MIN_RSA && bits <= MAX_RSA && key.getModulus().testBit(0)
        && key.getPublicExponent().bitLength() <= MAX_RSA_EXPONENT && key.getPublicExponent().testBit(0);
  }

  private static void checkTime(X509Certificate certificate, Instant now) throws HandshakeException {
    if (now.isBefore(certificate.getNotBefore().toInstant()) || now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new HandshakeException("the certificate is valid from " + certificate.getNotBefore().toInstant() + " to "
          + certificate.getNotAfter().toInstant() + " only, and it is " + now + " here");
    }
  }
}
