package io.peerbus.interop;

import java.util.Comparator;

/**
 * What both sides of a connection speak below their protocols, and nothing else, as the config and the peers name it.
 *
 * @param transport {@code tcp}, {@code ws} or {@code wss}
 * @param isPrivate whether they are in a private network
 */
record Channel(String transport, String security, String muxer, boolean isPrivate) implements Comparable<Channel> {

  private static final String TCP = "tcp";
  private static final String WSS = "wss";

  static final Channel USUAL = new Channel("noise", "yamux", false);

  /** The key of the private network that all are in who are in one. */
  static final String NETWORK_KEY = "00112233445566778899aabbccddeeff".repeat(2);

  private static final Comparator<Channel> ORDER = Comparator.comparing(Channel::isPrivate)
      .thenComparing(Channel::transport)
      .thenComparing(Channel::security).thenComparing(Channel::muxer, Comparator.reverseOrder());

  /** Over TCP. */
  Channel(String security, String muxer, boolean isPrivate) {
    this(TCP, security, muxer, isPrivate);
  }

  /** Over WebSocket. */
  static Channel webSocket(String security, String muxer, boolean isPrivate) {
    return new Channel("ws", security, muxer, isPrivate);
  }

  /** Over WebSocket in the TLS of the web. */
  static Channel securedWebSocket(String security, String muxer) {
    return new Channel(WSS, security, muxer, false);
  }

  /** Whether both sides need a certificate as a web server has it. */
  boolean needsCertificate() {
    return transport.equals(WSS);
  }

  /** Where both sides listen. */
  String listen() {
    return "/ip4/127.0.0.1/tcp/0" + switch (transport) {
      case TCP -> "";
      case WSS -> "/tls/ws";
      default -> "/" + transport;
    };
  }

  @Override
  public int compareTo(Channel other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return (isPrivate ? "private, " : "") + (transport.equals(TCP) ? "" : transport + ", ") + security + ", " + muxer;
  }
}
