package io.peerbus.chat;

import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Utf8;

/**
 * A payload on the chat topic, in whichever of the forms in use it came. Immutable; it keeps the payload and finds
 * the text in it again when asked, so that reading costs no memory of note.
 *
 * <p>Six forms share one topic and none says which it is, so it is told by its first bytes:
 * <ol>
 * <li>The first character that is no white space is <code>{</code> and the whole is JSON: with {@code message_type}
 * a string and {@code data} an object it is lesson 8's; with {@code message_type} a number and {@code message} a
 * string, lesson 6's; with {@code message} a string and one of {@code sender_id}, {@code sender_nick},
 * {@code timestamp}, py-peer's. Any other JSON is text that somebody typed.
 * <li>The first byte is 0 and the whole is five fields behind 4-byte lengths: lesson 7's. No text begins with 0.
 * <li>The whole is a protobuf ChatMessage with a message or a timestamp. Their tags, {@code 12} and {@code 18}, are
 * control characters, so no text that a person types is taken for it.
 * <li>UTF-8 text is text. Anything else is no message.
 * </ol>
 * What the payload says of its sender is not looked at: the sender is who signed it.
 */
public final class ChatMessage {

  /** What a message is about. Only chat is for people to read. */
  public enum Type {
    CHAT,
    FILE,
    BROWSER_PEER_DISCOVERY,
    STATUS,
    WEBRTC,
    UNKNOWN
  }

  /** The form it came in. */
  public enum Form {
    TEXT,
    JSON,
    PROTOBUF,
    FIELDS
  }

  /** The longest payload that is read. Peers that take longer messages exist, people who type them do not. */
  public static final int MAX_PAYLOAD = 64 * 1024;

  private static final int TLV_FIELDS = 5;
  private static final int TLV_MESSAGE = 1;
  private static final int TLV_TIMESTAMP = 2;
  private static final int TLV_TYPE = 3;

  private static final int PB_FROM = 1;
  private static final int PB_MESSAGE = 2;
  private static final int PB_TIMESTAMP = 3;
  private static final int PB_TYPE = 4;

  private final byte[] payload;
  private final Form form;
  private final Type type;
  private final int start;
  private final int end;

  private ChatMessage(byte[] payload, Form form, Type type, int start, int end) {
    this.payload = payload;
    this.form = form;
    this.type = type;
    this.start = start;
    this.end = end;
  }

  /** Reads a payload, which is kept and must not be changed. Fails when it is too long, or no text at all. */
  public static ChatMessage of(byte[] payload) throws FormatException {
    if (payload.length > MAX_PAYLOAD) {
      throw new FormatException("chat: " + payload.length + " bytes, at most " + MAX_PAYLOAD);
    }
    ChatMessage message = structured(payload);
    if (message != null) {
      return message;
    }
    if (!Utf8.isValid(payload)) {
      throw new FormatException("chat: " + payload.length + " bytes in no form that is known");
    }
    return new ChatMessage(payload, Form.TEXT, Type.CHAT, 0, payload.length);
  }

  public Form form() {
    return form;
  }

  public Type type() {
    return type;
  }

  /** The text, safe to print (see {@link TerminalText}), of at most {@code max} code points. */
  public String text(int max) {
    StringBuilder text = new StringBuilder();
    int at = start;
    // One more than asked for shows that there is more, and line breaks at the end do not count.
    for (int count = 0; at < end && count < max + 4; count++) {
      if (form == Form.JSON && payload[at] == '\\') {
        at = JsonStrings.unescape(payload, at, text);
      } else {
        int step = Utf8.step(payload, at, end);
        text.appendCodePoint(Utf8.codePoint(payload, at, step));
        at += step;
      }
    }
    return TerminalText.clean(text.toString(), max);
  }

  private static ChatMessage structured(byte[] payload) {
    try {
      if (payload.length > 0 && payload[0] == 0) {
        return fields(payload);
      }
      if (beginsWithBrace(payload)) {
        return json(payload);
      }
      return protobuf(payload);
    } catch (FormatException e) {
      return null; // then it may be text
    }
  }

  private static boolean beginsWithBrace(byte[] payload) {
    for (byte b : payload) {
      if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
        return b == '{';
      }
    }
    return false;
  }

  private static ChatMessage json(byte[] payload) throws FormatException {
    JsonChat json = JsonChat.of(payload);
    return json == null ? null : new ChatMessage(payload, Form.JSON, json.type(), json.start(), json.end());
  }

  private static ChatMessage protobuf(byte[] payload) throws FormatException {
    int start = 0;
    int end = 0;
    long type = 0;
    boolean told = false;
    FieldReader in = new FieldReader(payload);
    while (in.next()) {
      boolean text = in.number() == PB_FROM || in.number() == PB_MESSAGE;
      boolean number = in.number() == PB_TIMESTAMP || in.number() == PB_TYPE;
      if (text && (in.wireType() != FieldReader.BYTES || !Utf8.isValid(payload, in.offset(), in.length()))
          || number && in.wireType() != FieldReader.VARINT) {
        return null;
      }
      if (in.number() == PB_MESSAGE) {
        start = in.offset();
        end = start + in.length();
      } else if (in.number() == PB_TYPE) {
        type = in.varint();
      }
      told |= in.number() == PB_MESSAGE || in.number() == PB_TIMESTAMP;
    }
    return told ? new ChatMessage(payload, Form.PROTOBUF, type(type), start, end) : null;
  }

  /** Lesson 7: sender, message, timestamp and type as decimal text, and data, each behind a 4-byte length. */
  private static ChatMessage fields(byte[] payload) {
    int at = 0;
    int start = 0;
    int end = 0;
    long type = 0;
    for (int i = 0; i < TLV_FIELDS; i++) {
      int length = at + Integer.BYTES <= payload.length ? length(payload, at) : -1;
      at += Integer.BYTES;
      if (length < 0 || length > payload.length - at) {
        return null;
      }
      if (i <= TLV_MESSAGE && !Utf8.isValid(payload, at, length)) {
        return null;
      }
      if (i == TLV_MESSAGE) {
        start = at;
        end = at + length;
      } else if (i == TLV_TIMESTAMP || i == TLV_TYPE) {
        type = decimal(payload, at, at + length);
        if (type < 0) {
          return null;
        }
      }
      at += length;
    }
    return at == payload.length ? new ChatMessage(payload, Form.FIELDS, type(type), start, end) : null;
  }

  private static int length(byte[] payload, int at) {
    return (payload[at] & 0xff) << 24 | (payload[at + 1] & 0xff) << 16 | (payload[at + 2] & 0xff) << 8
        | payload[at + 3] & 0xff;
  }

  /** A number of up to 18 digits, or -1. */
  static long decimal(byte[] bytes, int start, int end) {
    if (start == end || end - start > 18) {
      return -1;
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  /** The type with this number in the protobuf form and in the forms of lessons 6 and 7. */
  static Type type(long number) {
    if (number == 0) {
      return Type.CHAT;
    }
    if (number == 1) {
      return Type.FILE;
    }
    if (number == 2) {
      return Type.BROWSER_PEER_DISCOVERY;
    }
    return number == 3 ? Type.STATUS : Type.UNKNOWN;
  }
}
