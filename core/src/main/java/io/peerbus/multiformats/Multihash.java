package io.peerbus.multiformats;

import java.nio.ByteBuffer;

/**
 * A hash that says which function made it: code, length, digest.
 *
 * <p>Only the form is checked; which functions are acceptable is for the user of the hash to say.
 *
 * @param code the function in the multicodec table; 0 is identity, 0x12 SHA-256
 * @param digest the digest, owned by this record
 */
record Multihash(long code, byte[] digest) {

  static final long IDENTITY = 0;
  static final long SHA2_256 = 0x12;
  /** SHA-512 is the longest in use. More would let an address smuggle data and cost quadratic time in base58. */
  static final int MAX_DIGEST = 64;
  /** Code and length of up to 9 bytes and 1 byte. */
  static final int MAX_LENGTH = Varint.MAX_LENGTH + 1 + MAX_DIGEST;

  /** Reads one multihash that fills {@code in} to its limit. */
  static Multihash read(ByteBuffer in) throws FormatException {
    long code = Varint.read(in);
    long length = Varint.read(in);
    if (length > MAX_DIGEST) {
      throw new FormatException("multihash: a digest of " + length + " bytes, at most " + MAX_DIGEST + " are allowed");
    }
    if (length != in.remaining()) {
      throw new FormatException("multihash: says " + length + " bytes, has " + in.remaining());
    }
    byte[] digest = new byte[(int) length];
    in.get(digest);
    return new Multihash(code, digest);
  }
}
