package io.peerbus.noise;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/** ChaCha20-Poly1305 of the JDK, which has intrinsics for both halves from version 21 on. */
final class JdkAead implements AeadCipher {

  /** Some JVMs restrict what they provide. */
  static final boolean IS_PRESENT = isPresent();

  /** Whether it is faster than what a call to native code takes, too: with intrinsics for both halves. */
  static final boolean IS_FASTEST = IS_PRESENT && Runtime.version().feature() >= 21;

  private static final String NAME = "ChaCha20-Poly1305";
  private static final byte AFTER_A_WRONG_TAG = 1;
  private static final byte AFTER_THE_END = 2;

  private final RawKey key;
  private final byte[] nonceBytes = new byte[12];
  private final Cipher cipher;

  JdkAead(byte[] key) {
    this.key = new RawKey(key.clone());
    try {
      this.cipher = Cipher.getInstance(NAME);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + NAME, e);
    }
  }

  private static boolean isPresent() {
    try {
      Cipher.getInstance(NAME);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public int seal(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      begin(Cipher.ENCRYPT_MODE, nonce, ad);
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(NAME + " failed to encrypt", e);
    }
  }

  @Override
  public int open(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      begin(Cipher.DECRYPT_MODE, nonce, ad);
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (AEADBadTagException e) {
      // Otherwise it would refuse to begin again at the nonce that is still due (on 17 also for decryption).
      turnTo(AFTER_A_WRONG_TAG);
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(NAME + " failed to decrypt", e);
    }
  }

  private void begin(int mode, long nonce, byte[] ad) throws GeneralSecurityException {
    AeadCipher.putNonce(nonce, nonceBytes);
    cipher.init(mode, key, new IvParameterSpec(nonceBytes));
    if (ad.length > 0) {
      cipher.updateAAD(ad);
    }
  }

  @Override
  public void setKey(byte[] key) {
    this.key.set(key);
  }

  @Override
  public void destroy() {
    key.destroy();
    // The cipher holds its own copy of the key and overwrites it when it is given another.
    turnTo(AFTER_THE_END);
  }

  /** Begins with a nonce that no message has: its first 4 bytes are not zero. */
  private void turnTo(byte unused) {
    byte[] unusedNonce = new byte[12];
    unusedNonce[0] = unused;
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(unusedNonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(NAME + " does not begin anew", e);
    }
  }
}
