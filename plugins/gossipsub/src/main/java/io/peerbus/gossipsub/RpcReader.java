package io.peerbus.gossipsub;

import com.google.protobuf.CodedInputStream;
import io.peerbus.multiformats.FormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through the bytes of an RPC once and applies the limits as it goes: first without a visitor, to check, then
 * with one, to build. Generated classes would build every entry before anything could be counted.
 */
final class RpcReader {

  private static final int SUBSCRIPTION = tag(1);
  private static final int PUBLISH = tag(2);
  private static final int CONTROL = tag(3);

  private static final int SUBSCRIBE = 1 << 3;
  private static final int SUBSCRIPTION_TOPIC = tag(2);

  private static final int IHAVE = tag(1);
  private static final int IWANT = tag(2);
  private static final int GRAFT = tag(3);
  private static final int PRUNE = tag(4);

  private static final int CONTROL_TOPIC = tag(1);
  private static final int IHAVE_ID = tag(2);
  private static final int IWANT_ID = tag(1);
  private static final int BACKOFF = 3 << 3;

  private final byte[] frame;
  private final CodedInputStream in;
  private final GossipsubLimits limits;
  private final Rpc.Visitor visitor;
  private int subscriptions;
  private int messages;
  private int controls;
  private int ids;
  private int surplus;

  /** @param visitor or {@code null}, to check only */
  RpcReader(byte[] frame, GossipsubLimits limits, Rpc.Visitor visitor) {
    this.frame = frame;
    this.in = CodedInputStream.newInstance(frame);
    this.limits = limits;
    this.visitor = visitor;
  }

  /** Answers how many entries were left out. */
  int read() throws FormatException {
    try {
      for (int tag; (tag = in.readTag()) != 0;) {
        if (tag == SUBSCRIPTION) {
          subscription();
        } else if (tag == PUBLISH) {
          message();
        } else if (tag == CONTROL) {
          control();
        } else {
          skip(tag);
        }
      }
      return surplus;
    } catch (IOException e) {
      throw new FormatException("rpc: at byte " + in.getTotalBytesRead() + ": " + e.getMessage());
    }
  }

  private void subscription() throws IOException, FormatException {
    boolean subscribe = false;
    long topic = Span.ABSENT;
    int outer = enter();
    for (int tag; (tag = in.readTag()) != 0;) {
      if (tag == SUBSCRIBE) {
        subscribe = in.readBool();
      } else if (tag == SUBSCRIPTION_TOPIC) {
        topic = span();
      } else {
        skip(tag);
      }
    }
    in.popLimit(outer);
    if (isTopic(topic) && subscriptions < limits.getMaxSubscriptionsInRpc()) {
      subscriptions++;
      String text = topicOrEmpty(topic);
      if (!text.isEmpty()) {
        visitor.onSubscription(subscribe, text);
      }
    } else {
      surplus++;
    }
  }

  private void message() throws IOException, FormatException {
    int topics = 0;
    int outer = enter();
    int start = in.getTotalBytesRead();
    for (int tag; (tag = in.readTag()) != 0;) {
      if (tag == Message.tag(Message.TOPIC)) {
        topics += isTopic(span()) ? 1 : 0;
      } else {
        skip(tag);
      }
    }
    long span = Span.of(start, in.getTotalBytesRead() - start);
    in.popLimit(outer);
    if (topics > 0 && topics <= Message.MAX_TOPICS && messages < limits.getMaxMessagesInRpc()) {
      messages++;
      if (visitor != null) {
        Message message = Message.read(frame, span);
        if (!message.topics().isEmpty()) {
          visitor.onMessage(message);
        }
      }
    } else {
      surplus++;
    }
  }

  private void control() throws IOException, FormatException {
    int outer = enter();
    for (int tag; (tag = in.readTag()) != 0;) {
      if (tag != IHAVE && tag != IWANT && tag != GRAFT && tag != PRUNE) {
        skip(tag);
      } else if (controls == limits.getMaxControlInRpc()) {
        in.skipRawBytes(in.readRawVarint32());
        surplus++;
      } else {
        controls++;
        entry(tag);
      }
    }
    in.popLimit(outer);
  }

  private void entry(int kind) throws IOException, FormatException {
    int outer = enter();
    if (kind == IHAVE) {
      ihave();
    } else if (kind == IWANT) {
      iwant();
    } else {
      graftOrPrune(kind);
    }
    in.popLimit(outer);
  }

  private void ihave() throws IOException, FormatException {
    long topic = Span.ABSENT;
    List<MessageId> offered = visitor == null ? null : new ArrayList<>();
    for (int tag; (tag = in.readTag()) != 0;) {
      if (tag == CONTROL_TOPIC) {
        topic = span();
      } else if (tag == IHAVE_ID) {
        id(offered);
      } else {
        skip(tag);
      }
    }
    String text = topicOrEmpty(topic);
    if (!text.isEmpty() && !offered.isEmpty()) {
      visitor.onIHave(text, offered);
    }
  }

  private void iwant() throws IOException, FormatException {
    List<MessageId> wanted = visitor == null ? null : new ArrayList<>();
    for (int tag; (tag = in.readTag()) != 0;) {
      if (tag == IWANT_ID) {
        id(wanted);
      } else {
        skip(tag);
      }
    }
    if (visitor != null && !wanted.isEmpty()) {
      visitor.onIWant(wanted);
    }
  }

  /** The peers of a PRUNE, which we do not use yet, are passed over like unknown fields. */
  private void graftOrPrune(int kind) throws IOException, FormatException {
    long topic = Span.ABSENT;
    long backoff = 0;
    for (int tag; (tag = in.readTag()) != 0;) {
      if (tag == CONTROL_TOPIC) {
        topic = span();
      } else if (tag == BACKOFF && kind == PRUNE) {
        backoff = in.readUInt64();
      } else {
        skip(tag);
      }
    }
    String text = topicOrEmpty(topic);
    if (text.isEmpty()) {
      return;
    }
    if (kind == GRAFT) {
      visitor.onGraft(text);
    } else {
      visitor.onPrune(text, backoff);
    }
  }

  private void id(List<MessageId> into) throws IOException {
    long span = span();
    int length = Span.length(span);
    if (length == 0 || length > limits.getMaxIdLength() || ids == limits.getMaxIdsInRpc()) {
      surplus++;
      return;
    }
    ids++;
    if (into != null) {
      byte[] id = new byte[length];
      System.arraycopy(frame, Span.offset(span), id, 0, length);
      into.add(MessageId.wrap(id));
    }
  }

  private boolean isTopic(long span) {
    return Span.length(span) > 0 && Span.length(span) <= limits.getMaxTopicLength();
  }

  /** The topic for the visitor; empty without a visitor, and when it is none. */
  private String topicOrEmpty(long span) {
    return visitor == null || !isTopic(span) ? "" : Topics.text(frame, span);
  }

  private int enter() throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }

  private long span() throws IOException {
    int length = in.readRawVarint32();
    int offset = in.getTotalBytesRead();
    in.skipRawBytes(length);
    return Span.of(offset, length);
  }

  /** Passes over a field; nested groups are followed to a depth of 100, where protobuf refuses them. */
  private void skip(int tag) throws IOException, FormatException {
    if (!in.skipField(tag)) {
      throw new FormatException("rpc: at byte " + in.getTotalBytesRead() + ": the end of a group that has not begun");
    }
  }

  private static int tag(int field) {
    return field << 3 | 2;
  }
}
