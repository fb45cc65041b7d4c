package io.peerbus.noise;

import io.peerbus.crypto.NativeProvider;

/**
 * ChaCha20-Poly1305 (RFC 8439) under one key, for one direction. The nonce is Noise's: 32 zero bits and a 64-bit
 * little-endian counter. A nonce may be sealed under only once; the caller counts.
 *
 * <p>Not thread safe. Where input and output are one array, they must begin at one offset.
 */
interface AeadCipher {

  int KEY = 32;
  int TAG = 16;

  /** Writes ciphertext and tag, and returns their length, {@code length + TAG}. */
  int seal(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset);

  /**
   * Takes ciphertext and tag of together {@code length} bytes, at least {@code TAG}, and writes the plaintext.
   *
   * @return the length of the plaintext, or -1 when the tag is wrong
   */
  int open(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset);

  /**
   * Goes on with another key, which is copied over the one before. What else of that the provider holds is gone with
   * the next message, or with {@link #destroy}. Cheaper than a new cipher, which has to be looked up by its name.
   */
  void setKey(byte[] key);

  /** Overwrites the key as far as the provider lets us. Nothing else may be called afterwards. */
  void destroy();

  /** Writes a nonce of Noise's into the 12 bytes that the cipher takes; the first 4 stay as they are. */
  static void putNonce(long nonce, byte[] bytes) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[4 + i] = (byte) (nonce >>> 8 * i);
    }
  }

  /**
   * By the fastest provider of this JVM: the JDK from 21 on, else native code, else the JDK, which without intrinsics
   * is still twice as fast as Bouncy Castle (AeadBenchmark). {@code key} is copied.
   */
  static AeadCipher of(byte[] key) {
    if (JdkAead.IS_FASTEST) {
      return new JdkAead(key);
    }
    if (NativeProvider.orNull() != null) {
      return new NativeAead(NativeProvider.orNull(), key);
    }
    return JdkAead.IS_PRESENT ? new JdkAead(key) : new BouncyCastleAead(key);
  }
}
