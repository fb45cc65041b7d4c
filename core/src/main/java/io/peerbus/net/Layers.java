package io.peerbus.net;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.peerbus.multiformats.TransportAddress;
import javax.net.ssl.SSLEngine;

/** What is put between a socket and the connection on it, when that is let in and not before. */
@FunctionalInterface
interface Layers {

  /** TCP alone. */
  Layers NONE = (pipeline, before) -> { };

  /** The first line of a request or an answer, in bytes: a peer could otherwise fill memory with one. */
  int MAX_LINE = 4 * 1024;
  /** All its headers together. A browser has cookies of other pages of the host among them. */
  int MAX_HEADERS = 8 * 1024;
  /** Contents have no use and are cut into such pieces, to be forgotten. */
  int MAX_CHUNK = 1024;

  /** The time that a peer has to take the end of TLS, beside the stop of the connection, which has its own. */
  long TLS_GOODBYE_MILLIS = 1_000;

  /** Adds the handlers, from the socket's end, before the one of that name. */
  void addTo(ChannelPipeline pipeline, String before);

  /**
   * A WebSocket that the other side asks for.
   *
   * @param tlsOrNull for {@code /tls/ws}
   */
  static Layers listener(SslContext tlsOrNull) {
    return (pipeline, before) -> {
      if (tlsOrNull != null) {
        add(pipeline, before, tlsOrNull.newEngine(pipeline.channel().alloc()));
      }
      WebSocketHandler webSocket = new WebSocketHandler(true);
      pipeline.addBefore(before, null, new HttpRequestDecoder(MAX_LINE, MAX_HEADERS, MAX_CHUNK));
      pipeline.addBefore(before, null, new HttpResponseEncoder());
      pipeline.addBefore(before, null, new WebSocketListener(webSocket));
      pipeline.addBefore(before, WebSocketHandler.NAME, webSocket);
    };
  }

  /** A WebSocket that we ask for. */
  static Layers dialer(TransportAddress to, SslContext tlsOrNull) {
    String name = to.serverName();
    String host = (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + to.to().port();
    return (pipeline, before) -> {
      if (tlsOrNull != null) {
        add(pipeline, before, tlsOrNull.newEngine(pipeline.channel().alloc(), name, to.to().port()));
      }
      WebSocketHandler webSocket = new WebSocketHandler(false);
      pipeline.addBefore(before, null, new HttpResponseDecoder(MAX_LINE, MAX_HEADERS, MAX_CHUNK));
      pipeline.addBefore(before, null, new HttpRequestEncoder());
      WebSocketDialer dialer = new WebSocketDialer(webSocket, host);
      pipeline.addBefore(before, null, dialer);
      pipeline.addBefore(before, WebSocketHandler.NAME, webSocket);
    };
  }

  private static void add(ChannelPipeline pipeline, String before, SSLEngine engine) {
    SslHandler tls = new SslHandler(new FrugalEngine(engine));
    tls.setHandshakeTimeoutMillis(0); // it counts in the time for the upgrade
    tls.setCloseNotifyFlushTimeoutMillis(TLS_GOODBYE_MILLIS);
    pipeline.addBefore(before, null, tls);
  }
}
