package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;

/**
 * Who we are in messages.
 *
 * @param publicKey the PublicKey protobuf; sent along only when the id does not contain it
 */
public record Identity(PeerId peer, byte[] publicKey) {

  /** The key to attach to our messages, or {@code null}: go and rust attach it only where it is needed. */
  byte[] keyToAttach() {
    return peer.inlinedKey() == null ? publicKey : null;
  }
}
