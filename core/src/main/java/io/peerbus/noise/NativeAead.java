package io.peerbus.noise;

import io.peerbus.crypto.NativeProvider;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * ChaCha20-Poly1305 in native code, for JVMs whose own has no intrinsics.
 *
 * <p>The provider's object keeps a buffer as long as its longest message, which for 10,000 connections would be more
 * than a gigabyte. So each message has one of its own: half a microsecond, and 4 % of a long message.
 */
final class NativeAead implements AeadCipher {

  private final NativeProvider provider;
  private final RawKey key;
  private final byte[] nonceBytes = new byte[12];

  NativeAead(NativeProvider provider, byte[] key) {
    this.provider = provider;
    this.key = new RawKey(key.clone());
  }

  @Override
  public int seal(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      return begin(Cipher.ENCRYPT_MODE, nonce, ad).doFinal(in, offset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ChaCha20-Poly1305 failed to encrypt", e);
    }
  }

  @Override
  public int open(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      return begin(Cipher.DECRYPT_MODE, nonce, ad).doFinal(in, offset, length, out, outOffset);
    } catch (AEADBadTagException e) {
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ChaCha20-Poly1305 failed to decrypt", e);
    }
  }

  private Cipher begin(int mode, long nonce, byte[] ad) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(NativeProvider.CHACHA20_POLY1305, provider.jca());
    AeadCipher.putNonce(nonce, nonceBytes);
    cipher.init(mode, key, new IvParameterSpec(nonceBytes));
    if (ad.length > 0) {
      cipher.updateAAD(ad);
    }
    return cipher;
  }

  @Override
  public void setKey(byte[] key) {
    this.key.set(key);
  }

  @Override
  public void destroy() {
    key.destroy();
  }
}
