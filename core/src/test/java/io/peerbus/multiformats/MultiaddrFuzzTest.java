package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class MultiaddrFuzzTest {

  private static final byte[] PEER =
      HexFormat.of().parseHex("0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e");

  @Property(tries = 1000)
  void anyBytesAreAnAddressOrRefused(@ForAll @Size(max = 80) byte[] bytes) {
    check(bytes);
  }

  @Property(tries = 1000)
  void componentsOfAnyBytesAreAnAddressOrRefused(@ForAll("components") List<byte[]> components) {
    check(join(components));
  }

  @Property(tries = 1000)
  void mutatedComponentsAreAnAddressOrRefused(@ForAll("components") List<byte[]> components, @ForAll int at,
      @ForAll byte value) {
    byte[] bytes = join(components);
    if (bytes.length > 0) {
      bytes[Math.floorMod(at, bytes.length)] = value;
      check(bytes);
      check(Arrays.copyOf(bytes, Math.floorMod(at, bytes.length)));
    }
  }

  @Property(tries = 1000)
  void anyTextIsAnAddressOrRefused(@ForAll("texts") String text) {
    check(text);
  }

  @Property(tries = 200)
  void anyUnicodeIsAnAddressOrRefused(@ForAll @StringLength(max = 1100) String text) {
    check(text);
    check("/dns/" + text);
    check("/unix/" + text);
    check("/http-path/" + text);
  }

  /** Much to make of little text. */
  @Example
  void manySmallComponentsKeepTheBound() {
    for (String step : new String[] {"/ip6/::", "/ip6/::1", "/memory/1", "/noise", "/wss", "/ip4/1.1.1.1", "/tcp/1"}) {
      for (int count = 1; count <= Multiaddr.MAX_COMPONENTS + 2; count++) {
        check(step.repeat(count));
        check(step.repeat(count) + "/dns");
      }
    }
  }

  @Property(tries = 200)
  void percentEncodedTextIsAnAddressOrRefused(@ForAll("percents") String text) {
    check("/http-path/" + text);
  }

  @Property(tries = 200)
  void listsOfAddressesKeepTheBound(@ForAll @Size(max = 40) List<@Size(max = 60) byte[]> encoded) {
    checkList(encoded);
  }

  @Property(tries = 1000)
  void listsOfAlmostAddressesKeepTheBound(@ForAll("components") List<byte[]> components, @ForAll int at,
      @ForAll byte value) {
    byte[] bytes = join(components);
    if (bytes.length > 0) {
      bytes[Math.floorMod(at, bytes.length)] = value;
    }
    checkList(Collections.nCopies(64, bytes));
  }

  /** Each kind of fault, and each kind of short address, as often as a list may have it. */
  @Example
  void listsOfOneAndTheSameKeepTheBound() {
    for (String hex : new String[] {"", "80", "8400", "84010000", "ffffffffffffffffff01", "04", "06ff", "3500", "35ff",
        "3501ff", "35022f61", "3502610a", "a50300", "a503020000", "d20300", "d203021220", "900301612f", "e10300",
        "9003022f6106", "060050", "c603", "de03", "de03de03", "c603".repeat(21), "de03".repeat(11)}) {
      checkList(Collections.nCopies(64, HexFormat.of().parseHex(hex)));
    }
  }

  /** The bytes of the list alone, without what a message would have around each. */
  private static void checkList(List<byte[]> encoded) {
    byte[] message = join(encoded);
    Allocation.assertBounded(message.length, () -> {
      AddressList addresses = new AddressList(64);
      int at = 0;
      for (byte[] bytes : encoded) {
        addresses.add(message, at, bytes.length);
        at += bytes.length;
      }
      addresses.take();
    });
  }

  static void check(byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> Multiaddr.of(bytes));
    try {
      Multiaddr address = Multiaddr.of(bytes);
      if (!address.has(Protocol.WS)) { // what came as /wss is another
        assertArrayEquals(bytes, address.toBytes());
      }
      roundTrip(address);
    } catch (FormatException refused) {
      return;
    }
  }

  static void check(String text) {
    Allocation.assertBounded(text.getBytes(StandardCharsets.UTF_8).length, () -> Multiaddr.parse(text));
    try {
      roundTrip(Multiaddr.parse(text));
    } catch (FormatException refused) {
      return;
    }
  }

  private static void roundTrip(Multiaddr address) throws FormatException {
    assertEquals(address, Multiaddr.parse(address.toString()));
    assertEquals(address.toString(), Multiaddr.of(address.toBytes()).toString());
    assertEquals(address.components(), Multiaddr.parse(address.toString()).components());
  }

  private static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  /** Components of the right shape with values that may be wrong, so that the walk gets past the first. */
  @Provide
  Arbitrary<List<byte[]>> components() {
    Arbitrary<byte[]> value = Arbitraries.oneOf(
        Arbitraries.bytes().array(byte[].class).ofMaxSize(40),
        Arbitraries.strings().ascii().ofMinLength(1).ofMaxLength(40).map(String::getBytes),
        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(40).map(text -> ("/" + text).getBytes()),
        Arbitraries.just(PEER));
    return Combinators.combine(Arbitraries.of(Protocol.class), value)
        .as(MultiaddrFuzzTest::component).list().ofMaxSize(30);
  }

  private static byte[] component(Protocol protocol, byte[] value) {
    int size = protocol.value().size();
    return size >= 0
        ? join(List.of(Varint.encode(protocol.code()), Arrays.copyOf(value, size)))
        : join(List.of(Varint.encode(protocol.code()), Varint.encode(value.length), value));
  }

  @Provide
  Arbitrary<String> percents() {
    Arbitrary<String> most = Arbitraries.of("%00", "%2F", "%41", "a", "~").list().ofMaxSize(1400)
        .map(parts -> String.join("", parts));
    return Combinators.combine(most, Arbitraries.of("", "%", "%4", "%4g", "é")).as((all, last) -> all + last);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> names = Arbitraries.of(Protocol.class).map(Protocol::text);
    Arbitrary<String> values = Arbitraries.oneOf(Arbitraries.of("1.2.3.4", "::1", "80", "65535", "eth0", "a%2Fb", "",
            "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq", "uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
            "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijc:1234"),
        Arbitraries.strings().ascii().ofMaxLength(20));
    return Arbitraries.oneOf(names, names, values).list().ofMaxSize(12).map(parts -> "/" + String.join("/", parts));
  }
}
