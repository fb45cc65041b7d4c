package io.peerbus.multiformats;

import io.peerbus.multiformats.Multiaddr.Component;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The binary form of multiaddrs: made of text, checked, and taken apart.
 *
 * <p>A walk over the bytes stops at each component, with its protocol and where its value lies, or at a fault.
 */
final class MultiaddrBytes {

  private static final int WSS_GROWTH = Varint.length(Protocol.TLS.code());

  private byte[] bytes;
  /** Where the component begins that the walk has stopped at, where its value lies, and where the next begins. */
  private int start;
  private int offset;
  private int length;
  private int end;
  private int limit;
  private Protocol protocol;
  /** What is wrong, and the numbers for {@code %d} and {@code %o} in it: put together only when somebody asks. */
  private String fault;
  private long wrong;
  private long instead;
  /** Components so far, and bytes that they have more when each {@code /wss} is written as {@code /tls/ws}. */
  private int count;
  private int growth;

  /** For {@link #read}, any number of times. */
  MultiaddrBytes() {
  }

  private MultiaddrBytes(byte[] checked) {
    begin(checked, 0, checked.length);
  }

  private void begin(byte[] walked, int from, int size) {
    bytes = walked;
    end = from;
    limit = from + size;
    protocol = null;
    fault = null;
  }

  private boolean fail(String what, long number, long other) {
    fault = what;
    wrong = number;
    instead = other;
    return false;
  }

  /** Steps to the next component and checks where it ends, not its value; false at the end and at a fault. */
  private boolean next() {
    if (end == limit) {
      return false;
    }
    start = end;
    protocol = null;
    long code = Varint.readAt(bytes, start, limit);
    if (code < 0) {
      return fail(Varint.fault(code), 0, 0);
    }
    Protocol known = Protocol.of(code);
    if (known == null) {
      return fail("unknown protocol code %d", code, 0);
    }
    protocol = known;
    offset = start + Varint.length(code);
    long size = protocol.value().size();
    if (size < 0) {
      size = Varint.readAt(bytes, offset, limit);
      if (size < 0) {
        return fail(Varint.fault(size), 0, 0);
      }
      offset += Varint.length(size);
    }
    if (size > limit - offset) {
      return fail("%d bytes, but %o are left", size, limit - offset);
    }
    length = (int) size;
    end = offset + length;
    return true;
  }

  private byte[] value() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /**
   * A copy of {@code unchecked[from, from + size)} if that is an address, with each {@code /wss} written as
   * {@code /tls/ws}; {@code null} when it is none, and {@link #fault} tells why.
   */
  byte[] read(byte[] unchecked, int from, int size) {
    begin(unchecked, from, size);
    count = 0;
    growth = 0;
    if (size > Multiaddr.MAX_LENGTH + Multiaddr.PEER_SUFFIX) {
      fail("%d bytes, at most %o are allowed", size, Multiaddr.MAX_LENGTH);
      return null;
    }
    Protocol previous = null;
    boolean wss = false;
    while (next() && isAllowedAfter(previous) && isWithinBounds(from)) {
      previous = protocol;
      wss |= protocol == Protocol.WSS;
    }
    if (fault == null && previous == null) {
      fail("it is empty", 0, 0);
    }
    if (fault != null) {
      return null;
    }
    return wss ? withoutWss(from) : Arrays.copyOfRange(unchecked, from, limit);
  }

  private boolean isAllowedAfter(Protocol previous) {
    if (previous != null && previous.isPath()) {
      return fail("a path that is not the last", 0, 0); // in text a path takes all that follows
    }
    String wrongValue = protocol.value().fault(bytes, offset, length);
    boolean grows = protocol == Protocol.WSS && previous != Protocol.TLS;
    count += grows ? 2 : 1;
    growth += grows ? WSS_GROWTH : 0;
    return wrongValue == null || fail(wrongValue, length, 0);
  }

  private boolean isWithinBounds(int from) {
    boolean suffix = protocol == Protocol.P2P && end == limit;
    if (count - (suffix ? 1 : 0) > Multiaddr.MAX_COMPONENTS) {
      return fail("more than %d components", Multiaddr.MAX_COMPONENTS, 0);
    }
    return (suffix ? start : end) - from + growth <= Multiaddr.MAX_LENGTH
        || fail("more than %d bytes", Multiaddr.MAX_LENGTH, 0);
  }

  /** The code of {@code /ws} is as long as that of {@code /wss}. */
  private byte[] withoutWss(int from) {
    byte[] out = new byte[limit - from + growth];
    int at = 0;
    begin(bytes, from, limit - from);
    Protocol previous = null;
    while (next()) {
      if (protocol != Protocol.WSS) {
        System.arraycopy(bytes, start, out, at, end - start);
        at += end - start;
      } else {
        at = previous == Protocol.TLS ? at : putCode(Protocol.TLS, out, at);
        at = putCode(Protocol.WS, out, at);
      }
      previous = protocol;
    }
    return out;
  }

  /** The codes of both have 9 bits. */
  private static int putCode(Protocol protocol, byte[] out, int at) {
    out[at] = (byte) (protocol.code() | 0x80);
    out[at + 1] = (byte) (protocol.code() >>> 7);
    return at + WSS_GROWTH;
  }

  /** In words, what is wrong with the bytes that {@link #read} did not take. */
  String fault() {
    String words = fault.replace("%d", Long.toString(wrong)).replace("%o", Long.toString(instead));
    return protocol == null ? words : protocol.text() + ": " + words;
  }

  /** The bytes of the text, whose values are not yet checked. */
  static byte[] ofText(String text) throws FormatException {
    if (!text.startsWith("/")) {
      throw new FormatException("it does not begin with a slash");
    }
    int end = text.endsWith("/") ? text.length() - 1 : text.length();
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    for (int at = 1; at <= end;) {
      int stop = endOfSegment(text, at, end);
      Protocol protocol = Protocol.of(text, at, stop);
      at = stop + 1;
      putVarint(protocol.code(), out);
      if (protocol.value() != AddressValue.NONE) {
        // A path takes the rest, with the slash before it.
        stop = protocol.isPath() ? end : endOfSegment(text, at, end);
        int from = protocol.isPath() ? at - 1 : at;
        putValue(protocol, text.substring(Math.min(from, stop), stop), out);
        at = stop + 1;
      }
    }
    return out.toByteArray();
  }

  private static int endOfSegment(String text, int from, int end) {
    int slash = text.indexOf('/', from);
    return slash < 0 ? end : Math.min(slash, end);
  }

  private static void putValue(Protocol protocol, String text, ByteArrayOutputStream out) throws FormatException {
    if (text.isEmpty()) {
      throw new FormatException(protocol.text() + ": no value");
    }
    byte[] value;
    try {
      value = protocol.value().toBytes(text);
    } catch (FormatException e) {
      throw new FormatException(protocol.text() + ": " + e.getMessage());
    }
    if (protocol.value().size() < 0) {
      putVarint(value.length, out);
    }
    put(value, out);
  }

  private static void putVarint(int value, ByteArrayOutputStream out) {
    int rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      out.write(rest | 0x80);
    }
    out.write(rest);
  }

  private static void put(byte[] bytes, ByteArrayOutputStream out) throws FormatException {
    if (out.size() + bytes.length > Multiaddr.MAX_LENGTH + Multiaddr.PEER_SUFFIX) {
      throw new FormatException("more than " + Multiaddr.MAX_LENGTH + " bytes");
    }
    out.writeBytes(bytes);
  }

  static List<Component> components(byte[] checked) {
    List<Component> components = new ArrayList<>();
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    while (walk.next()) {
      components.add(new Component(walk.protocol, walk.protocol.value().toText(walk.value())));
    }
    return List.copyOf(components);
  }

  /** The length without a trailing {@code /p2p}. */
  static int bodyLength(byte[] checked) {
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    while (walk.next()) {
      continue;
    }
    return walk.protocol == Protocol.P2P ? walk.start : checked.length;
  }

  /** The value of the last {@code /p2p}, or {@code null}. */
  static byte[] lastPeer(byte[] checked) {
    byte[] peer = null;
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    while (walk.next()) {
      peer = walk.protocol == Protocol.P2P ? walk.value() : peer;
    }
    return peer;
  }

  /** The IP address it begins with, or {@code null}; the IPv4 one of a mapped address. */
  static byte[] ip(byte[] checked) {
    if (checked[0] == Protocol.IP4.code()) { // nearly all of them: without a walk
      return Arrays.copyOfRange(checked, 1, 1 + Protocol.IP4.value().size());
    }
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    walk.next();
    if (walk.protocol == Protocol.IP6ZONE) {
      walk.next();
    }
    return walk.protocol == Protocol.IP4 || walk.protocol == Protocol.IP6 ? Ip.unmapped(walk.value()) : null;
  }
}
