package io.peerbus.secure;

import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;

/**
 * One side of the handshake of a new connection, at whose end both sides know who the other is.
 *
 * <p>The owner sends what {@link #output()} gives, now and after each {@link #onBytes}, until {@link #isComplete()}.
 * From then on everything goes through {@link #channel()}. What came together with the remote's last message is left
 * in the input. An owner that wants a time limit keeps it itself.
 *
 * <p>Not thread safe, owned by its connection.
 */
public interface SecureHandshake {

  /**
   * Takes what belongs to the handshake from {@code in}, partial messages included; once complete, nothing more.
   *
   * @throws HandshakeException when the handshake has failed; its secrets are destroyed then, and every later call
   *     throws the same. What is pending in {@link #output()} may still be sent
   */
  void onBytes(ByteBuffer in) throws HandshakeException;

  /** The next bytes to send now, or {@code null} when there are none. They are given out once. */
  ByteBuffer output();

  /** Whether the remote is authenticated and all keys are there. The last {@link #output()} may still be pending. */
  boolean isComplete();

  /** The remote's identity, verified; {@code null} before {@link #isComplete()}. */
  PublicKey remoteKey();

  /** The remote's peer id, verified; {@code null} before {@link #isComplete()}. */
  default PeerId remotePeer() {
    PublicKey key = remoteKey();
    return key == null ? null : key.peerId();
  }

  /** The muxer that both sides agreed on in passing, or {@code null}: negotiate it by multistream-select. */
  String muxer();

  /** For all that follows; {@code null} before {@link #isComplete()}. */
  SecureChannel channel();

  /** Overwrites the secrets of a handshake that is given up. Does not touch {@link #channel()}. */
  void destroy();

  /** What it is, for the message of a failure: "the Noise handshake". */
  String describe();
}
