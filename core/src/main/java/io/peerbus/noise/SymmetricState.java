package io.peerbus.noise;

import io.peerbus.secure.HandshakeException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * Noise's SymmetricState: the chaining key, the hash over all that was said, and the key that follows from both.
 * Spec: Noise revision 34, section 5.2.
 */
final class SymmetricState {

  private static final int HASH = 32;

  private final MessageDigest digest;
  private final Mac mac;
  private final byte[] hash;
  private byte[] chainingKey;
  private CipherState cipher;

  /** {@code name} is the protocol's and exactly as long as a hash, so it is the first hash itself. */
  SymmetricState(byte[] name) {
    if (name.length != HASH) {
      throw new IllegalArgumentException("name: " + name.length + " bytes, not " + HASH);
    }
    hash = name.clone();
    chainingKey = name.clone();
    try {
      digest = MessageDigest.getInstance("SHA-256");
      mac = Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM must have both", e);
    }
  }

  void mixHash(byte[] data, int offset, int length) {
    digest.update(hash);
    digest.update(data, offset, length);
    try {
      digest.digest(hash, 0, HASH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a hash of another length", e);
    }
  }

  void mixKey(byte[] material) {
    byte[][] keys = derive(material);
    Arrays.fill(chainingKey, (byte) 0);
    chainingKey = keys[0];
    if (cipher == null) {
      cipher = new CipherState(keys[1]);
    } else {
      cipher.setKey(keys[1]);
    }
    Arrays.fill(keys[1], (byte) 0);
  }

  /** How many bytes {@link #encryptAndHash} adds. */
  int overhead() {
    return cipher == null ? 0 : AeadCipher.TAG;
  }

  byte[] encryptAndHash(byte[] plaintext) throws HandshakeException {
    byte[] out = plaintext.clone();
    if (cipher != null) {
      out = new byte[plaintext.length + AeadCipher.TAG];
      cipher.encrypt(hash, plaintext, 0, plaintext.length, out, 0);
    }
    mixHash(out, 0, out.length);
    return out;
  }

  byte[] decryptAndHash(byte[] in, int offset, int length) throws HandshakeException {
    byte[] out;
    if (cipher == null) {
      out = Arrays.copyOfRange(in, offset, offset + length);
    } else {
      out = new byte[Math.max(0, length - AeadCipher.TAG)];
      cipher.decrypt(hash, in, offset, length, out, 0);
    }
    mixHash(in, offset, length);
    return out;
  }

  /** The keys of the transport, the initiator's sending one first. Nothing but {@link #hash()} works afterwards. */
  CipherState[] split() {
    byte[][] keys = derive(new byte[0]);
    CipherState[] states = {new CipherState(keys[0]), new CipherState(keys[1])};
    Arrays.fill(keys[0], (byte) 0);
    Arrays.fill(keys[1], (byte) 0);
    destroy();
    return states;
  }

  /** A copy of the hash over all that was said so far. */
  byte[] hash() {
    return hash.clone();
  }

  void destroy() {
    Arrays.fill(chainingKey, (byte) 0);
    turnTo(new byte[HASH]); // it holds the last key that it was given, from which those of the transport follow
    if (cipher != null) {
      cipher.destroy();
    }
  }

  /** HKDF with two outputs, section 4.3. */
  private byte[][] derive(byte[] material) {
    byte[] temporary = hmac(chainingKey, material, new byte[0]);
    byte[] first = hmac(temporary, new byte[] {1}, new byte[0]);
    byte[] second = hmac(temporary, first, new byte[] {2});
    Arrays.fill(temporary, (byte) 0);
    return new byte[][] {first, second};
  }

  private byte[] hmac(byte[] key, byte[] data, byte[] more) {
    turnTo(key);
    mac.update(data);
    return mac.doFinal(more);
  }

  private void turnTo(byte[] key) {
    try {
      mac.init(new RawKey(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC takes any key", e);
    }
  }
}
