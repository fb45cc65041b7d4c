package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static io.peerbus.noise.NoiseVectors.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.NativeProvider;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgreementTest {

  static List<Agreement> all() {
    NativeProvider provider = NativeProvider.orNull();
    return provider == null ? List.of(Agreement.BOUNCY_CASTLE)
        : List.of(Agreement.BOUNCY_CASTLE, Agreement.nativeBy(provider));
  }

  @ParameterizedTest
  @MethodSource("all")
  void rfc7748Section52(Agreement agreement) {
    byte[] secret = new byte[32];
    assertTrue(agreement.agree(hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
        hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"), secret));
    assertEquals("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552", text(secret));
  }

  @ParameterizedTest
  @MethodSource("all")
  void rfc7748Section52AThousandTimes(Agreement agreement) {
    byte[] scalar = hex("0900000000000000000000000000000000000000000000000000000000000000");
    byte[] point = scalar;
    for (int i = 0; i < 1000; i++) {
      byte[] next = new byte[32];
      assertTrue(agreement.agree(scalar, point, next));
      point = scalar;
      scalar = next;
    }
    assertEquals("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", text(scalar));
  }

  @Test
  void twoKeysAgree() throws Exception {
    X25519Key one = X25519Key.generate(new Random(1));
    X25519Key other = X25519Key.generate(new Random(2));
    assertEquals(text(other.agree(one.publicKey())), text(one.agree(other.publicKey())));
    assertNotEquals(text(one.publicKey()), text(other.publicKey()));
  }

  /** One that native code draws itself, where there is some, is a pair as any other. */
  @Test
  void aKeyDrawnByTheJdksSourceAgreesWithOneOfATest() throws Exception {
    X25519Key one = X25519Key.generate(new SecureRandom());
    X25519Key other = X25519Key.generate(new Random(2));
    assertEquals(text(other.agree(one.publicKey())), text(one.agree(other.publicKey())));
    assertNotEquals(text(X25519Key.generate(new SecureRandom()).publicKey()), text(one.publicKey()));
  }

  /** Who puts another source of chance before the JDK's means it: nothing else draws keys then. */
  @Test
  void aSourceThatIsNotTheJdksIsUsedAsItIs() {
    SecureRandom same = new Chosen();
    assertEquals(text(X25519Key.generate(same).publicKey()), text(X25519Key.generate(same).publicKey()));
  }

  private static final class Chosen extends SecureRandom {
    private static final long serialVersionUID = 1L;

    Chosen() {
      super(new Same(), new Theirs());
    }
  }

  private static final class Theirs extends Provider {
    private static final long serialVersionUID = 1L;

    Theirs() {
      super("Theirs", "1", "for a test");
    }
  }

  private static final class Same extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    @Override
    protected void engineSetSeed(byte[] seed) {
      // always the same
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      Arrays.fill(bytes, (byte) 7);
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      return new byte[length];
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void pointsOfLowOrderMakeNoSecret(Agreement agreement) {
    Random random = new Random(7748);
    for (byte[] point : HandshakeAttackTest.lowOrderPoints()) {
      byte[] scalar = new byte[32];
      random.nextBytes(scalar);
      assertFalse(agreement.agree(scalar, point, new byte[32]), text(point));
    }
  }
}
