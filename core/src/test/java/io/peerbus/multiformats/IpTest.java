package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTest {

  @ParameterizedTest
  @CsvSource({
    "2001:0db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:DB8::1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "::1, ::1",
    "1::, 1::",
    "0:0:1::, 0:0:1::",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::ffff:1.2.3.4, ::ffff:1.2.3.4",
    "::ffff:102:304, ::ffff:1.2.3.4",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
  })
  void oneTextForEachAddress(String text, String canonical) {
    assertEquals(canonical, Ip.text6(Ip.parse6(text), 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3", "12345::", "g::", "::1:",
    ":1::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.256", "1.2.3.4::", "1.2.3.4", "fe80::1%eth0", "::+1", "::-1",
    "::0x1", "::\u0661",
  })
  void whatIsNoIpv6AddressIsRefused(String text) {
    assertNull(Ip.parse6(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.4 ",
    "+1.2.3.4", "1.2.3.\u0661", "0x1.2.3.4", "1.2.3.1000",
  })
  void whatIsNoIpv4AddressIsRefused(String text) {
    assertNull(Ip.parse4(text));
  }

  @Property
  void ipv4TextIsReadAsTheJdkReadsIt(@ForAll @Size(4) byte[] ip) throws UnknownHostException {
    assertArrayEquals(ip, Ip.parse4(Ip.text4(ip, 0)));
    assertEquals(InetAddress.getByAddress(ip).getHostAddress(), Ip.text4(ip, 0));
  }

  @Property
  void ipv6TextIsReadAsTheJdkReadsIt(@ForAll("addresses") byte[] ip) throws UnknownHostException {
    assertArrayEquals(ip, Ip.parse6(Ip.text6(ip, 0)));
    assertArrayEquals(ip, Ip.parse6(InetAddress.getByAddress(ip).getHostAddress().contains(".")
        ? Ip.text6(ip, 0) : InetAddress.getByAddress(ip).getHostAddress()));
    assertEquals(InetAddress.getByAddress(ip), InetAddress.getByName(Ip.text6(ip, 0)));
  }

  /** With many zeros, as those make the forms differ. */
  @Provide
  Arbitrary<byte[]> addresses() {
    return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, Arbitraries.just((byte) 0)),
        net.jqwik.api.Tuple.of(1, Arbitraries.bytes())).array(byte[].class).ofSize(16);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, loopback", "127.255.0.9, loopback", "::1, loopback", "::ffff:127.0.0.1, loopback",
    "10.0.0.1, private", "172.16.0.1, private", "172.31.255.255, private", "192.168.1.1, private",
    "169.254.1.1, private", "100.64.0.1, private", "fe80::1, private", "fd00::1, private", "fc00::1, private",
    "0.0.0.0, unspecified", "::, unspecified",
    "172.32.0.1, public", "100.128.0.1, public", "8.8.8.8, public", "2001:db8::1, public", "::2, public",
    "126.0.0.1, public", "192.169.0.1, public", "fec0::1, public",
  })
  void rangesOfAddresses(String text, String range) {
    byte[] ip = Ip.unmapped(text.indexOf(':') < 0 ? Ip.parse4(text) : Ip.parse6(text));
    assertEquals(range.equals("loopback"), Ip.isLoopback(ip));
    assertEquals(range.equals("private"), Ip.isPrivate(ip));
    assertEquals(range.equals("unspecified"), Ip.isUnspecified(ip));
  }
}
