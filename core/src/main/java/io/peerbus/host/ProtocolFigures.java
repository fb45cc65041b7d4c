package io.peerbus.host;

import io.vertx.core.json.JsonObject;

/** What went on in the streams of one protocol on one event loop: plain numbers, owned by that loop. */
final class ProtocolFigures {

  private long inbound;
  private long outbound;
  private long received;
  private long sent;
  private long stalls;

  void onOpened(boolean byPeer) {
    inbound += byPeer ? 1 : 0;
    outbound += byPeer ? 0 : 1;
  }

  /** So much came from peers. */
  void onReceived(int bytes) {
    received += bytes;
  }

  /** So much came from the plugin. */
  void onSent(int bytes) {
    sent += bytes;
  }

  /** Bytes of the peer wait because the plugin gave no credit. */
  void onStalled() {
    stalls++;
  }

  void addAll(ProtocolFigures other) {
    inbound += other.inbound;
    outbound += other.outbound;
    received += other.received;
    sent += other.sent;
    stalls += other.stalls;
  }

  JsonObject toJson() {
    return new JsonObject().put("inbound", inbound).put("outbound", outbound).put("bytesReceived", received)
        .put("bytesSent", sent).put("creditStalls", stalls);
  }
}
