package io.peerbus.tls;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;

/**
 * Has the JDK's TLS read the certificates of rust-libp2p and js-libp2p. The engine takes its reader of certificates
 * from the first provider of the JVM that has one, and asks nobody before it: so this must be that provider.
 *
 * <p>For others in the JVM nothing changes. They get what the provider after this one reads, and a certificate that it
 * refuses only if it is libp2p's; no authority's signature is on one of those, so no other trust manager accepts it.
 * Nothing but the list of providers is changed, once; it stays as long as the JVM, and core's class loader with it.
 */
final class CertificateProvider extends Provider {

  static final String NAME = "PeerbusCertificates";

  private static final long serialVersionUID = 1L;
  private static final String TYPE = "CertificateFactory";
  private static final String X509 = "X.509";

  private CertificateProvider() {
    super(NAME, "1", "reads certificates of libp2p that have no names");
    putService(new Reading(this));
  }

  /** Puts it before all others, unless it is among them already. */
  static void install() {
    Security.insertProviderAt(new CertificateProvider(), 1);
  }

  /** Of the providers without this one the first that reads certificates. */
  private static CertificateFactory usual() throws NoSuchAlgorithmException {
    for (Provider provider : Security.getProviders(TYPE + "." + X509)) {
      if (!provider.getName().equals(NAME)) {
        try {
          return CertificateFactory.getInstance(X509, provider);
        } catch (CertificateException e) {
          throw new NoSuchAlgorithmException(e.getMessage(), e);
        }
      }
    }
    throw new NoSuchAlgorithmException("nobody else reads certificates of X.509");
  }

  /** What makes a reader. */
  private static final class Reading extends Service {

    Reading(Provider provider) {
      super(provider, TYPE, X509, CertificateReader.class.getName(), List.of("X509"), null);
    }

    @Override
    public Object newInstance(Object noParameter) throws NoSuchAlgorithmException {
      return new CertificateReader(usual());
    }
  }
}
