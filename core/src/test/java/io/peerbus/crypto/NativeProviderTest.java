package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ed25519 in native code and in Java are one and the same. */
class NativeProviderTest {

  private static final int KEYS = 50;

  private final Random random = new Random(8032);
  private NativeProvider provider;

  @BeforeEach
  void needsOne() {
    provider = NativeProvider.orNull();
    assumeTrue(provider != null, "Conscrypt has no library for this system");
  }

  @Test
  void bothSignTheSameAndVerifyWhatTheOtherSigned() {
    for (int i = 0; i < KEYS; i++) {
      byte[] seed = bytes(32);
      byte[] message = bytes(i * 7);
      Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(seed, 0);
      byte[] signature = Ed25519.javaSigner(key).sign(message);
      assertArrayEquals(signature, Ed25519.nativeSigner(provider, seed).sign(message));
      byte[] publicData = key.generatePublicKey().getEncoded();
      assertTrue(Ed25519.nativeVerifier(provider, publicData).verify(message, signature));
      assertTrue(Ed25519.javaVerifier(publicData).verify(message, signature));
    }
  }

  @Test
  void bothRefuseTheSame() {
    byte[] seed = bytes(32);
    byte[] message = bytes(40);
    Ed25519PublicKeyParameters key = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey();
    byte[] good = Ed25519.nativeSigner(provider, seed).sign(message);
    Scheme.Verifier inJava = Ed25519.javaVerifier(key.getEncoded());
    Scheme.Verifier inNative = Ed25519.nativeVerifier(provider, key.getEncoded());
    for (int bit = 0; bit < good.length * Byte.SIZE; bit++) {
      byte[] bad = good.clone();
      bad[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertFalse(inJava.verify(message, bad), "bit " + bit);
      assertFalse(inNative.verify(message, bad), "bit " + bit);
    }
    assertFalse(inNative.verify(Arrays.copyOf(message, 39), good));
  }

  /** S + L verifies as S does where it is not held against L: one message would have two signatures. */
  @Test
  void theOtherFormOfASignatureIsRefused() {
    byte[] seed = bytes(32);
    byte[] message = bytes(10);
    byte[] signature = Ed25519.nativeSigner(provider, seed).sign(message);
    byte[] order = HexFormat.of()
        .parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    int carry = 0;
    for (int i = 0; i < 32; i++) {
      carry += (signature[32 + i] & 0xff) + (order[i] & 0xff);
      signature[32 + i] = (byte) carry;
      carry >>>= Byte.SIZE;
    }
    assertEquals(0, carry);
    Ed25519PublicKeyParameters key = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey();
    assertFalse(Ed25519.nativeVerifier(provider, key.getEncoded()).verify(message, signature));
    assertFalse(Ed25519.javaVerifier(key.getEncoded()).verify(message, signature));
  }

  @Test
  void nothingIsSignedByWhatIsNoPoint() {
    byte[] noPoint = new byte[32];
    noPoint[0] = 2; // has no x
    assertFalse(Ed25519.javaVerifier(noPoint).verify(bytes(3), bytes(64)));
    assertFalse(Ed25519.nativeVerifier(provider, noPoint).verify(bytes(3), bytes(64)));
  }

  @Test
  void signaturesOfAnyLengthAreRefusedWithoutAnError() {
    byte[] seed = bytes(32);
    byte[] publicData = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
    for (int length : new int[] {0, 1, 63, 65, 1000}) {
      assertFalse(Ed25519.nativeVerifier(provider, publicData).verify(bytes(3), bytes(length)));
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
