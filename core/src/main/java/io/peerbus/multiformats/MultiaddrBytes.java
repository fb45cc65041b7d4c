package io.peerbus.multiformats;

import io.peerbus.multiformats.Multiaddr.Component;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The binary form of multiaddrs: made of text, checked, and taken apart.
 *
 * <p>A walk over the bytes stops at each component, with its protocol and where its value lies.
 */
final class MultiaddrBytes {

  private final byte[] bytes;
  private final ByteBuffer in;
  private int start;
  private Protocol protocol;
  private int offset;
  private int length;

  private MultiaddrBytes(byte[] bytes) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
  }

  /** Steps to the next component and checks where it ends, not its value. */
  private boolean next() throws FormatException {
    if (!in.hasRemaining()) {
      return false;
    }
    start = in.position();
    protocol = Protocol.of(Varint.read(in));
    int size = protocol.value().size();
    long claimed = size < 0 ? Varint.read(in) : size;
    if (claimed > in.remaining()) {
      throw new FormatException(protocol.text() + ": " + claimed + " bytes, but " + in.remaining() + " are left");
    }
    offset = in.position();
    length = (int) claimed;
    in.position(offset + length);
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
  static byte[] canonical(byte[] bytes) throws FormatException {
    MultiaddrBytes walk = new MultiaddrBytes(bytes);
    Protocol previous = null;
    int count = 0;
    boolean wss = false;
    while (walk.next()) {
      if (previous != null && previous.isPath()) {
        // In text a path takes all that follows.
        throw new FormatException(previous.text() + " is not the last");
      }
      try {
        walk.protocol.value().check(bytes, walk.offset, walk.length);
      } catch (FormatException e) {
        throw new FormatException(walk.protocol.text() + ": " + e.getMessage());
      }
      wss |= walk.protocol == Protocol.WSS;
      previous = walk.protocol;
      count += previous == Protocol.WSS ? 2 : 1;
      checkBounds(count, walk);
    }
    if (previous == null) {
      throw new FormatException("it is empty");
    }
    return wss ? canonical(withoutWss(bytes)) : bytes;
  }

  private static void checkBounds(int count, MultiaddrBytes walk) throws FormatException {
    boolean last = !walk.in.hasRemaining();
    boolean suffix = last && walk.protocol == Protocol.P2P;
    if (count - (suffix ? 1 : 0) > Multiaddr.MAX_COMPONENTS) {
      throw new FormatException("more than " + Multiaddr.MAX_COMPONENTS + " components");
    }
    if ((suffix ? walk.start : walk.in.position()) > Multiaddr.MAX_LENGTH) {
      throw new FormatException("more than " + Multiaddr.MAX_LENGTH + " bytes");
    }
  }

  private static byte[] withoutWss(byte[] bytes) throws FormatException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 2);
    MultiaddrBytes walk = new MultiaddrBytes(bytes);
    Protocol previous = null;
    while (walk.next()) {
      if (walk.protocol != Protocol.WSS) {
        out.write(bytes, walk.start, walk.in.position() - walk.start);
      } else {
        if (previous != Protocol.TLS) {
          out.writeBytes(Varint.encode(Protocol.TLS.code()));
        }
        out.writeBytes(Varint.encode(Protocol.WS.code()));
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
    String body = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 1;
    for (int count = 0; at <= body.length(); count++) {
      if (count > Multiaddr.MAX_COMPONENTS) {
        throw new FormatException("more than " + Multiaddr.MAX_COMPONENTS + " components");
      }
      int end = endOfSegment(body, at);
      Protocol protocol = Protocol.of(body.substring(at, end));
      at = end + 1;
      out.writeBytes(Varint.encode(protocol.code()));
      if (protocol.value() != AddressValue.NONE) {
        end = protocol.isPath() ? body.length() : endOfSegment(body, at);
        int from = protocol.isPath() ? at - 1 : at;
        writeValue(protocol, body.substring(Math.min(from, end), end), out);
        at = end + 1;
      }
    }
    return out.toByteArray();
  }

  private static int endOfSegment(String text, int from) {
    int slash = text.indexOf('/', from);
    return slash < 0 ? text.length() : slash;
  }

  private static void writeValue(Protocol protocol, String text, ByteArrayOutputStream out) throws FormatException {
    if (text.isEmpty()) {
      throw new FormatException(protocol.text() + ": no value");
    }
    try {
      byte[] value = protocol.value().toBytes(text);
      if (protocol.value().size() < 0) {
        out.writeBytes(Varint.encode(value.length));
      }
      out.writeBytes(value);
    } catch (FormatException e) {
      throw new FormatException(protocol.text() + ": " + e.getMessage());
    }
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
