package io.peerbus.noise;

import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;

/**
 * Encrypts what we send once the handshake is complete. Frames must be sent in the order in which they were sealed.
 *
 * <p>Not thread safe, owned by the connection. Spec: libp2p noise, "Wire Format".
 */
public final class Sealer {

  /** The longest plaintext of one frame, in bytes. */
  public static final int MAX_PLAINTEXT = SecureChannel.MAX_PLAINTEXT;

  /** What a frame is longer than its plaintext: 2 bytes of length and 16 of tag. */
  public static final int OVERHEAD = 18;

  private static final byte[] NO_AD = {};

  private final CipherState cipher;

  Sealer(CipherState cipher) {
    this.cipher = cipher;
  }

  /**
   * Encrypts {@code plaintext[offset, offset + length)} into {@code out} at {@code outOffset} as one frame: 2 bytes
   * of length, ciphertext, tag. The two arrays must not be the same one.
   *
   * <p>Each call costs about a microsecond whatever the length, so gather small pieces before.
   *
   * @param length 0 to {@link #MAX_PLAINTEXT}
   * @return bytes written, {@code length + OVERHEAD}
   * @throws HandshakeException when the key is used up, after 2^64 - 1 frames, or destroyed
   */
  public int seal(byte[] plaintext, int offset, int length, byte[] out, int outOffset) throws HandshakeException {
    if (length < 0 || length > MAX_PLAINTEXT) {
      throw new IllegalArgumentException("length: " + length + " is not in 0.." + MAX_PLAINTEXT);
    }
    int written = cipher.encrypt(NO_AD, plaintext, offset, length, out, outOffset + 2);
    out[outOffset] = (byte) (written >>> 8);
    out[outOffset + 1] = (byte) written;
    return written + 2;
  }

  /** Overwrites the key. Every later call fails. */
  public void destroy() {
    cipher.destroy();
  }
}
