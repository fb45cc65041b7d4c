package io.peerbus.secure;

import java.nio.ByteBuffer;

/**
 * Encrypts and decrypts all that follows the handshake. What is sealed must be sent in the order of its sealing.
 *
 * <p>Not thread safe, owned by the connection.
 */
public interface SecureChannel {

  /** The longest plaintext of one {@link #seal}, in bytes: one message of Noise. */
  int MAX_PLAINTEXT = 65_519;

  /** Room that {@link #seal} and {@link #transmit} may need, in bytes, so that TLS has it for one more whole record. */
  int MAX_OUTPUT = MAX_PLAINTEXT + 17 * 1024;

  /**
   * Encrypts {@code plaintext[offset, offset + length)} into {@code out} at {@code outOffset}. The two arrays must not
   * be the same one. Each call costs about a microsecond whatever the length, so gather small pieces before.
   *
   * @param length 1 to {@link #MAX_PLAINTEXT}
   * @param out with room for {@link #MAX_OUTPUT}, less what {@code length} is below {@link #MAX_PLAINTEXT}
   * @return bytes written
   * @throws HandshakeException when the keys are used up or destroyed
   */
  int seal(byte[] plaintext, int offset, int length, byte[] out, int outOffset) throws HandshakeException;

  /**
   * The plaintext of the next frame in {@code in}, or {@code null} when more bytes are needed; what there is of a
   * partial frame is kept inside. Empty frames are skipped.
   *
   * @return never empty; backed by a fresh heap array that nobody else writes to any more
   * @throws HandshakeException when a frame is malformed or was tampered with, or the remote ended the channel; every
   *     later call throws the same
   */
  ByteBuffer open(ByteBuffer in) throws HandshakeException;

  /** Whether the channel has something of its own to say. */
  default boolean hasOutput() {
    return false;
  }

  /**
   * Writes into {@code out} what the channel has to say itself, such as new keys or an alert.
   *
   * @return bytes written, 0 for nothing
   */
  default int transmit(byte[] out) throws HandshakeException {
    return 0;
  }

  /** Nothing will be sealed any more: what there is to say about that comes by {@link #transmit}. */
  default void close() {
    // Noise has no farewell.
  }

  /** Overwrites the keys, where they are ours to overwrite: the JDK's engine keeps its own. Every later call fails. */
  void destroy();
}
