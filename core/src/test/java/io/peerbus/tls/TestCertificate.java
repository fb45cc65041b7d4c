package io.peerbus.tls;

import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Certificates as libp2p does not make them. */
final class TestCertificate {

  private static final AlgorithmIdentifier ECDSA = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

  private final KeyPair keys;
  private KeyPair signer;
  private AlgorithmIdentifier algorithm = ECDSA;
  private String signing = "SHA256withECDSA";
  private String issuer = "O=test";
  private String subject = "O=test";
  private final List<Extension> extensions = new ArrayList<>();

  TestCertificate(KeyPair keys) {
    this.keys = keys;
    this.signer = keys;
  }

  TestCertificate signer(KeyPair signer) {
    this.signer = signer;
    return this;
  }

  /** As the spec and the JDK name the algorithm. */
  TestCertificate signedBy(AlgorithmIdentifier algorithm, String signing) {
    this.algorithm = algorithm;
    this.signing = signing;
    return this;
  }

  TestCertificate names(String issuer, String subject) {
    this.issuer = issuer;
    this.subject = subject;
    return this;
  }

  /** With what libp2p wants in it. */
  TestCertificate of(io.peerbus.crypto.KeyPair identity, boolean critical) throws Exception {
    return extension(Certificates.EXTENSION, critical,
        Certificates.vouched(identity, keys.getPublic().getEncoded()).getEncoded());
  }

  TestCertificate extension(String id, boolean critical, byte[] content) {
    extensions.add(new Extension(new ASN1ObjectIdentifier(id), critical, content));
    return this;
  }

  /** Of libp2p's extension. */
  static byte[] content(X509Certificate certificate) {
    return ASN1OctetString.getInstance(certificate.getExtensionValue(Certificates.EXTENSION)).getOctets();
  }

  X509Certificate build(SecureRandom random) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(encoded(random)));
  }

  byte[] encoded(SecureRandom random) throws Exception {
    ASN1EncodableVector content = new ASN1EncodableVector();
    content.add(new DERTaggedObject(true, 0, new ASN1Integer(2)));
    content.add(new ASN1Integer(7));
    content.add(algorithm);
    content.add(new X500Name(issuer));
    content.add(new Validity(new Time(new Date(0)), new Time(new Date(4_000_000_000_000L))));
    content.add(new X500Name(subject));
    content.add(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    if (!extensions.isEmpty()) {
      content.add(new DERTaggedObject(true, 3, new Extensions(extensions.toArray(Extension[]::new))));
    }
    ASN1Encodable signed = new DERSequence(content);
    Signature signature = Signature.getInstance(signing);
    signature.initSign(signer.getPrivate(), random);
    signature.update(signed.toASN1Primitive().getEncoded());
    return new DERSequence(new ASN1Encodable[] {signed, algorithm, new DERBitString(signature.sign())}).getEncoded();
  }
}
