package io.peerbus.noise;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** ChaCha20-Poly1305 of Bouncy Castle, for JVMs whose own providers have none. */
final class BouncyCastleAead implements AeadCipher {

  private final ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
  private final byte[] key;
  private final byte[] nonceBytes = new byte[12];

  BouncyCastleAead(byte[] key) {
    this.key = key.clone();
  }

  @Override
  public int seal(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      begin(true, nonce, ad);
      int written = cipher.processBytes(in, offset, length, out, outOffset);
      return written + cipher.doFinal(out, outOffset + written);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("ChaCha20-Poly1305 failed to encrypt", e);
    }
  }

  @Override
  public int open(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      begin(false, nonce, ad);
      int written = cipher.processBytes(in, offset, length, out, outOffset);
      return written + cipher.doFinal(out, outOffset + written);
    } catch (InvalidCipherTextException e) {
      // Unlike the JDK it has written the plaintext by now; what nobody vouches for must not be left lying about.
      Arrays.fill(out, outOffset, outOffset + length - TAG, (byte) 0);
      return -1;
    }
  }

  private void begin(boolean sealing, long nonce, byte[] ad) {
    AeadCipher.putNonce(nonce, nonceBytes);
    cipher.init(sealing, new ParametersWithIV(new KeyParameter(key), nonceBytes));
    cipher.processAADBytes(ad, 0, ad.length);
  }

  @Override
  public void setKey(byte[] key) {
    System.arraycopy(key, 0, this.key, 0, KEY);
  }

  @Override
  public void destroy() {
    Arrays.fill(key, (byte) 0);
    // The cipher holds its own copy of the key and overwrites it when it is given another.
    cipher.init(false, new ParametersWithIV(new KeyParameter(key), new byte[12]));
  }
}
