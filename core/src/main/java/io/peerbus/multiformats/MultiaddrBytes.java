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
 * <p>A walk over the bytes stops at each component, with its protocol and where its value lies.
 */
final class MultiaddrBytes {

  private byte[] bytes;
  /** Where the component begins that the walk has stopped at, where its value lies, and where the next begins. */
  private int start;
  private int offset;
  private int length;
  private int end;
  private Protocol protocol;

  /** For {@link #canonical(byte[])}, any number of times. */
  MultiaddrBytes() {
  }

  private MultiaddrBytes(byte[] checked) {
    begin(checked);
  }

  private void begin(byte[] walked) {
    bytes = walked;
    end = 0;
    protocol = null;
  }

  /** Steps to the next component and checks where it ends, not its value. */
  private boolean next() throws FormatException {
    if (end == bytes.length) {
      return false;
    }
    start = end;
    long code = Varint.readAt(bytes, start);
    protocol = Protocol.of(code);
    offset = start + Varint.length(code);
    long size = protocol.value().size();
    if (size < 0) {
      size = Varint.readAt(bytes, offset);
      offset += Varint.length(size);
    }
    if (size > bytes.length - offset) {
      throw new FormatException(protocol.text() + ": " + size + " bytes, but " + (bytes.length - offset) + " are left");
    }
    length = (int) size;
    end = offset + length;
    return true;
  }

  /** As {@link #next()}, for bytes that have been checked. */
  private boolean nextChecked() {
    try {
      return next();
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] value() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** Checks all of {@code bytes} and answers them, or the form without {@code /wss} if there was one. */
  byte[] canonical(byte[] unchecked) throws FormatException {
    begin(unchecked);
    int count = 0;
    boolean wss = false;
    boolean path = false;
    while (next()) {
      if (path) {
        // In text a path takes all that follows.
        throw new FormatException("a path that is not the last");
      }
      checkValue();
      path = protocol.isPath();
      wss |= protocol == Protocol.WSS;
      count++;
      checkBounds(count);
    }
    if (count == 0) {
      throw new FormatException("it is empty");
    }
    return wss ? canonical(withoutWss(unchecked)) : unchecked;
  }

  private void checkValue() throws FormatException {
    try {
      protocol.value().check(bytes, offset, length);
    } catch (FormatException e) {
      throw new FormatException(protocol.text() + ": " + e.getMessage());
    }
  }

  private void checkBounds(int count) throws FormatException {
    boolean suffix = protocol == Protocol.P2P && end == bytes.length;
    if (count - (suffix ? 1 : 0) > Multiaddr.MAX_COMPONENTS) {
      throw new FormatException("more than " + Multiaddr.MAX_COMPONENTS + " components");
    }
    if ((suffix ? start : end) > Multiaddr.MAX_LENGTH) {
      throw new FormatException("more than " + Multiaddr.MAX_LENGTH + " bytes");
    }
  }

  private static byte[] withoutWss(byte[] bytes) throws FormatException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 2);
    MultiaddrBytes walk = new MultiaddrBytes(bytes);
    Protocol previous = null;
    while (walk.next()) {
      if (walk.protocol != Protocol.WSS) {
        out.write(bytes, walk.start, walk.end - walk.start);
      } else {
        if (previous != Protocol.TLS) {
          putVarint(Protocol.TLS.code(), out);
        }
        putVarint(Protocol.WS.code(), out);
      }
      previous = walk.protocol;
    }
    return out.toByteArray();
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
    while (walk.nextChecked()) {
      components.add(new Component(walk.protocol, walk.protocol.value().toText(walk.value())));
    }
    return List.copyOf(components);
  }

  /** The length without a trailing {@code /p2p}. */
  static int bodyLength(byte[] checked) {
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    while (walk.nextChecked()) {
      continue;
    }
    return walk.protocol == Protocol.P2P ? walk.start : checked.length;
  }

  /** The value of the last {@code /p2p}, or {@code null}. */
  static byte[] lastPeer(byte[] checked) {
    byte[] peer = null;
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    while (walk.nextChecked()) {
      peer = walk.protocol == Protocol.P2P ? walk.value() : peer;
    }
    return peer;
  }

  /** The IP address it begins with, or {@code null}; the IPv4 one of a mapped address. */
  static byte[] ip(byte[] checked) {
    MultiaddrBytes walk = new MultiaddrBytes(checked);
    walk.nextChecked();
    if (walk.protocol == Protocol.IP6ZONE) {
      walk.nextChecked();
    }
    return walk.protocol == Protocol.IP4 || walk.protocol == Protocol.IP6 ? Ip.unmapped(walk.value()) : null;
  }
}
