package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.fuzz.Allocation;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {

  @ParameterizedTest
  @CsvSource({
    // RFC 4648, section 10, with the prefixes of multibase.
    "BASE16, f666f6f626172", "BASE16_UPPER, F666F6F626172",
    "BASE32, bmzxw6ytboi", "BASE32_UPPER, BMZXW6YTBOI", "BASE32_PAD, cmzxw6ytboi======",
    "BASE32_HEX, vcpnmuoj1e8", "BASE32_HEX_PAD_UPPER, TCPNMUOJ1E8======",
    "BASE64, mZm9vYmFy", "BASE64_PAD, MZm9vYmFy", "BASE64_URL, uZm9vYmFy",
    "BASE2, 0011001100110111101101111011000100110000101110010", "BASE58_BTC, zt1Zv2yaZ",
  })
  void foobarInSeveralBases(Multibase base, String text) throws FormatException {
    byte[] foobar = "foobar".getBytes(StandardCharsets.US_ASCII);
    assertEquals(text, base.encode(foobar));
    assertArrayEquals(foobar, Multibase.decode(text, 6));
  }

  @Test
  void lettersOfOneCaseAreReadInBoth() throws FormatException {
    assertArrayEquals(Multibase.decode("bmzxw6ytboi", 6), Multibase.decode("bMzXw6YTBOI", 6));
    assertArrayEquals(Multibase.decode("k2lcpzo5yikidynfl", 16), Multibase.decode("K2LCPZO5yikidynfl", 16));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "y", "1abc", "\u0000", "é", "b1", "f0", "fgg", "z0", "zI", "zé", "ba", "mZ", "mZh", "bmzxw6ytboj",
    "cmzxw6ytboi",
    "cmzxw6ytboi=====", "cmzxw6yt========", "MZg=", "u+/", "0000", "k-",
  })
  void textThatIsNotOfItsBaseIsRefused(String text) {
    assertThrows(FormatException.class, () -> Multibase.decode(text, 64));
  }

  @Test
  void tooLongTextIsRefusedUnread() {
    String bomb = "z" + "2".repeat(10_000_000);
    assertThrows(FormatException.class, () -> Multibase.decode(bomb, 64));
    Allocation.assertAtMost(Allocation.ALLOWANCE, () -> Multibase.decode(bomb, 64));
    assertThrows(FormatException.class, () -> Multibase.decode("f" + "00".repeat(65), 64));
  }

  @Property(tries = 2000)
  void everyBaseGivesBackItsBytes(@ForAll Multibase base, @ForAll @Size(max = 64) byte[] bytes) throws FormatException {
    assertArrayEquals(bytes, Multibase.decode(base.encode(bytes), bytes.length));
  }

  /** Digit by digit with numbers of any size. */
  @Property(tries = 2000)
  void base58IsTheNumberItself(@ForAll @Size(max = 64) byte[] bytes) {
    String alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    StringBuilder text = new StringBuilder();
    BigInteger radix = BigInteger.valueOf(alphabet.length());
    for (BigInteger left = new BigInteger(1, bytes); left.signum() > 0; left = left.divide(radix)) {
      text.insert(0, alphabet.charAt(left.mod(radix).intValue()));
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.insert(0, alphabet.charAt(0));
    }
    assertEquals("z" + text, Multibase.BASE58_BTC.encode(bytes));
  }

  @Property(tries = 2000)
  void anyTextIsReadOrRefused(@ForAll Multibase base, @ForAll @StringLength(max = 200) String text) {
    String prefixed = base.encode(new byte[0]) + text;
    Allocation.assertBounded(prefixed.length(), () -> Multibase.decode(prefixed, 64));
  }
}
