package io.peerbus.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.Principal;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.util.Properties;

/**
 * A certificate of libp2p that names no issuer or no subject, as those of rust-libp2p and js-libp2p do: libp2p gives
 * these names no meaning, but the JDK's parser refuses a certificate without them. What it says is as it was encoded;
 * whether it is to be trusted is for {@link Certificates#check}. Immutable.
 */
final class NamelessCertificate extends X509Certificate {

  private static final long serialVersionUID = 1L;
  private static final int NO_AUTHORITY = -1;

  private final transient Certificate content;
  private final byte[] encoded;
  private final transient PublicKey key;

  private NamelessCertificate(Certificate content, byte[] encoded, PublicKey key) {
    this.content = content;
    this.encoded = encoded;
    this.key = key;
  }

  /**
   * Reads one.
   *
   * @param encoded DER, at most {@link Certificates#MAX_LENGTH} bytes
   * @throws CertificateException when it is none, has both names, or is not libp2p's
   */
  static NamelessCertificate read(byte[] encoded) throws CertificateException {
    if (encoded.length > Certificates.MAX_LENGTH) {
      throw new CertificateException("longer than " + Certificates.MAX_LENGTH + " bytes");
    }
    try {
      Certificate content = parse(encoded);
      if (isNamed(content.getIssuer()) && isNamed(content.getSubject())) {
        throw new CertificateException("it has names");
      }
      if (extension(content, Certificates.EXTENSION) == null) {
        throw new CertificateException("it is not libp2p's");
      }
      if (!Arrays.equals(encoded, content.getEncoded(ASN1Encoding.DER))) {
        throw new CertificateException("it is not in DER");
      }
      if (!content.getSignatureAlgorithm().equals(content.getTBSCertificate().getSignature())) {
        throw new CertificateException("it names two algorithms of its signature");
      }
      return new NamelessCertificate(content, encoded, key(content));
    } catch (IOException | GeneralSecurityException | RuntimeException e) { // of the parsers of Bouncy Castle and JDK
      throw new CertificateException(e.getMessage(), e);
    }
  }

  /** Bouncy Castle takes certificates without an issuer only where it is told to, which holds for this thread. */
  private static Certificate parse(byte[] encoded) {
    Properties.setThreadOverride(Properties.X509_ALLOW_EMPTY_ISSUER_CERT, true);
    try {
      return Certificate.getInstance(encoded);
    } finally {
      Properties.removeThreadOverride(Properties.X509_ALLOW_EMPTY_ISSUER_CERT);
    }
  }

  private static boolean isNamed(X500Name name) {
    return name.size() > 0;
  }

  /** As the JDK's own, for its engine to use. */
  private static PublicKey key(Certificate content) throws IOException, GeneralSecurityException {
    String kind = content.getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm().getId();
    String name = switch (kind) {
      case "1.2.840.10045.2.1" -> "EC";
      case "1.2.840.113549.1.1.1" -> "RSA";
      case "1.3.101.112" -> "Ed25519";
      default -> throw new CertificateException("its key is of the unknown kind " + kind);
    };
    return KeyFactory.getInstance(name)
        .generatePublic(new X509EncodedKeySpec(content.getSubjectPublicKeyInfo().getEncoded()));
  }

  private static Extension extension(Certificate content, String id) {
    Extensions all = content.getExtensions();
    return all == null ? null : all.getExtension(new ASN1ObjectIdentifier(id));
  }

  @Override
  public byte[] getEncoded() {
    return encoded.clone();
  }

  @Override
  public PublicKey getPublicKey() {
    return key;
  }

  @Override
  public void verify(PublicKey signer) throws CertificateException, NoSuchAlgorithmException, InvalidKeyException,
      SignatureException {
    verify(signer, Signature.getInstance(getSigAlgOID()));
  }

  @Override
  public void verify(PublicKey signer, String provider) throws CertificateException, NoSuchAlgorithmException,
      InvalidKeyException, NoSuchProviderException, SignatureException {
    verify(signer, Signature.getInstance(getSigAlgOID(), provider));
  }

  @Override
  public void verify(PublicKey signer, Provider provider) throws CertificateException, NoSuchAlgorithmException,
      InvalidKeyException, SignatureException {
    verify(signer, Signature.getInstance(getSigAlgOID(), provider));
  }

  private void verify(PublicKey signer, Signature signature) throws CertificateException, InvalidKeyException,
      SignatureException {
    signature.initVerify(signer);
    signature.update(getTBSCertificate());
    if (!signature.verify(getSignature())) {
      throw new SignatureException("the signature of the certificate is not by this key");
    }
  }

  @Override
  public byte[] getTBSCertificate() throws CertificateEncodingException {
    try {
      return content.getTBSCertificate().getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new CertificateEncodingException(e.getMessage(), e);
    }
  }

  @Override
  public byte[] getSignature() {
    return content.getSignature().getOctets();
  }

  @Override
  public String getSigAlgOID() {
    return content.getSignatureAlgorithm().getAlgorithm().getId();
  }

  @Override
  public String getSigAlgName() {
    return getSigAlgOID();
  }

  @Override
  public byte[] getSigAlgParams() {
    ASN1Encodable parameters = content.getSignatureAlgorithm().getParameters();
    try {
      return parameters == null ? null : parameters.toASN1Primitive().getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      return null; // they were read, so they can be written
    }
  }

  @Override
  public void checkValidity(Date date) throws CertificateExpiredException, CertificateNotYetValidException {
    if (date.before(getNotBefore())) {
      throw new CertificateNotYetValidException("valid from " + getNotBefore());
    }
    if (date.after(getNotAfter())) {
      throw new CertificateExpiredException("valid until " + getNotAfter());
    }
  }

  /** Always fails, since nothing here reads a clock: ask for a certain time. */
  @Override
  public void checkValidity() throws CertificateNotYetValidException {
    throw new CertificateNotYetValidException("ask whether it is valid at a certain time");
  }

  @Override
  public Date getNotBefore() {
    return content.getStartDate().getDate();
  }

  @Override
  public Date getNotAfter() {
    return content.getEndDate().getDate();
  }

  @Override
  public int getVersion() {
    return content.getVersionNumber();
  }

  @Override
  public BigInteger getSerialNumber() {
    return content.getSerialNumber().getValue();
  }

  @Override
  public Principal getIssuerDN() {
    return getIssuerX500Principal();
  }

  @Override
  public Principal getSubjectDN() {
    return getSubjectX500Principal();
  }

  @Override
  public X500Principal getIssuerX500Principal() {
    return principal(content.getIssuer());
  }

  @Override
  public X500Principal getSubjectX500Principal() {
    return principal(content.getSubject());
  }

  private static X500Principal principal(X500Name name) {
    try {
      return new X500Principal(name.getEncoded(ASN1Encoding.DER));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
  }

  @Override
  public boolean[] getIssuerUniqueID() {
    return bits(content.getIssuerUniqueID());
  }

  @Override
  public boolean[] getSubjectUniqueID() {
    return bits(content.getSubjectUniqueID());
  }

  private static boolean[] bits(ASN1BitString string) {
    if (string == null) {
      return null;
    }
    byte[] bytes = string.getBytes();
    boolean[] bits = new boolean[bytes.length * Byte.SIZE - string.getPadBits()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (bytes[i / Byte.SIZE] << i % Byte.SIZE & 0x80) != 0;
    }
    return bits;
  }

  @Override
  public boolean[] getKeyUsage() {
    return null; // not restricted: none of the extensions for authorities means anything here
  }

  @Override
  public int getBasicConstraints() {
    return NO_AUTHORITY;
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    return getCriticalExtensionOIDs().stream().anyMatch(id -> !id.equals(Certificates.EXTENSION));
  }

  @Override
  public Set<String> getCriticalExtensionOIDs() {
    return ids(content.getExtensions().getCriticalExtensionOIDs());
  }

  @Override
  public Set<String> getNonCriticalExtensionOIDs() {
    return ids(content.getExtensions().getNonCriticalExtensionOIDs());
  }

  private static Set<String> ids(ASN1ObjectIdentifier[] ids) {
    Set<String> texts = new LinkedHashSet<>();
    for (ASN1ObjectIdentifier id : ids) {
      texts.add(id.getId());
    }
    return texts;
  }

  @Override
  public byte[] getExtensionValue(String id) {
    Extension extension = extension(content, id);
    try {
      return extension == null ? null : extension.getExtnValue().getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
  }

  @Override
  public String toString() {
    return "certificate without names, serial number " + getSerialNumber();
  }
}
