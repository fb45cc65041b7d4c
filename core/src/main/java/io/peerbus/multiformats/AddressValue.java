package io.peerbus.multiformats;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The kinds of values that multiaddr protocols have, each as bytes and as text.
 *
 * <p>The bytes decide: text is turned into bytes first, and both ways in pass {@link #fault}, so every value that gets
 * through has one text, which leads back to the same bytes.
 */
enum AddressValue {

  NONE(0) {
    @Override
    String toText(byte[] value) {
      return null;
    }

    @Override
    byte[] toBytes(String text) {
      return new byte[0];
    }
  },

  IP4(Ip.V4) {
    @Override
    String toText(byte[] value) {
      return Ip.text4(value, 0);
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      return found(Ip.parse4(text), "an IPv4 address", text);
    }
  },

  IP6(Ip.V6) {
    @Override
    String toText(byte[] value) {
      return Ip.text6(value, 0);
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      return found(Ip.parse6(text), "an IPv6 address", text);
    }
  },

  PORT(2) {
    @Override
    String toText(byte[] value) {
      return Integer.toString(ByteBuffer.wrap(value).getShort() & 0xffff);
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      int port = decimal(text, 5) ? Integer.parseInt(text) : -1;
      return found(port < 0 || port > 0xffff ? null : new byte[] {(byte) (port >>> 8), (byte) port}, "a port", text);
    }
  },

  /** A number of 64 bits without sign. */
  NUMBER(8) {
    @Override
    String toText(byte[] value) {
      return Long.toUnsignedString(ByteBuffer.wrap(value).getLong());
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      boolean fits = decimal(text, LARGEST.length())
          && (text.length() < LARGEST.length() || text.compareTo(LARGEST) <= 0);
      return found(fits ? ByteBuffer.allocate(8).putLong(Long.parseUnsignedLong(text)).array() : null,
          "a number of 64 bits", text);
    }
  },

  /** A host name or a zone. */
  NAME {
    @Override
    String fault(byte[] bytes, int offset, int length) {
      if (length == 0 || length > LONGEST_NAME) {
        return "a name of %d bytes, not 1 to " + LONGEST_NAME;
      }
      for (int i = offset; i < offset + length; i++) {
        if (bytes[i] == '/') {
          return "a name with a slash in it";
        }
      }
      return VisibleText.fault(bytes, offset, length);
    }
  },

  /** A file's absolute path, which takes the rest of the text, slashes included. */
  PATH {
    @Override
    String fault(byte[] bytes, int offset, int length) {
      if (length < 2 || bytes[offset] != '/' || bytes[offset + length - 1] == '/') {
        return "a path that does not begin with a slash, or ends with one";
      }
      return VisibleText.fault(bytes, offset, length);
    }
  },

  /** Percent-encoded in text, so that slashes can be in it. */
  HTTP_PATH {
    @Override
    String fault(byte[] bytes, int offset, int length) {
      return length == 0 ? "an empty path" : null;
    }

    @Override
    String toText(byte[] value) {
      return Percent.encode(value);
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      return Percent.decode(text, Multiaddr.MAX_LENGTH);
    }
  },

  PEER {
    @Override
    String fault(byte[] bytes, int offset, int length) {
      return PeerId.fault(bytes, offset, length);
    }

    @Override
    String toText(byte[] value) {
      return Multibase.BASE58_BTC.encodeDigits(value);
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      return PeerId.parse(text).toBytes();
    }
  },

  /** A service of 35 bytes and a port that is not 0. */
  ONION3(37) {
    @Override
    String fault(byte[] bytes, int offset, int length) {
      return bytes[offset + 35] == 0 && bytes[offset + 36] == 0 ? "port 0" : null;
    }

    @Override
    String toText(byte[] value) {
      return Multibase.BASE32.encodeDigits(Arrays.copyOf(value, 35)) + ':'
          + PORT.toText(Arrays.copyOfRange(value, 35, 37));
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      int colon = text.indexOf(':');
      byte[] service = colon < 0 ? null : Multibase.BASE32.decodeDigits(text.substring(0, colon), 0, 35);
      found(service == null || service.length != 35 ? null : service, "an onion3 address with a port", text);
      byte[] value = Arrays.copyOf(service, 37);
      System.arraycopy(PORT.toBytes(text.substring(colon + 1)), 0, value, 35, 2);
      return value;
    }
  },

  /** Any multihash, in any multibase; we write base64url as the webtransport spec shows it. */
  CERTHASH {
    @Override
    String fault(byte[] bytes, int offset, int length) {
      return Multihash.fault(bytes, offset, length);
    }

    @Override
    String toText(byte[] value) {
      return Multibase.BASE64_URL.encode(value);
    }

    @Override
    byte[] toBytes(String text) throws FormatException {
      return Multibase.decode(text, Multihash.MAX_LENGTH);
    }
  };

  private static final int LONGEST_NAME = 253; // RFC 1035, section 2.3.4, as text

  private static final String LARGEST = Long.toUnsignedString(-1);

  private final int size;

  /** Of variable size, with its length before it. */
  AddressValue() {
    this(-1);
  }

  AddressValue(int size) {
    this.size = size;
  }

  /** The number of bytes, or -1 when they have their length before them. */
  int size() {
    return size;
  }

  /**
   * What keeps the bytes, which have the right size, from being a value, or {@code null}. Always a constant, as most
   * values that are wrong are dropped and nobody asks why; {@code %d} in it stands for the length.
   */
  String fault(byte[] bytes, int offset, int length) {
    return null;
  }

  /** The text of a checked value, {@code null} for the protocols without one. */
  String toText(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** The bytes of the text, not yet checked. */
  byte[] toBytes(String text) throws FormatException {
    return VisibleText.encode(text, Multiaddr.MAX_LENGTH);
  }

  private static boolean decimal(String text, int longest) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= longest;
  }

  private static byte[] found(byte[] value, String what, String text) throws FormatException {
    if (value == null) {
      throw new FormatException(Printable.quote(text) + " is not " + what);
    }
    return value;
  }
}
