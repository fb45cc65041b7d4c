package io.peerbus.crypto;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.peerbus.crypto.pb.Keys;
import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import java.util.Arrays;

/**
 * The two fields that the PublicKey and PrivateKey messages have in common.
 *
 * <p>Read field by field instead of by the generated class: that would keep every unknown field as objects of many
 * times its size, and would not tell an unknown key type from a missing one.
 */
record KeyMessage(KeyType type, byte[] data) {

  private static final int TYPE = 1;
  private static final int DATA = 2;
  private static final KeyType[] TYPES = KeyType.values();

  /**
   * Reads the message. Unknown fields are skipped, and of a repeated one the last counts, as protobuf has it.
   *
   * @param maxLength the longest message that is looked at, in bytes
   */
  static KeyMessage read(byte[] protobuf, int maxLength) throws FormatException {
    if (protobuf.length > maxLength) {
      throw new FormatException("key of " + protobuf.length + " bytes, at most " + maxLength + " are allowed");
    }
    int type = -1;
    int data = -1;
    int length = 0;
    FieldReader in = new FieldReader(protobuf);
    while (in.next()) {
      if (in.is(TYPE, FieldReader.VARINT)) {
        type = known((int) in.varint());
      } else if (in.is(DATA, FieldReader.BYTES)) {
        data = in.offset();
        length = in.length();
      }
    }
    if (type < 0 || data < 0) {
      throw new FormatException(type < 0 ? "key has no type" : "key has no data");
    }
    return new KeyMessage(TYPES[type], Arrays.copyOfRange(protobuf, data, data + length));
  }

  /** As the PublicKey message, in the one form that peer ids are made of: both fields, in order, nothing else. */
  byte[] toPublicKey() {
    return Keys.PublicKey.newBuilder().setType(wireType()).setData(wrapped()).build().toByteArray();
  }

  /** As the PrivateKey message. */
  byte[] toPrivateKey() {
    return Keys.PrivateKey.newBuilder().setType(wireType()).setData(wrapped()).build().toByteArray();
  }

  /** Without a copy: it is only read, at once. */
  private ByteString wrapped() {
    return UnsafeByteOperations.unsafeWrap(data);
  }

  private Keys.KeyType wireType() {
    return Keys.KeyType.forNumber(type.ordinal());
  }

  private static int known(int type) throws FormatException {
    if (type < 0 || type >= TYPES.length) {
      // py-libp2p writes 4 and 5 for curves that only it knows.
      throw new FormatException("unknown key type " + type);
    }
    return type;
  }
}
