package io.peerbus.pnet;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * Hides what a connection sends and uncovers what it receives: 24 random bytes first, then everything under XSalsa20.
 * Nothing is buffered but those 24 bytes.
 *
 * <p>Not thread safe, owned by its connection.
 */
public final class Cloak {

  /** Bytes before the first hidden one. */
  public static final int NONCE = 24;

  private final byte[] key;
  private final RandomGenerator random;
  private XSalsa20Engine out; // null until the first byte
  private XSalsa20Engine in;  // null until the remote's nonce is whole
  private final byte[] remoteNonce = new byte[NONCE];
  private int nonceBytes;

  Cloak(byte[] key, RandomGenerator random) {
    this.key = key;
    this.random = random;
  }

  private XSalsa20Engine engine(byte[] nonce) {
    XSalsa20Engine engine = new XSalsa20Engine();
    engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce)); // the same both ways
    return engine;
  }

  /**
   * Hides the first {@code length} bytes in their place; the first time the nonce is put before them.
   *
   * @param bytes with room for {@link #NONCE} more
   * @return how many there are now
   */
  public int hide(byte[] bytes, int length) {
    if (out != null) {
      out.processBytes(bytes, 0, length, bytes, 0);
      return length;
    }
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    out = engine(nonce);
    System.arraycopy(bytes, 0, bytes, NONCE, length);
    System.arraycopy(nonce, 0, bytes, 0, NONCE);
    out.processBytes(bytes, NONCE, length, bytes, NONCE);
    return NONCE + length;
  }

  /** What these bytes were; all are taken. Backed by a fresh heap array, and empty while the nonce is not whole. */
  public ByteBuffer uncover(ByteBuffer hidden) {
    if (in == null) {
      int taken = Math.min(hidden.remaining(), NONCE - nonceBytes);
      hidden.get(remoteNonce, nonceBytes, taken);
      nonceBytes += taken;
      if (nonceBytes == NONCE) {
        in = engine(remoteNonce);
      }
    }
    byte[] bytes = new byte[hidden.remaining()];
    hidden.get(bytes);
    if (in != null) {
      in.processBytes(bytes, 0, bytes.length, bytes, 0);
    }
    return ByteBuffer.wrap(bytes);
  }
}
