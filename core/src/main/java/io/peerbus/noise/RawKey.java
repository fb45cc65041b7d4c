package io.peerbus.noise;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key for JCA's ciphers. The JDK's own SecretKeySpec cannot be destroyed. */
final class RawKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  /** {@code bytes} are its own from now on. */
  RawKey(byte[] bytes) {
    this.bytes = bytes;
  }

  void set(byte[] key) {
    System.arraycopy(key, 0, bytes, 0, bytes.length);
  }

  @Override
  public String getAlgorithm() {
    return "ChaCha20";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
  }
}
