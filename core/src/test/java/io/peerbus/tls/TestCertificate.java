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
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
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

/** Certificates as libp2p does not make them. */
final class TestCertificate {

  private static final AlgorithmIdentifier ECDSA = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

  private final KeyPair keys;
  private KeyPair signer;
  private final List<Extension> extensions = new ArrayList<>();

  TestCertificate(KeyPair keys) {
    this.keys = keys;
    this.signer = keys;
  }

  TestCertificate signer(KeyPair signer) {
    this.signer = signer;
    return this;
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
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(7));
    generator.setSignature(ECDSA);
    generator.setIssuer(new X500Name("O=test"));
    generator.setSubject(new X500Name("O=test"));
    generator.setStartDate(new Time(new Date(0)));
    generator.setEndDate(new Time(new Date(4_000_000_000_000L)));
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    if (!extensions.isEmpty()) {
      generator.setExtensions(new Extensions(extensions.toArray(Extension[]::new)));
    }
    TBSCertificate content = generator.generateTBSCertificate();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signer.getPrivate(), random);
    signature.update(content.getEncoded());
    byte[] whole = new DERSequence(
        new ASN1Encodable[] {content, ECDSA, new DERBitString(signature.sign())}).getEncoded();
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(whole));
  }
}
