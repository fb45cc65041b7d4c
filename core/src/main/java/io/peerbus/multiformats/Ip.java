package io.peerbus.multiformats;

import java.util.Arrays;

/** IPv4 and IPv6 addresses as text and bytes, without any lookup. IPv6 text is that of RFC 5952. */
final class Ip {

  static final int V4 = 4;
  static final int V6 = 16;
  private static final int GROUPS = 8;
  private static final int LONGEST_V6 = 45;

  private Ip() {
  }

  /** Four decimal numbers without leading zeros, which some readers take for octal; else {@code null}. */
  static byte[] parse4(String text) {
    byte[] ip = new byte[V4];
    return parse4(text, 0, ip, 0) ? ip : null;
  }

  private static boolean parse4(String text, int start, byte[] out, int offset) {
    int part = 0;
    int digits = 0;
    int value = 0;
    for (int i = start; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (c == '.') {
        if (digits == 0 || part == V4) {
          return false;
        }
        out[offset + part++] = (byte) value;
        digits = 0;
        value = 0;
      } else {
        if (c < '0' || c > '9' || digits == 3 || digits > 0 && value == 0) {
          return false;
        }
        value = value * 10 + c - '0';
        digits++;
        if (value > 255) {
          return false;
        }
      }
    }
    return part == V4;
  }

  /** Any form of RFC 4291, section 2.2; {@code null} when it is none. */
  static byte[] parse6(String text) {
    int gap = text.indexOf("::");
    if (text.length() > LONGEST_V6 || gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    byte[] ip = new byte[V6];
    int head = groups(text, 0, gap < 0 ? text.length() : gap, ip, 0);
    if (gap < 0) {
      return head == V6 ? ip : null;
    }
    // The gap stands for at least one group.
    int tail = head < 0 ? -1 : groups(text, gap + 2, text.length(), ip, head);
    if (tail < 0 || tail > V6 - 2) {
      return null;
    }
    System.arraycopy(ip, head, ip, V6 - (tail - head), tail - head);
    Arrays.fill(ip, head, V6 - (tail - head), (byte) 0);
    return ip;
  }

  /** Reads groups, and an IPv4 address if it ends the text, to {@code at} and on; answers where they end, or -1. */
  private static int groups(String text, int start, int end, byte[] out, int at) {
    for (int i = start; i < end || i > start;) {
      int colon = text.indexOf(':', i);
      int stop = colon < 0 || colon > end ? end : colon;
      if (stop == text.length() && text.indexOf('.', i) >= 0) {
        return at <= V6 - V4 && parse4(text, i, out, at) ? at + V4 : -1;
      }
      int group = group(text, i, stop);
      if (group < 0 || at == V6) {
        return -1;
      }
      out[at++] = (byte) (group >>> 8);
      out[at++] = (byte) group;
      if (stop == end) {
        break;
      }
      i = stop + 1;
    }
    return at;
  }

  private static int group(String text, int start, int end) {
    if (end == start || end - start > 4) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  static String text4(byte[] bytes, int offset) {
    return (bytes[offset] & 0xff) + "." + (bytes[offset + 1] & 0xff) + "." + (bytes[offset + 2] & 0xff) + "."
        + (bytes[offset + 3] & 0xff);
  }

  /** RFC 5952, section 4; the mixed form of section 5 for IPv4-mapped addresses. */
  static String text6(byte[] bytes, int offset) {
    if (isMapped(bytes, offset)) {
      return "::ffff:" + text4(bytes, offset + V6 - V4);
    }
    int gap = -1;
    int longest = 1; // a single zero group is not shortened
    for (int start = 0; start < GROUPS; start++) {
      int end = start;
      while (end < GROUPS && group(bytes, offset, end) == 0) {
        end++;
      }
      if (end - start > longest) {
        gap = start;
        longest = end - start;
      }
    }
    StringBuilder text = new StringBuilder(LONGEST_V6);
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i += longest - 1;
      } else {
        if (i > 0 && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(bytes, offset, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int offset, int i) {
    return (bytes[offset + 2 * i] & 0xff) << 8 | bytes[offset + 2 * i + 1] & 0xff;
  }

  private static boolean isMapped(byte[] bytes, int offset) {
    for (int i = 0; i < 5; i++) {
      if (group(bytes, offset, i) != 0) {
        return false;
      }
    }
    return group(bytes, offset, 5) == 0xffff;
  }

  /** The IPv4 address inside an IPv4-mapped one, else the address itself. */
  static byte[] unmapped(byte[] ip) {
    return ip.length == V6 && isMapped(ip, 0) ? Arrays.copyOfRange(ip, V6 - V4, V6) : ip;
  }

  /** 127.0.0.0/8 and ::1. */
  static boolean isLoopback(byte[] ip) {
    return ip.length == V4 ? ip[0] == 127 : isZero(ip, V6 - 1) && ip[V6 - 1] == 1;
  }

  /** 0.0.0.0 and ::. */
  static boolean isUnspecified(byte[] ip) {
    return isZero(ip, ip.length);
  }

  /** RFC 1918, shared (RFC 6598) and link-local IPv4; unique local (RFC 4193) and link-local IPv6. */
  static boolean isPrivate(byte[] ip) {
    int first = ip[0] & 0xff;
    int second = ip[1] & 0xff;
    if (ip.length == V6) {
      return (first & 0xfe) == 0xfc || first == 0xfe && (second & 0xc0) == 0x80;
    }
    return first == 10
        || first == 172 && (second & 0xf0) == 16
        || first == 192 && second == 168
        || first == 169 && second == 254
        || first == 100 && (second & 0xc0) == 64;
  }

  private static boolean isZero(byte[] ip, int length) {
    for (int i = 0; i < length; i++) {
      if (ip[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
