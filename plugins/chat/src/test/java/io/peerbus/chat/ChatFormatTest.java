package io.peerbus.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.chat.pb.ChatProto;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChatFormatTest {

  private static String json(String text, long millis) {
    return new String(ChatFormat.JSON.encode(text, "12D3", millis), StandardCharsets.UTF_8);
  }

  @Test
  void jsonIsWrittenAsTheLessonWritesIt() {
    assertEquals("{\"message_type\": \"chat\", \"data\": {\"message\": \"hi\", \"sender_id\": \"12D3\"}, "
        + "\"timestamp\": 1700000000.007}", json("hi", 1_700_000_000_007L));
    assertEquals("1.000", json("", 1_000).replaceAll(".*\"timestamp\": |}", ""));
  }

  @Property(tries = 500)
  void anyTextIsOneJsonString(@ForAll String text) {
    String sent = text.replaceAll("[\ud800-\udfff]", "?");
    JsonObject json = new JsonObject(json(sent, 5));
    assertEquals(sent, json.getJsonObject("data").getString("message"));
  }

  @Test
  void protobufHasSecondsAndThePeerAsText() throws InvalidProtocolBufferException {
    ChatProto.ChatMessage message = ChatProto.ChatMessage.parseFrom(ChatFormat.PROTOBUF.encode("hi", "12D3", 7_999));
    assertEquals("hi", message.getMessage());
    assertEquals("12D3", message.getFrom());
    assertEquals(7, message.getTimestamp());
    assertEquals(ChatProto.ChatMessage.MessageType.CHAT, message.getMessageType());
  }

  @Test
  void textIsTheBareText() {
    assertArrayEquals("h\u00e9".getBytes(StandardCharsets.UTF_8), ChatFormat.TEXT.encode("h\u00e9", "12D3", 1));
  }

  @Test
  void formatsHaveTheNamesOfTheConfig() {
    assertEquals(ChatFormat.PROTOBUF, ChatFormat.of("protobuf"));
    assertEquals("json", ChatFormat.JSON.toString());
    assertThrows(IllegalArgumentException.class, () -> ChatFormat.of("xml"));
  }
}
