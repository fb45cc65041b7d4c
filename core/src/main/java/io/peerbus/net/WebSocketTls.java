package io.peerbus.net;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * What a node needs for {@code /tls/ws}, which is TLS as on the web, around the WebSocket: a certificate to listen
 * with, and whom to trust when it dials. That the peer is who it should be is seen inside, as on any connection.
 * Immutable, any thread.
 */
public final class WebSocketTls {

  /** No certificate, and whom the JDK trusts. */
  public static final WebSocketTls NONE = new WebSocketTls(null, List.of(), List.of());

  private final SslContext listener;
  private final List<X509Certificate> trusted;

  /**
   * @param keyOrNull of the first certificate; {@code null} where nothing is listened on with TLS
   * @param chain the certificate, then those that lead to its issuer
   * @param trusted who may vouch for those that are dialled; none for whom the JDK trusts
   * @throws IllegalArgumentException when the JDK cannot use the key or a certificate
   */
  public WebSocketTls(PrivateKey keyOrNull, List<X509Certificate> chain, List<X509Certificate> trusted) {
    this.listener = keyOrNull == null ? null : listener(keyOrNull, chain);
    this.trusted = List.copyOf(trusted);
  }

  private static SslContext listener(PrivateKey key, List<X509Certificate> chain) {
    try {
      // In older versions a peer can ask for a new key agreement as often as it likes.
      return SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
          .sslProvider(SslProvider.JDK).protocols("TLSv1.3").build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("the certificate of /tls/ws cannot be used: " + e.getMessage(), e);
    }
  }

  /** {@code null} when there is no certificate. */
  SslContext listenerOrNull() {
    return listener;
  }

  /** For connections that we make; reads the JDK's file of trust, so it blocks. */
  SslContext dialer() throws SSLException {
    SslContextBuilder builder = SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2").endpointIdentificationAlgorithm("HTTPS");
    return trusted.isEmpty() ? builder.build()
        : builder.trustManager(trusted.toArray(X509Certificate[]::new)).build();
  }
}
