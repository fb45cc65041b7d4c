package io.peerbus.gossipsub;

/** What a peer speaks, by the end of the protocol id; a network's own prefix changes nothing. */
enum PeerKind {

  /** Takes messages and subscriptions only, and is in no mesh: it gets every message. */
  FLOODSUB,

  /** Knows no backoff in PRUNE. */
  GOSSIPSUB_1_0,

  GOSSIPSUB_1_1;

  /** A protocol id of this kind, for {@link #of}. */
  String example() {
    return switch (this) {
      case FLOODSUB -> "/floodsub/1.0.0";
      case GOSSIPSUB_1_0 -> "/meshsub/1.0.0";
      case GOSSIPSUB_1_1 -> "/meshsub/1.1.0";
    };
  }

  static PeerKind of(String protocol) {
    if (protocol.endsWith("/floodsub/1.0.0")) {
      return FLOODSUB;
    }
    return protocol.endsWith("/1.0.0") ? GOSSIPSUB_1_0 : GOSSIPSUB_1_1;
  }
}
