package io.peerbus.tls;

import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.PeerId;
import io.peerbus.secure.HandshakeException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whoever shows a certificate by libp2p's rules, and is the peer that was expected; no authority has a say. Not
 * thread safe, owned by one handshake.
 */
final class PeerTrust extends X509ExtendedTrustManager {

  private static final String ENGINES_ONLY = "only the sessions of engines are checked here";

  private final InstantSource clock;
  private final PeerId expected;
  private PublicKey peer;

  PeerTrust(InstantSource clock, PeerId expectedOrNull) {
    this.clock = clock;
    this.expected = expectedOrNull;
  }

  /** Who was found to be at the other end, {@code null} before a certificate was seen. */
  PublicKey peer() {
    return peer;
  }

  private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(chain.length + " certificates, where there must be one");
    }
    try {
      PublicKey key = Certificates.check(chain[0], clock.instant());
      if (expected != null && !expected.equals(key.peerId())) {
        throw new HandshakeException("expected peer " + expected + " but it is " + key.peerId());
      }
      peer = key;
      // What is not valid is not offered to be resumed; a ticket would be of no use, its context being that of one
      // connection.
      engine.getHandshakeSession().invalidate();
    } catch (HandshakeException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException(ENGINES_ONLY);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException(ENGINES_ONLY);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
    throw new CertificateException(ENGINES_ONLY);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
    throw new CertificateException(ENGINES_ONLY);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
