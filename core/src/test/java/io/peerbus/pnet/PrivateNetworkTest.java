package io.peerbus.pnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.multiformats.FormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateNetworkTest {

  private static final String HEAD = "/key/swarm/psk/1.0.0/\n";
  private static final String KEY = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";

  private static PrivateNetwork parse(String text) throws FormatException {
    return PrivateNetwork.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void theThreeEncodingsAreTheSameKey() throws Exception {
    byte[] key = HexFormat.of().parseHex(KEY);
    PrivateNetwork network = parse(HEAD + "/base16/\n" + KEY);
    assertEquals(network, parse(HEAD + "/base16/\n" + KEY + "\n\n"));
    assertEquals(network, parse("/key/swarm/psk/1.0.0/\r\n/base16/\r\n" + KEY + "\r\n"));
    assertEquals(network, parse(HEAD + "/base64/\n" + Base64.getEncoder().encodeToString(key) + "\n"));
    assertEquals(network, parse(HEAD + "/bin/\n" + new String(key, StandardCharsets.ISO_8859_1)));
    assertEquals(network, PrivateNetwork.parse(network.toFile()));
    assertNotEquals(network, PrivateNetwork.generate(new Random(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n\n", KEY, "/key/swarm/psk/2.0.0/\n/base16/\n" + KEY, HEAD + KEY,
      HEAD + "/base16/\n" + KEY + "00", HEAD + "/base16/\nzz", HEAD + "/base64/\n" + KEY, HEAD + "/bin/\nshort",
      HEAD + "/base58/\n" + KEY})
  void whatIsNoKeyIsRefusedInWordsThatDoNotTellIt(String text) {
    String reason = assertThrows(FormatException.class, () -> parse(text)).getMessage();
    assertFalse(reason.contains(KEY.substring(0, 8)), reason);
    assertThrows(FormatException.class, () -> parse(HEAD + "/base16/\n" + KEY + " ".repeat(300)));
  }

  /** SEC-17: a key that is printed is in somebody's log. */
  @Test
  void itIsNeverPrinted() throws Exception {
    assertEquals("PrivateNetwork", parse(HEAD + "/base16/\n" + KEY).toString());
  }

  /** The stream's first bytes, from the tests of NaCl. */
  @Test
  void itIsXSalsa20() throws Exception {
    byte[] nonce = HexFormat.of().parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    RandomGenerator random = new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError();
      }

      @Override
      public void nextBytes(byte[] bytes) {
        System.arraycopy(nonce, 0, bytes, 0, nonce.length);
      }
    };
    byte[] out = new byte[Cloak.NONCE + 32];
    assertEquals(out.length, parse(HEAD + "/base16/\n" + KEY).cloak(random).hide(out, 32));
    assertArrayEquals(nonce, Arrays.copyOf(out, Cloak.NONCE));
    assertEquals("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880",
        HexFormat.of().formatHex(out, Cloak.NONCE, out.length));
  }

  @Property(tries = 200)
  void whatIsHiddenIsUncoveredHoweverItIsCut(@ForAll @Size(max = 20) byte[][] messages,
      @ForAll @IntRange(min = 1, max = 50) int chunk, @ForAll long seed) {
    PrivateNetwork network = PrivateNetwork.generate(new Random(seed));
    Cloak hides = network.cloak(new Random(seed + 1));
    Cloak uncovers = network.cloak(new Random(seed + 2));
    ByteBuffer wire = ByteBuffer.allocate(1 << 16);
    ByteBuffer plain = ByteBuffer.allocate(1 << 16);
    for (byte[] message : messages) {
      byte[] room = Arrays.copyOf(message, message.length + Cloak.NONCE);
      wire.put(room, 0, hides.hide(room, message.length));
      plain.put(message);
    }
    ByteBuffer seen = ByteBuffer.allocate(1 << 16);
    byte[] bytes = Arrays.copyOf(wire.array(), wire.position());
    for (int at = 0; at < bytes.length; at += chunk) {
      seen.put(uncovers.uncover(ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at))));
    }
    assertArrayEquals(plain.flip().array(), seen.flip().array());
  }
}
