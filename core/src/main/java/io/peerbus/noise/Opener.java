package io.peerbus.noise;

import io.peerbus.secure.FrameReader;
import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;

/**
 * Decrypts what the remote sends once the handshake is complete. Keeps at most one partial frame.
 *
 * <p>Not thread safe, owned by the connection. Spec: libp2p noise, "Wire Format".
 */
public final class Opener {

  private static final int MAX_FRAME = 65535;
  private static final byte[] NO_AD = {};

  private final CipherState cipher;
  private final FrameReader reader = FrameReader.prefixed(MAX_FRAME);
  private HandshakeException failure;

  Opener(CipherState cipher) {
    this.cipher = cipher;
  }

  /**
   * The plaintext of the next frame in {@code in}, or {@code null} when more bytes are needed; what there is of a
   * partial frame is kept inside. Empty frames are legal and skipped.
   *
   * @return never empty; backed by a fresh heap array that holds this frame only and nobody writes to any more
   * @throws HandshakeException when a frame is malformed or was tampered with; the key is destroyed then, and every
   *     later call throws the same
   */
  public ByteBuffer open(ByteBuffer in) throws HandshakeException {
    if (failure != null) {
      throw failure;
    }
    try {
      byte[] frame = reader.next(in);
      while (frame != null) {
        // In place: the JDK's cipher copies the ciphertext first unless it begins at offset 0 of its array.
        int length = cipher.decrypt(NO_AD, frame, 0, frame.length, frame, 0);
        if (length > 0) {
          return ByteBuffer.wrap(frame, 0, length).slice();
        }
        frame = reader.next(in);
      }
      return null;
    } catch (HandshakeException e) {
      failure = e;
      cipher.destroy();
      throw e;
    }
  }

  /** Overwrites the key. Every later call that has a whole frame fails. */
  public void destroy() {
    cipher.destroy();
  }
}
