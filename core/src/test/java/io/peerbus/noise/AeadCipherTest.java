package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static io.peerbus.noise.NoiseVectors.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.crypto.NativeProvider;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AeadCipherTest {

  /** One provider of the cipher. */
  interface Provider {
    AeadCipher of(byte[] key);
  }

  static List<Provider> providers() {
    NativeProvider provider = NativeProvider.orNull();
    return provider == null ? List.of(JdkAead::new, BouncyCastleAead::new)
        : List.of(JdkAead::new, BouncyCastleAead::new, key -> new NativeAead(provider, key));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void rfc8439AppendixA5IsOpened(Provider provider) {
    byte[] key = hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
    byte[] ad = hex("f33388860000000000004e91");
    byte[] in = hex("64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0bd"
        + "b7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c8559797a06ef4f0"
        + "ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1"
        + "b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434e"
        + "cebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb402"
        + "2b02709beead9d67890cbb22392336fea1851f38");
    byte[] out = new byte[in.length];
    int length = provider.of(key).open(0x0807060504030201L, ad, in, 0, in.length, out, 0);
    assertEquals("Internet-Drafts are draft documents valid for a maximum of six months and may be updated, replaced,"
        + " or obsoleted by other documents at any time. It is inappropriate to use Internet-Drafts as reference"
        + " material or to cite them other than as /\u201cwork in progress./\u201d",
        new String(out, 0, length, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void whatItSealsTheOtherOpensInPlaceAndAtAnyOffset(Provider provider) {
    Random random = new Random(8439);
    for (int length : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 1000, 65519}) {
      byte[] key = random(random, 32);
      byte[] ad = random(random, length % 40);
      byte[] plain = random(random, length + 7);
      byte[] sealed = new byte[length + AeadCipher.TAG + 5];
      assertEquals(length + 16, provider.of(key).seal(length, ad, plain, 7, length, sealed, 5));
      for (Provider other : providers()) {
        byte[] inPlace = Arrays.copyOfRange(sealed, 5, sealed.length);
        assertEquals(length, other.of(key).open(length, ad, inPlace, 0, inPlace.length, inPlace, 0));
        assertArrayEquals(Arrays.copyOfRange(plain, 7, plain.length), Arrays.copyOf(inPlace, length));
        byte[] out = new byte[length + 3];
        assertEquals(length, other.of(key).open(length, ad, sealed, 5, length + 16, out, 3));
        assertArrayEquals(Arrays.copyOfRange(plain, 7, plain.length), Arrays.copyOfRange(out, 3, out.length));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aWrongTagLeavesNoPlaintextAndTheCipherUsable(Provider provider) {
    byte[] key = new byte[32];
    byte[] plain = "something to find".getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = new byte[plain.length + 16];
    provider.of(key).seal(0, new byte[0], plain, 0, plain.length, sealed, 0);
    byte[] bad = sealed.clone();
    bad[bad.length - 1] ^= 1;
    byte[] out = new byte[plain.length];
    AeadCipher cipher = provider.of(key);
    assertEquals(-1, cipher.open(0, new byte[0], bad, 0, bad.length, out, 0));
    assertEquals(text(new byte[plain.length]), text(out));
    assertEquals(plain.length, cipher.open(0, new byte[0], sealed, 0, sealed.length, out, 0));
    assertArrayEquals(plain, out);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void withAnotherKeyItIsAsANewOne(Provider provider) {
    byte[] key = random(new Random(1), 32);
    byte[] next = random(new Random(2), 32);
    byte[] first = new byte[20];
    byte[] second = new byte[20];
    AeadCipher sender = provider.of(key);
    AeadCipher receiver = provider.of(key);
    sender.seal(0, new byte[0], new byte[4], 0, 4, first, 0);
    assertEquals(4, receiver.open(0, new byte[0], first, 0, first.length, new byte[4], 0));
    sender.setKey(next);
    receiver.setKey(next);
    Arrays.fill(next, (byte) 0); // it was copied
    assertEquals(-1, receiver.open(0, new byte[0], first, 0, first.length, new byte[4], 0));
    sender.seal(0, new byte[0], new byte[4], 0, 4, second, 0);
    assertEquals(4, receiver.open(0, new byte[0], second, 0, second.length, new byte[4], 0));
    byte[] expected = new byte[20];
    provider.of(random(new Random(2), 32)).seal(0, new byte[0], new byte[4], 0, 4, expected, 0);
    assertArrayEquals(expected, second);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aDestroyedCipherHasAnotherKey(Provider provider) {
    byte[] key = random(new Random(1), 32);
    byte[] sealed = new byte[20];
    provider.of(key).seal(0, new byte[0], new byte[4], 0, 4, sealed, 0);
    AeadCipher cipher = provider.of(key);
    cipher.destroy();
    assertEquals(-1, cipher.open(0, new byte[0], sealed, 0, sealed.length, new byte[4], 0));
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
