package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {

  private static final String ED25519 = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String ZEROS = "0000000000000000000000000000000000000000000000000000000000000000";
  private static final String SHA256 = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

  @Test
  void theTextsOfTheSpec() throws FormatException {
    PeerId id = PeerId.parse(ED25519);
    assertEquals(ED25519, id.toString());
    assertEquals("bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6", id.toCid());
    assertEquals("k51qzi5uqu5dgy8qsq67hbz73jqkw87l3fgf4a91qb0d9b5173tir7n4vxk1oe", id.toCidBase36());
    PeerId hashed = PeerId.parse("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe");
    assertEquals(SHA256, hashed.toString());
    assertEquals(hashed, PeerId.parse(SHA256));
    assertNull(hashed.inlinedKey());
    assertEquals("080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
        HexFormat.of().formatHex(id.inlinedKey()));
  }

  @ParameterizedTest
  @EnumSource
  void cidsAreReadInEveryBaseAndWithBothCodecs(Multibase base) throws FormatException {
    for (String text : new String[] {ED25519, SHA256}) {
      PeerId id = PeerId.parse(text);
      for (int codec : new int[] {0x72, 0x70}) {
        byte[] multihash = id.toBytes();
        byte[] cid = ByteBuffer.allocate(2 + multihash.length).put((byte) 1).put((byte) codec).put(multihash).array();
        assertEquals(id, PeerId.parse(base.encode(cid)));
      }
    }
  }

  @Test
  void keysOfUpTo42BytesAreInlinedAndLongerOnesHashed() {
    assertArrayEquals(new byte[42], PeerId.ofPublicKey(new byte[42]).inlinedKey());
    PeerId hashed = PeerId.ofPublicKey(new byte[43]);
    assertNull(hashed.inlinedKey());
    assertEquals(34, hashed.toBytes().length);
    assertTrue(hashed.toString().startsWith("Qm"));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "00", "0000", "12", "1220", "0001", "000201", "00020102ff",
    "1120" + ZEROS, "1210" + "00000000000000000000000000000000", "1221" + ZEROS + "00", "1220" + ZEROS + "00",
    "002b" + ZEROS + "0000000000000000000000", "800001aa", "00810100", "ffffffffffffffffff01",
  })
  void whatIsNoPeerIdIsRefused(String hex) {
    assertThrows(FormatException.class, () -> PeerId.of(HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "1", "Q", "Qm", "Qm0", ED25519 + "1", "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3p0", "bafz", "zQm",
    "bafybeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqx", "f01721220", "f0155122012", "peer", " " + ED25519,
    ED25519 + "\n", ED25519 + ED25519,
  })
  void textThatIsNoPeerIdIsRefusedAndShownHarmless(String text) {
    String message = assertThrows(FormatException.class, () -> PeerId.parse(text)).getMessage();
    assertTrue(message.startsWith("peer id '"), message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  @Test
  void aMegabyteOfDigitsCostsNothing() {
    for (String bomb : List.of("2".repeat(1 << 20), "k" + "0".repeat(1 << 20))) {
      assertThrows(FormatException.class, () -> PeerId.parse(bomb));
      Allocation.assertAtMost(Allocation.ALLOWANCE, () -> PeerId.parse(bomb));
    }
  }

  @Test
  void idsAreOrderedByUnsignedBytes() throws FormatException {
    PeerId low = PeerId.of(new byte[] {0, 1, 0x7f});
    PeerId high = PeerId.of(new byte[] {0, 1, (byte) 0x80});
    PeerId longer = PeerId.of(new byte[] {0, 2, 0, 0});
    assertTrue(low.compareTo(high) < 0);
    assertTrue(high.compareTo(longer) < 0);
    assertEquals(0, low.compareTo(PeerId.of(low.toBytes())));
  }

  @Test
  void theBytesOfAnIdCannotBeChangedFromOutside() throws FormatException {
    byte[] bytes = PeerId.parse(ED25519).toBytes();
    PeerId id = PeerId.of(bytes);
    bytes[10]++;
    id.toBytes()[11]++;
    id.inlinedKey()[12]++;
    assertEquals(PeerId.parse(ED25519), id);
    assertNotEquals(PeerId.of(bytes), id);
  }

  @Property
  void everyIdIsItsTexts(@ForAll @Size(min = 1, max = 100) byte[] key) throws FormatException {
    PeerId id = PeerId.ofPublicKey(key);
    for (PeerId again : new PeerId[] {PeerId.of(id.toBytes()), PeerId.parse(id.toString()), PeerId.parse(id.toCid()),
        PeerId.parse(id.toCidBase36())}) {
      assertEquals(id, again);
      assertEquals(id.hashCode(), again.hashCode());
      assertEquals(0, id.compareTo(again));
    }
  }

  @Property(tries = 2000)
  void anyBytesAreAnIdOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> assertArrayEquals(bytes, PeerId.of(bytes).toBytes()));
  }

  @Property(tries = 2000)
  void anIdWithAChangedByteIsAnIdOrRefused(@ForAll @IntRange(max = 37) int at, @ForAll byte value)
      throws FormatException {
    byte[] bytes = PeerId.parse(ED25519).toBytes();
    bytes[at] = value;
    Allocation.assertBounded(bytes.length, () -> PeerId.of(bytes));
    Allocation.assertBounded(at, () -> PeerId.of(Arrays.copyOf(bytes, at)));
  }

  @Property(tries = 2000)
  void anyTextIsAnIdOrRefused(@ForAll @StringLength(max = 100) String text, @ForAll @IntRange(max = 52) int cut) {
    String mixed = ED25519.substring(0, cut) + text;
    Allocation.assertBounded(mixed.length(), () -> PeerId.parse(mixed));
  }
}
