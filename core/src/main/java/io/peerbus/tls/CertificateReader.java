package io.peerbus.tls;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertPath;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateFactorySpi;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * Reads certificates as another reader does, and besides those of libp2p that it refuses for want of a name. All that
 * it can read comes from it, and what neither can read fails with its words. As safe for threads as the other one.
 */
final class CertificateReader extends CertificateFactorySpi {

  private final CertificateFactory usual;

  CertificateReader(CertificateFactory usual) {
    this.usual = usual;
  }

  /** The JDK's engine gives a certificate at a time, in a stream that can be read twice. */
  @Override
  public Certificate engineGenerateCertificate(InputStream in) throws CertificateException {
    if (!in.markSupported()) {
      return usual.generateCertificate(in);
    }
    in.mark(Certificates.MAX_LENGTH + 1);
    try {
      return usual.generateCertificate(in);
    } catch (CertificateException refused) {
      try {
        in.reset();
        return NamelessCertificate.read(in.readNBytes(Certificates.MAX_LENGTH + 1));
      } catch (IOException | CertificateException e) {
        throw refused;
      }
    }
  }

  @Override
  public Collection<? extends Certificate> engineGenerateCertificates(InputStream in) throws CertificateException {
    return usual.generateCertificates(in);
  }

  @Override
  public CRL engineGenerateCRL(InputStream in) throws CRLException {
    return usual.generateCRL(in);
  }

  @Override
  public Collection<? extends CRL> engineGenerateCRLs(InputStream in) throws CRLException {
    return usual.generateCRLs(in);
  }

  @Override
  public CertPath engineGenerateCertPath(InputStream in) throws CertificateException {
    return usual.generateCertPath(in);
  }

  @Override
  public CertPath engineGenerateCertPath(InputStream in, String encoding) throws CertificateException {
    return usual.generateCertPath(in, encoding);
  }

  @Override
  public CertPath engineGenerateCertPath(List<? extends Certificate> certificates) throws CertificateException {
    return usual.generateCertPath(certificates);
  }

  @Override
  public Iterator<String> engineGetCertPathEncodings() {
    return usual.getCertPathEncodings();
  }
}
