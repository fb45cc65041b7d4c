package io.peerbus.chat;

import io.peerbus.chat.pb.ChatProto;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The forms in which we can write a chat message. Go, rust, js and nim peers expect text, the lessons JSON. */
public enum ChatFormat {
  /** As lesson 8 has it: {@code {"message_type", "data": {"message", "sender_id"}, "timestamp"}}. */
  JSON,
  /** The bare text. */
  TEXT,
  /** The protobuf form of the workshop's rust lessons and its checker. */
  PROTOBUF;

  /** The format with this name in a config; throws an {@link IllegalArgumentException} that lists the names. */
  public static ChatFormat of(String name) {
    for (ChatFormat format : values()) {
      if (format.toString().equals(name)) {
        return format;
      }
    }
    throw new IllegalArgumentException("format: \"" + name + "\" is none of json, text, protobuf");
  }

  /**
   * The payload of a chat message.
   *
   * @param sender our peer id as text
   * @param millis the time in milliseconds since 1970
   */
  public byte[] encode(String text, String sender, long millis) {
    return switch (this) {
      case TEXT -> text.getBytes(StandardCharsets.UTF_8);
      case JSON -> json(text, sender, millis).getBytes(StandardCharsets.UTF_8);
      case PROTOBUF -> ChatProto.ChatMessage.newBuilder()
          .setFrom(sender)
          .setMessage(text)
          .setTimestamp(Math.floorDiv(millis, 1000))
          .setMessageType(ChatProto.ChatMessage.MessageType.CHAT)
          .build().toByteArray();
    };
  }

  /** The timestamp is a number of seconds with a fraction, as python's {@code time.time()} gives it. */
  private static String json(String text, String sender, long millis) {
    return "{\"message_type\": \"chat\", \"data\": {\"message\": " + JsonStrings.quote(text) + ", \"sender_id\": "
        + JsonStrings.quote(sender) + "}, \"timestamp\": " + Math.floorDiv(millis, 1000)
        + String.format(Locale.ROOT, ".%03d", Math.floorMod(millis, 1000)) + "}";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
