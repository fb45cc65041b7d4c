package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateRuleTest {

  private static final String PEER = "12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X";

  @ParameterizedTest
  @ValueSource(strings = {"*", PEER, "192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::/0",
      "::1", "ffff:ffff:ffff:ffff::/64", "2001:db8:0:0:8000::/65"})
  void whatIsReadIsWrittenTheSame(String text) throws Exception {
    GateRule rule = GateRule.parse(text);
    assertEquals(rule, GateRule.parse(rule.toString()));
    assertEquals(text.replace(":0:0:", "::"), rule.toString().replace(":0:0:", "::"));
  }

  @ParameterizedTest
  @CsvSource({"::ffff:192.0.2.1, 192.0.2.1", "::ffff:192.0.2.0/120, 192.0.2.0/24", "::ffff:0:0/96, 0.0.0.0/0",
      "192.0.2.1/32, 192.0.2.1", "2001:DB8::/128, 2001:db8::"})
  void oneSetOfAddressesHasOneRule(String text, String canonical) throws Exception {
    assertEquals(canonical, GateRule.parse(text).toString());
    assertEquals(GateRule.parse(canonical), GateRule.parse(text));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "10.1.2.3/8 | it has bits beyond its prefix; the subnet is 10.0.0.0/8",
      "2001:db8::1/32 | it has bits beyond its prefix; the subnet is 2001:db8::/32",
      "::ffff:10.1.2.3/104 | it has bits beyond its prefix; the subnet is 10.0.0.0/8",
      "10.0.0.0/33 | its prefix must be 0 to 32 bits, is \"33\"",
      "10.0.0.0/-1 | its prefix must be 0 to 32 bits, is \"-1\"",
      "10.0.0.0/ | its prefix must be 0 to 32 bits, is \"\"",
      "::/129 | its prefix must be 0 to 128 bits, is \"129\"",
      "10.0.0 | it is neither an IP address nor a subnet such as 192.0.2.0/24 or 2001:db8::/32",
      "fe80::1%eth0 | it is neither an IP address nor a subnet such as 192.0.2.0/24 or 2001:db8::/32",
      "/ip4/1.2.3.4 | a multiaddr names an address and a port: give its IP address or its peer id alone",
  })
  void aMistakeIsToldWithWhatWouldBeRight(String text, String message) {
    assertEquals(message, assertThrows(FormatException.class, () -> GateRule.parse(text)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "alice", "**", "12D3KooW"})
  void whatIsNothingAtAllIsToldHowARuleLooks(String text) {
    String message = assertThrows(FormatException.class, () -> GateRule.parse(text)).getMessage();
    assertEquals("it is neither *, a peer id (", message.substring(0, 28));
  }

  @Property
  void theSubnetOfAnAddressHasItsFirstBitsAndNoOthers(@ForAll boolean ip6, @ForAll @Size(16) byte[] bytes,
      @ForAll @IntRange(max = 128) int width) throws Exception {
    byte[] ip = Ip.unmapped(ip6 ? bytes : Arrays.copyOf(bytes, Ip.V4));
    int bits = Math.min(width, ip.length * Byte.SIZE);
    byte[] masked = ip.clone();
    for (int i = bits; i < ip.length * Byte.SIZE; i++) {
      masked[i / Byte.SIZE] &= (byte) ~(0x80 >>> i % Byte.SIZE);
    }
    Subnet subnet = Subnet.of(ip, bits);
    assertEquals(Subnet.of(masked, bits), subnet);
    String text = (ip.length == Ip.V4 ? Ip.text4(masked, 0) : Ip.text6(masked, 0)) + "/" + bits;
    if (Ip.unmapped(masked).length == masked.length) { // else the text is that of an IPv4 subnet
      assertEquals(subnet, Subnet.parse(text));
    }
    assertEquals(subnet.bits(), bits);
  }
}
