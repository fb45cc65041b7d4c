package io.peerbus.noise;

import io.peerbus.secure.HandshakeException;

/**
 * Noise's CipherState with a key: one direction of a connection, or the encrypted parts of one handshake message.
 * Spec: Noise revision 34, section 5.1.
 *
 * <p>Not thread safe.
 */
final class CipherState {

  /** The nonce that section 5.1 keeps for other uses; the one before it is the last that may be used. */
  private static final long LIMIT = -1L;

  private final AeadCipher cipher;
  private long nonce;
  private boolean destroyed;

  CipherState(byte[] key) {
    this(AeadCipher.of(key));
  }

  CipherState(AeadCipher cipher) {
    this.cipher = cipher;
  }

  /** Writes ciphertext and tag and returns their length. */
  int encrypt(byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) throws HandshakeException {
    check();
    int written = cipher.seal(nonce, ad, in, offset, length, out, outOffset);
    nonce++;
    return written;
  }

  /**
   * Takes ciphertext and tag, writes the plaintext and returns its length. A wrong tag leaves the nonce as it was.
   */
  int decrypt(byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) throws HandshakeException {
    check();
    if (length < AeadCipher.TAG) {
      throw new HandshakeException(length + " bytes are too short for a tag of " + AeadCipher.TAG);
    }
    int written = cipher.open(nonce, ad, in, offset, length, out, outOffset);
    if (written < 0) {
      throw new HandshakeException("wrong authentication tag");
    }
    nonce++;
    return written;
  }

  private void check() throws HandshakeException {
    if (destroyed) {
      throw new HandshakeException("the key is destroyed");
    }
    if (nonce == LIMIT) {
      // To go on would be to use a nonce twice, which gives the key stream away.
      throw new HandshakeException("the nonces of this key are used up");
    }
  }

  /** For tests of the limit; the spec's SetNonce. */
  void setNonce(long nonce) {
    this.nonce = nonce;
  }

  /** The spec's InitializeKey: begins anew with a key under which nothing was sealed yet. Copies it. */
  void setKey(byte[] key) {
    cipher.setKey(key);
    nonce = 0;
  }

  void destroy() {
    if (!destroyed) {
      destroyed = true;
      cipher.destroy();
    }
  }
}
