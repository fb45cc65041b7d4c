package io.peerbus.multiformats;

import java.util.Arrays;
import java.util.Locale;

/**
 * Text forms of bytes, each named by its first character.
 *
 * <p>Bases whose size is a power of two pack bits (RFC 4648); the others convert the whole as one number with leading
 * zero bytes kept, which costs time quadratic in the length. So {@link #decode(String, int)} refuses text that is too
 * long for the bytes its caller wants before it looks at any character but the first.
 *
 * <p>Spec: multiformats/multibase, all final and draft bases that are in use for CIDs.
 */
public enum Multibase {
  BASE2('0', "01"),
  BASE8('7', "01234567"),
  BASE10('9', "0123456789"),
  BASE16('f', "0123456789abcdef"),
  BASE16_UPPER('F', "0123456789ABCDEF"),
  BASE32('b', "abcdefghijklmnopqrstuvwxyz234567"),
  BASE32_UPPER('B', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
  BASE32_PAD('c', "abcdefghijklmnopqrstuvwxyz234567", 8),
  BASE32_PAD_UPPER('C', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 8),
  BASE32_HEX('v', "0123456789abcdefghijklmnopqrstuv"),
  BASE32_HEX_UPPER('V', "0123456789ABCDEFGHIJKLMNOPQRSTUV"),
  BASE32_HEX_PAD('t', "0123456789abcdefghijklmnopqrstuv", 8),
  BASE32_HEX_PAD_UPPER('T', "0123456789ABCDEFGHIJKLMNOPQRSTUV", 8),
  BASE32_Z('h', "ybndrfg8ejkmcpqxot1uwisza345h769"),
  BASE36('k', "0123456789abcdefghijklmnopqrstuvwxyz"),
  BASE36_UPPER('K', "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
  BASE58_BTC('z', "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
  BASE58_FLICKR('Z', "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"),
  BASE64('m', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
  BASE64_PAD('M', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 4),
  BASE64_URL('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
  BASE64_URL_PAD('U', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 4);

  /** Characters that are converted at a time: so many of base 58 are a number of less than 31 bits. */
  private static final int CHUNK = 5;
  private static final long WORD = 0xffff_ffffL;

  private final char prefix;
  private final char[] alphabet;
  private final byte[] digits = new byte[128];
  private final int radix;
  /** What {@link #CHUNK} characters can say. */
  private final int chunk;
  /** Bits of a character where the radix is a power of two, else 0. */
  private final int bits;
  /** Padded text is a multiple of this many characters; 0 for no padding. */
  private final int group;

  Multibase(char prefix, String alphabet) {
    this(prefix, alphabet, 0);
  }

  Multibase(char prefix, String alphabet, int group) {
    this.prefix = prefix;
    this.alphabet = alphabet.toCharArray();
    this.radix = alphabet.length();
    this.chunk = radix * radix * radix * radix * radix;
    this.bits = Integer.bitCount(radix) == 1 ? Integer.numberOfTrailingZeros(radix) : 0;
    this.group = group;
    Arrays.fill(digits, (byte) -1);
    boolean anyCase = radix <= 36 && alphabet.equals(alphabet.toLowerCase(Locale.ROOT))
        || alphabet.equals(alphabet.toUpperCase(Locale.ROOT));
    for (int i = 0; i < radix; i++) {
      digits[this.alphabet[i]] = (byte) i;
      if (anyCase) {
        digits[Character.toLowerCase(this.alphabet[i])] = (byte) i;
        digits[Character.toUpperCase(this.alphabet[i])] = (byte) i;
      }
    }
  }

  /**
   * The bytes of multibase text.
   *
   * @param maxBytes the most bytes the caller can use
   * @throws FormatException when the base is not known, a character is not of it, or there are too many
   */
  public static byte[] decode(String text, int maxBytes) throws FormatException {
    if (text.isEmpty()) {
      throw new FormatException("multibase: empty text");
    }
    for (Multibase base : values()) {
      if (base.prefix == text.charAt(0)) {
        return base.decodeDigits(text, 1, maxBytes);
      }
    }
    throw new FormatException("multibase: no base has the prefix " + Printable.quote(text.charAt(0)));
  }

  /** The text of {@code bytes} with the prefix. */
  public String encode(byte[] bytes) {
    return prefix + encodeDigits(bytes);
  }

  /** The text of {@code bytes} without the prefix. */
  String encodeDigits(byte[] bytes) {
    return bits > 0 ? packed(bytes) : converted(bytes);
  }

  /** The bytes of the characters from {@code start} on, which has no prefix any more. */
  byte[] decodeDigits(String text, int start, int maxBytes) throws FormatException {
    int end = text.length();
    if (end - start > maxDigits(maxBytes)) {
      throw new FormatException(this + ": " + (end - start) + " characters are more than " + maxBytes + " bytes");
    }
    if (group > 0 && (end - start) % group != 0) {
      throw new FormatException(this + ": padding is missing");
    }
    int floor = group > 0 ? Math.max(start, end - group + 1) : end;
    while (end > floor && text.charAt(end - 1) == '=') {
      end--;
    }
    byte[] bytes = bits > 0 ? unpacked(text, start, end) : reconverted(text, start, end);
    if (bytes.length > maxBytes) {
      throw new FormatException(this + ": " + bytes.length + " bytes, at most " + maxBytes + " are allowed");
    }
    return bytes;
  }

  private int maxDigits(int bytes) {
    int digits = (int) Math.ceil(bytes * 8 / (Math.log(radix) / Math.log(2)));
    return group > 0 ? (digits + group - 1) / group * group : digits;
  }

  private int digit(char c) throws FormatException {
    int digit = c < 128 ? digits[c] : -1;
    if (digit < 0) {
      throw new FormatException(this + ": no such character " + Printable.quote(c));
    }
    return digit;
  }

  private String packed(byte[] bytes) {
    StringBuilder text = new StringBuilder(maxDigits(bytes.length));
    int held = 0;
    int buffer = 0;
    for (byte b : bytes) {
      buffer = buffer << 8 | b & 0xff;
      held += 8;
      while (held >= bits) {
        held -= bits;
        text.append(alphabet[buffer >>> held & radix - 1]);
      }
      buffer &= (1 << held) - 1;
    }
    if (held > 0) {
      text.append(alphabet[buffer << bits - held & radix - 1]);
    }
    while (group > 0 && text.length() % group != 0) {
      text.append('=');
    }
    return text.toString();
  }

  private byte[] unpacked(String text, int start, int end) throws FormatException {
    byte[] bytes = new byte[(end - start) * bits / 8];
    int held = 0;
    int buffer = 0;
    int length = 0;
    for (int i = start; i < end; i++) {
      buffer = buffer << bits | digit(text.charAt(i));
      held += bits;
      if (held >= 8) {
        held -= 8;
        bytes[length++] = (byte) (buffer >>> held);
        buffer &= (1 << held) - 1;
      }
    }
    // One text per value: a spare character or spare bits that are set would make two texts of one id.
    if (held >= bits || buffer != 0) {
      throw new FormatException(this + ": the last character has bits left over");
    }
    return bytes;
  }

  private String converted(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    int[] number = words(bytes);
    char[] text = new char[maxDigits(bytes.length) + CHUNK];
    int at = text.length;
    for (int first = 0; first < number.length;) {
      long remainder = 0;
      for (int i = first; i < number.length; i++) {
        long value = remainder << Integer.SIZE | number[i] & WORD;
        number[i] = (int) (value / chunk);
        remainder = value % chunk;
      }
      while (first < number.length && number[first] == 0) {
        first++;
      }
      int digits = (int) remainder;
      for (int i = 0; i < CHUNK && (digits > 0 || first < number.length); i++) {
        text[--at] = alphabet[digits % radix];
        digits /= radix;
      }
    }
    for (int i = 0; i < zeros; i++) {
      text[--at] = alphabet[0];
    }
    return new String(text, at, text.length - at);
  }

  /** As one number, the most significant word first. */
  private static int[] words(byte[] bytes) {
    int[] words = new int[(bytes.length + Integer.BYTES - 1) / Integer.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      int weight = bytes.length - 1 - i;
      words[words.length - 1 - weight / Integer.BYTES] |= (bytes[i] & 0xff) << weight % Integer.BYTES * Byte.SIZE;
    }
    return words;
  }

  private byte[] reconverted(String text, int start, int end) throws FormatException {
    int zeros = 0;
    while (start + zeros < end && digit(text.charAt(start + zeros)) == 0) {
      zeros++;
    }
    int[] number = new int[(end - start) * Byte.SIZE / Integer.SIZE + 1]; // no digit is worth more than a byte
    int first = number.length;
    for (int i = start + zeros; i < end;) {
      long digits = 0;
      long factor = 1;
      for (int last = Math.min(end, i + CHUNK); i < last; i++) {
        digits = digits * radix + digit(text.charAt(i));
        factor *= radix;
      }
      for (int j = number.length - 1; j >= first || digits > 0; j--) {
        digits += (number[j] & WORD) * factor;
        number[j] = (int) digits;
        digits >>>= Integer.SIZE;
        first = Math.min(first, j);
      }
    }
    return bytes(number, zeros);
  }

  private static byte[] bytes(int[] words, int zeros) {
    byte[] bytes = new byte[zeros + words.length * Integer.BYTES];
    int first = bytes.length;
    for (int weight = 0; weight < words.length * Integer.BYTES; weight++) {
      int at = bytes.length - 1 - weight;
      bytes[at] = (byte) (words[words.length - 1 - weight / Integer.BYTES] >>> weight % Integer.BYTES * Byte.SIZE);
      first = bytes[at] != 0 ? at : first;
    }
    return Arrays.copyOfRange(bytes, first - zeros, bytes.length);
  }
}
