package io.peerbus.tls;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.PeerId;
import io.peerbus.secure.SecureProtocol;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * A node as its TLS peers see it: a certificate whose key is made once and need not outlive the process. Immutable,
 * safe for all threads.
 */
public final class TlsIdentity implements SecureProtocol {

  public static final String ID = "/tls/1.0.0";

  /** What is said in place of a muxer: it is to be negotiated later. Always the last of an offer. */
  static final String NO_MUXER = "libp2p";

  private static final String[] VERSIONS = {"TLSv1.3"};

  private final OneKey key;
  private final InstantSource clock;
  private final SecureRandom random;

  private TlsIdentity(OneKey key, InstantSource clock, SecureRandom random) {
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /**
   * With a new certificate. The first one puts a provider into the JVM's list, before all others, that reads the
   * certificates of peers.
   *
   * @param clock for the time in which certificates are valid
   * @param random a secure one; also that of all connections, as the JDK takes one for all
   */
  public static TlsIdentity of(KeyPair identity, InstantSource clock, SecureRandom random) {
    CertificateProvider.install();
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      java.security.KeyPair keys = generator.generateKeyPair();
      X509Certificate certificate = Certificates.make(identity, keys, clock.instant(), random);
      return new TlsIdentity(new OneKey(keys.getPrivate(), certificate), clock, random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot do TLS 1.3 with P-256: " + e.getMessage(), e);
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public TlsHandshake dialer(List<String> muxers, PeerId expectedOrNull, RandomGenerator random) {
    PeerTrust trust = new PeerTrust(clock, expectedOrNull);
    return new TlsHandshake(engine(true, muxers, trust), trust);
  }

  @Override
  public TlsHandshake listener(List<String> muxers, RandomGenerator random) {
    PeerTrust trust = new PeerTrust(clock, null);
    return new TlsHandshake(engine(false, muxers, trust), trust);
  }

  /** A context for each connection costs some microseconds, and no session of one can be resumed in another. */
  private SSLContext context(PeerTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance(VERSIONS[0]);
      context.init(new KeyManager[] {key}, new TrustManager[] {trust}, random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot do TLS 1.3: " + e.getMessage(), e);
    }
  }

  /** Without the name of a host: nothing is said of one (SNI). */
  private SSLEngine engine(boolean client, List<String> muxers, PeerTrust trust) {
    List<String> offer = new ArrayList<>(muxers);
    offer.add(NO_MUXER);
    SSLEngine engine = context(trust).createSSLEngine();
    engine.setUseClientMode(client);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setNeedClientAuth(true);
    parameters.setApplicationProtocols(offer.toArray(String[]::new));
    engine.setSSLParameters(parameters);
    if (!client) { // the client's order counts; the JDK would take the server's
      engine.setHandshakeApplicationProtocolSelector((self, offered) ->
          offered.stream().filter(offer::contains).findFirst().orElse(null));
    }
    return engine;
  }
}
