package io.peerbus.multiformats;

/**
 * A hash that says which function made it: code, length, digest.
 *
 * <p>Only the form is checked; which functions are acceptable is for the user of the hash to say.
 */
final class Multihash {

  static final long IDENTITY = 0;
  static final long SHA2_256 = 0x12;
  /** SHA-512 is the longest in use. More would let an address smuggle data and cost quadratic time in base58. */
  static final int MAX_DIGEST = 64;
  /** Code and length of up to 9 bytes and 1 byte. */
  static final int MAX_LENGTH = Varint.MAX_LENGTH + 1 + MAX_DIGEST;

  private Multihash() {
  }

  /** What keeps {@code bytes[offset, offset + length)} from being a multihash, or {@code null}. */
  static String fault(byte[] bytes, int offset, int length) {
    int end = offset + length;
    long code = Varint.readAt(bytes, offset, end);
    if (code < 0) {
      return Varint.fault(code);
    }
    int at = offset + Varint.length(code);
    long digest = Varint.readAt(bytes, at, end);
    if (digest < 0) {
      return Varint.fault(digest);
    }
    if (digest > MAX_DIGEST) {
      return "a multihash whose digest has more than " + MAX_DIGEST + " bytes";
    }
    return digest == end - at - Varint.length(digest) ? null : "a multihash of %d bytes, which says another length";
  }
}
