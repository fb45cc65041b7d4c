package io.peerbus.api;

import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import java.util.List;

/** Opens streams to peers. Belongs to one context: to be called there, and its futures complete there. */
public interface Opener {

  /**
   * Opens a stream with the first of the protocols, in our order, that the peer serves. Connects first when there is
   * no connection and an address is known. Fails with {@link Failure#UNSUPPORTED_PROTOCOL} when it serves none,
   * {@link Failure#DIAL_FAILED} or {@link Failure#NOT_FOUND} when it cannot be reached.
   */
  Future<Stream> open(PeerId peer, List<String> protocols);

  /** {@link #open(PeerId, List)} with one protocol. */
  default Future<Stream> open(PeerId peer, String protocol) {
    return open(peer, List.of(protocol));
  }
}
