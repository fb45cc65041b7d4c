package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.util.Arrays;

/**
 * Which addresses count as one host: each IPv4 address by itself, IPv6 by its first 56 bits, because a household
 * gets that many. Compared as a number.
 */
final class IpGroup {

  private static final int IP6_PREFIX_BYTES = 7;
  private static final long IP4 = 1L << 60;
  private static final long OTHER = 1L << 61;
  private static final byte CODE_IP4 = 4;
  private static final byte CODE_IP6 = 41;
  private static final byte[] MAPPED_IP4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

  private IpGroup() {}

  /** An IP address in text form, a {@code %zone} allowed, as a multiaddr whose port means nothing. */
  static Multiaddr address(String ip) {
    int zone = ip.indexOf('%');
    return Multiaddr.tcp(zone < 0 ? ip : ip.substring(0, zone), 1);
  }

  /** The group of the IP address at the start of a multiaddr. */
  static long of(Multiaddr address) {
    if (address.has(Protocol.IP6ZONE)) {
      return of(address(address.value(Protocol.IP6).orElseThrow()));
    }
    byte[] bytes = address.toBytes();
    if (bytes[0] == CODE_IP4) {
      return IP4 | number(bytes, 1, 4);
    }
    if (bytes[0] != CODE_IP6) {
      return OTHER | address.components().get(0).hashCode() & 0xffffffffL;
    }
    int host = 1 + MAPPED_IP4.length;
    if (Arrays.equals(bytes, 1, host, MAPPED_IP4, 0, MAPPED_IP4.length)) {
      return IP4 | number(bytes, host, 4);
    }
    return number(bytes, 1, IP6_PREFIX_BYTES);
  }

  private static long number(byte[] bytes, int offset, int length) {
    long number = 0;
    for (int i = offset; i < offset + length; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }
}
