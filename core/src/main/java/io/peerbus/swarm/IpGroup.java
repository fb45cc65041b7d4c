package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;

/**
 * Which addresses count as one host: each IPv4 address by itself, IPv6 by its first 56 bits, because a household
 * gets that many. Compared as a number.
 */
final class IpGroup {

  private static final int IP4_BYTES = 4;
  private static final int HOST_BYTES = 7;
  private static final int SITE_BYTES = 6;
  private static final long IP4 = 1L << 60;
  private static final long OTHER = 1L << 61;

  /** What stands for no site: those numbers have 48 bits. */
  static final long NO_SITE = -1;

  private IpGroup() {}

  /** An IP address in text form, a {@code %zone} allowed, as a multiaddr whose port means nothing. */
  static Multiaddr address(String ip) {
    int zone = ip.indexOf('%');
    return Multiaddr.tcp(zone < 0 ? ip : ip.substring(0, zone), 1);
  }

  /** The group of the IP address at the start of a multiaddr. */
  static long of(Multiaddr address) {
    byte[] ip = address.ip().orElse(null);
    if (ip == null) {
      return OTHER | address.components().get(0).hashCode() & 0xffffffffL;
    }
    return ip.length == IP4_BYTES ? IP4 | number(ip, IP4_BYTES) : number(ip, HOST_BYTES);
  }

  /** The first 48 bits of an IPv6 address, which is what an organisation gets; {@link #NO_SITE} for any other. */
  static long siteOf(Multiaddr address) {
    byte[] ip = address.ip().orElse(null);
    return ip == null || ip.length == IP4_BYTES ? NO_SITE : number(ip, SITE_BYTES);
  }

  private static long number(byte[] bytes, int length) {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }
}
