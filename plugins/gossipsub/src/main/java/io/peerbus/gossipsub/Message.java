package io.peerbus.gossipsub;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One published message, ours or a peer's (pubsub spec, "The Message"). Immutable.
 *
 * <p>Kept as the bytes it is forwarded in: first everything its author signed, exactly as it came, then the signature
 * and the key. Those of a well-behaved peer are in that order already. Fields we do not know stay where they were,
 * since the signature covers them.
 */
public final class Message {

  static final int FROM = 1;
  static final int DATA = 2;
  static final int SEQNO = 3;
  static final int TOPIC = 4;
  static final int SIGNATURE = 5;
  static final int KEY = 6;

  /** A message in more topics than this has no honest author; each topic costs a delivery and a round of sends. */
  static final int MAX_TOPICS = 16;

  private final byte[] bytes;
  private final int signedLength;
  private final long[] spans = new long[KEY + 1];
  private final List<String> topics;
  private final PeerId author;

  private Message(byte[] bytes, int signedLength) throws IOException {
    this.bytes = bytes;
    this.signedLength = signedLength;
    Arrays.fill(spans, Span.ABSENT);
    this.topics = index();
    this.author = authorOrNull();
  }

  /**
   * A message out of a frame that {@link RpcReader} has checked.
   *
   * @param frame the bytes around it, copied from
   * @param span where it is
   */
  static Message read(byte[] frame, long span) throws IOException {
    byte[] bytes = new byte[Span.length(span)];
    int signed = 0;
    long signature = Span.ABSENT;
    long key = Span.ABSENT;
    int start = Span.offset(span);
    CodedInputStream in = CodedInputStream.newInstance(frame, start, bytes.length);
    int field = start;
    for (int tag; (tag = in.readTag()) != 0; field = start + in.getTotalBytesRead()) {
      if (tag == tag(SIGNATURE)) {
        signature = span(in, start);
      } else if (tag == tag(KEY)) {
        key = span(in, start);
      } else {
        in.skipField(tag);
        int length = start + in.getTotalBytesRead() - field;
        System.arraycopy(frame, field, bytes, signed, length);
        signed += length;
      }
    }
    int end = put(bytes, put(bytes, signed, SIGNATURE, frame, signature), KEY, frame, key);
    return new Message(end == bytes.length ? bytes : Arrays.copyOf(bytes, end), signed);
  }

  /** A message that was {@link #bytes} of an earlier machine's. */
  static Message restore(byte[] bytes) throws FormatException {
    try {
      return read(bytes, Span.of(0, bytes.length));
    } catch (IOException e) {
      throw new FormatException("message of " + bytes.length + " bytes: " + e.getMessage());
    }
  }

  /**
   * Our own message, not signed yet.
   *
   * @param from our peer id, or {@code null} for none
   * @param seqno eight bytes, or {@code null} for none
   */
  static Message draft(byte[] from, byte[] seqno, String topic, byte[] data) {
    RpcProto.Message.Builder message = RpcProto.Message.newBuilder().addTopic(topic);
    if (from != null) {
      message.setFrom(UnsafeByteOperations.unsafeWrap(from));
    }
    if (seqno != null) {
      message.setSeqno(UnsafeByteOperations.unsafeWrap(seqno));
    }
    if (data.length > 0) {
      message.setData(UnsafeByteOperations.unsafeWrap(data));
    }
    byte[] bytes = message.build().toByteArray();
    return trusted(bytes, bytes.length);
  }

  /** This draft with its signature and, for ids that do not contain it, the public key's protobuf. */
  Message signed(byte[] signature, byte[] keyOrNull) {
    RpcProto.Message.Builder rest = RpcProto.Message.newBuilder().setSignature(ByteString.copyFrom(signature));
    if (keyOrNull != null) {
      rest.setKey(ByteString.copyFrom(keyOrNull));
    }
    byte[] tail = rest.build().toByteArray();
    byte[] all = Arrays.copyOf(bytes, signedLength + tail.length);
    System.arraycopy(tail, 0, all, signedLength, tail.length);
    return trusted(all, signedLength);
  }

  private static Message trusted(byte[] bytes, int signedLength) {
    try {
      return new Message(bytes, signedLength);
    } catch (IOException e) {
      throw new IllegalStateException("what we wrote is readable", e);
    }
  }

  static int tag(int field) {
    return field << 3 | 2;
  }

  private static long span(CodedInputStream in, int base) throws IOException {
    int length = in.readRawVarint32();
    int offset = base + in.getTotalBytesRead();
    in.skipRawBytes(length);
    return Span.of(offset, length);
  }

  /** Writes a field at {@code at} and answers where it ends; an empty one is as good as absent, and is left out. */
  private static int put(byte[] out, int at, int field, byte[] from, long span) throws IOException {
    if (Span.length(span) == 0) {
      return at;
    }
    CodedOutputStream coded = CodedOutputStream.newInstance(out, at, out.length - at);
    coded.writeByteArray(field, from, Span.offset(span), Span.length(span));
    return at + coded.getTotalBytesWritten();
  }

  /** Finds the fields in {@link #bytes}; of a repeated one the last counts, but every topic does. */
  private List<String> index() throws IOException {
    List<String> found = List.of();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag; (tag = in.readTag()) != 0;) {
      int field = tag >>> 3;
      if (field > KEY || tag != tag(field)) {
        in.skipField(tag);
        continue;
      }
      spans[field] = span(in, 0);
      if (field == TOPIC) {
        found = with(found, Topics.text(bytes, spans[TOPIC]));
      }
    }
    return found;
  }

  /** One more topic, where it is one and is new; there is almost always just one. */
  private static List<String> with(List<String> topics, String topic) {
    if (topic.isEmpty() || topics.contains(topic)) {
      return topics;
    }
    List<String> more = new ArrayList<>(topics);
    more.add(topic);
    return List.copyOf(more);
  }

  private PeerId authorOrNull() {
    byte[] from = from();
    if (from == null) {
      return null;
    }
    try {
      return PeerId.of(from);
    } catch (FormatException e) {
      return null;
    }
  }

  /** Copies of the fields as they are on the wire; {@code null} when absent. */
  public byte[] from() {
    return field(FROM);
  }

  public byte[] seqno() {
    return field(SEQNO);
  }

  public byte[] signature() {
    return field(SIGNATURE);
  }

  /** The author's PublicKey protobuf, where it came along. */
  public byte[] key() {
    return field(KEY);
  }

  /** A copy of the payload; empty when absent. */
  public byte[] data() {
    byte[] data = field(DATA);
    return data == null ? new byte[0] : data;
  }

  /** In the order of the message, without repetition. */
  public List<String> topics() {
    return topics;
  }

  /** Who {@code from} says wrote it; {@code null} when it is absent or no peer id. Proven only by the signature. */
  public PeerId author() {
    return author;
  }

  /** What the signature covers, after the domain {@link Signatures#DOMAIN}. A copy. */
  public byte[] signedBytes() {
    return Arrays.copyOf(bytes, signedLength);
  }

  /** As it is forwarded; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  boolean hasSameBytes(Message other) {
    return Arrays.equals(bytes, other.bytes);
  }

  private byte[] field(int field) {
    long span = spans[field];
    return span == Span.ABSENT
        ? null : Arrays.copyOfRange(bytes, Span.offset(span), Span.offset(span) + Span.length(span));
  }

  @Override
  public String toString() {
    return "message of " + author + " in " + topics + ", " + Span.length(spans[DATA]) + " bytes";
  }
}
