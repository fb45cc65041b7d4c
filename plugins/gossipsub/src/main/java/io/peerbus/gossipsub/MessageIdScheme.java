package io.peerbus.gossipsub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the id of a message is made. Ids travel only in IHAVE and IWANT, and implementations differ: a topic whose
 * peers do not agree still gets its messages through the mesh, only lazy gossip does not work there.
 */
public enum MessageIdScheme {

  /** {@code from} and {@code seqno} as they are: go, jvm, py. */
  FROM_SEQNO("from-seqno", m -> concat(m.from(), m.seqno())),

  /** The text of the peer id and the decimal {@code seqno}: rust's default. */
  RUST("base58-seqno", m -> number(m) == null || m.author() == null ? null : text(m.author() + number(m))),

  /** Hexadecimal {@code seqno} and the text of the peer id: nim's default. */
  NIM("hex-seqno", m -> m.seqno() == null || m.author() == null
      ? null : text(HexFormat.of().formatHex(m.seqno()) + m.author())),

  /** The public key's protobuf and {@code seqno}: js's default for signed messages. */
  JS("key-seqno", m -> concat(publicKey(m), m.seqno())),

  /** SHA-256 of the data: js's default for unsigned messages, and the one to choose for a mixed network. */
  SHA256_DATA("sha256-data", m -> sha256(m.data())),

  /** SHA-256 of the decimal text of {@code seqno}: the universal-connectivity programs in JavaScript. */
  SHA256_SEQNO("sha256-seqno", m -> number(m) == null ? null : sha256(number(m).getBytes(StandardCharsets.UTF_8))),

  /** The decimal text of Rust's default hash of the data: the universal-connectivity programs in Rust. */
  SIPHASH_DATA("siphash-data", m -> text(Long.toUnsignedString(rustHash(m.data()))));

  private final String text;
  private final Function<Message, byte[]> function;

  MessageIdScheme(String text, Function<Message, byte[]> function) {
    this.text = text;
    this.function = function;
  }

  /** The id; by {@link #SHA256_DATA} when the message lacks a field that the scheme needs. */
  public MessageId idOf(Message message) {
    byte[] id = function.apply(message);
    return MessageId.wrap(id == null ? sha256(message.data()) : id);
  }

  /** Whether the id depends on fields that unsigned messages do not have. */
  public boolean needsAuthor() {
    return this != SHA256_DATA && this != SIPHASH_DATA;
  }

  /** The scheme with this name in settings. */
  public static MessageIdScheme named(String text) {
    for (MessageIdScheme scheme : values()) {
      if (scheme.text.equals(text)) {
        return scheme;
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is none of "
        + Arrays.stream(values()).map(MessageIdScheme::toString).collect(Collectors.joining(", ")));
  }

  /** The name in settings. */
  @Override
  public String toString() {
    return text;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    if (first == null || second == null) {
      return null;
    }
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] publicKey(Message message) {
    if (message.key() != null) {
      return message.key();
    }
    return message.author() == null ? null : message.author().inlinedKey();
  }

  /** The decimal text of the 64-bit {@code seqno}, or {@code null}. */
  private static String number(Message message) {
    byte[] seqno = message.seqno();
    return seqno == null || seqno.length != Long.BYTES ? null : Long.toUnsignedString(ByteBuffer.wrap(seqno).getLong());
  }

  private static long rustHash(byte[] data) {
    return SipHash.of(ByteBuffer.allocate(Long.BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(data.length).put(data).flip());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
