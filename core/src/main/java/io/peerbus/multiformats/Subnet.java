package io.peerbus.multiformats;

/**
 * The IP addresses that begin with the same bits (CIDR, RFC 4632), down to a single one. An IPv4-mapped IPv6 address is
 * the IPv4 address that it stands for, so that no peer has two.
 *
 * @param ip6 whether it is of IPv6
 * @param high the first 64 bits of IPv6, 0 of IPv4
 * @param low the last 64 bits of IPv6, the 32 of IPv4
 * @param bits how many of the address count, 0 to 32 or 128; all others are 0
 */
public record Subnet(boolean ip6, long high, long low, int bits) {

  /** Bits of an IPv4 address. */
  public static final int IP4_BITS = 32;

  /** Bits of an IPv6 address. */
  public static final int IP6_BITS = 128;

  private static final int MAPPED_BITS = IP6_BITS - IP4_BITS;

  /** Those that have the first {@code bits} in common with an address of 4 or 16 bytes, as {@link Multiaddr#ip}. */
  public static Subnet of(byte[] ip, int bits) {
    if (ip.length == Ip.V4) {
      return new Subnet(false, 0, number(ip, 0, Ip.V4) & mask(IP4_BITS, bits), bits);
    }
    return new Subnet(true, number(ip, 0, Long.BYTES) & mask(Long.SIZE, bits),
        number(ip, Long.BYTES, Long.BYTES) & mask(Long.SIZE, bits - Long.SIZE), bits);
  }

  /** The first {@code bits} of {@code width}, from none to all. */
  private static long mask(int width, int bits) {
    int zeros = width - Math.max(0, Math.min(width, bits));
    return zeros == Long.SIZE ? 0 : -1L << zeros;
  }

  private static long number(byte[] bytes, int from, int length) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      number = number << Byte.SIZE | bytes[i] & 0xff;
    }
    return number;
  }

  /**
   * An address, {@code 192.0.2.1} or {@code 2001:db8::1}, or a subnet, {@code 192.0.2.0/24} or {@code 2001:db8::/32}.
   *
   * @throws FormatException when it is neither, or has bits beyond its prefix; the message says what was meant
   */
  public static Subnet parse(String text) throws FormatException {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean colon = address.indexOf(':') >= 0;
    byte[] ip = colon ? Ip.parse6(address) : Ip.parse4(address);
    if (ip == null) {
      throw new FormatException("it is neither an IP address nor a subnet such as 192.0.2.0/24 or 2001:db8::/32");
    }
    int most = colon ? IP6_BITS : IP4_BITS;
    int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
    byte[] unmapped = Ip.unmapped(ip);
    boolean mapped = unmapped.length < ip.length && bits >= MAPPED_BITS;
    Subnet whole = mapped ? of(unmapped, IP4_BITS) : all(ip);
    Subnet subnet = mapped ? of(unmapped, bits - MAPPED_BITS) : of(ip, bits);
    if (whole.high != subnet.high || whole.low != subnet.low) {
      throw new FormatException("it has bits beyond its prefix; the subnet is " + subnet);
    }
    return subnet;
  }

  private static Subnet all(byte[] ip) {
    return of(ip, ip.length * Byte.SIZE);
  }

  private static int bits(String text, int most) throws FormatException {
    int bits = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    if (bits < 0 || bits > most) {
      throw new FormatException("its prefix must be 0 to " + most + " bits, is \"" + text + "\"");
    }
    return bits;
  }

  /** What {@link #parse} reads; a single address without its prefix. */
  @Override
  public String toString() {
    byte[] ip = new byte[ip6 ? Ip.V6 : Ip.V4];
    for (int i = 0; i < ip.length; i++) {
      int fromEnd = ip.length - 1 - i;
      ip[i] = (byte) (fromEnd < Long.BYTES ? low >>> fromEnd * Byte.SIZE
          : high >>> (fromEnd - Long.BYTES) * Byte.SIZE);
    }
    String text = ip6 ? Ip.text6(ip, 0) : Ip.text4(ip, 0);
    return bits == ip.length * Byte.SIZE ? text : text + "/" + bits;
  }
}
