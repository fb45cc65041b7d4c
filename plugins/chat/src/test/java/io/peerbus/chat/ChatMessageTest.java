package io.peerbus.chat;

import static io.peerbus.chat.ChatMessage.Form.FIELDS;
import static io.peerbus.chat.ChatMessage.Form.JSON;
import static io.peerbus.chat.ChatMessage.Form.PROTOBUF;
import static io.peerbus.chat.ChatMessage.Form.TEXT;
import static io.peerbus.chat.ChatMessage.Type.BROWSER_PEER_DISCOVERY;
import static io.peerbus.chat.ChatMessage.Type.CHAT;
import static io.peerbus.chat.ChatMessage.Type.FILE;
import static io.peerbus.chat.ChatMessage.Type.STATUS;
import static io.peerbus.chat.ChatMessage.Type.UNKNOWN;
import static io.peerbus.chat.ChatMessage.Type.WEBRTC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.chat.pb.ChatProto;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ChatMessageTest {

  private static final String ID = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ChatMessage read(String text) throws FormatException {
    return ChatMessage.of(utf8(text));
  }

  private static void assertMessage(ChatMessage.Form form, ChatMessage.Type type, String text, byte[] payload)
      throws FormatException {
    ChatMessage message = ChatMessage.of(payload);
    assertEquals(form, message.form());
    assertEquals(type, message.type());
    assertEquals(text, message.text(100));
  }

  private static byte[] fields(String... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (String part : parts) {
        out.writeInt(utf8(part).length);
        out.write(utf8(part));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void lesson8JsonIsUnderstood() throws FormatException {
    assertMessage(JSON, CHAT, "Hello from the Universal Connectivity Workshop!", utf8("""
        {"message_type": "chat", "data": {"message": "Hello from the Universal Connectivity Workshop!", \
        "sender_id": "16Uiu2HAm"}, "timestamp": 1700000000.1234567}"""));
    assertMessage(JSON, CHAT, "h\u00e9 \ud83d\ude80 \"\\/", utf8(
        "\n {\"data\":{\"sender_id\":\"x\","
        + "\"message\":\"h\\u00e9 \\ud83d\\ude80 \\\"\\\\\\/\"},\"message_type\":\"chat\"}"));
    assertMessage(JSON, CHAT, "", utf8("{\"message_type\":\"chat\",\"data\":{}}"));
  }

  @Test
  void messagesThatAreNotChatAreToldApart() throws FormatException {
    assertEquals(FILE, read("{\"message_type\":\"file\",\"data\":{}}").type());
    assertEquals(WEBRTC, read("{\"message_type\":\"webrtc\",\"data\":{\"sdp\":{\"message\":1}}}").type());
    assertEquals(BROWSER_PEER_DISCOVERY, read("{\"message_type\":\"browser_peer_discovery\",\"data\":{}}").type());
    assertEquals(UNKNOWN, read("{\"message_type\":\"dance\",\"data\":{\"message\":\"x\"}}").type());
    assertEquals(FILE, read("{\"from\":\"x\",\"message\":\"id\",\"timestamp\":1,\"message_type\":1}").type());
    assertEquals(UNKNOWN, read("{\"from\":\"x\",\"message\":\"id\",\"message_type\":-7.5}").type());
  }

  @Test
  void lesson6JsonIsUnderstood() throws FormatException {
    assertMessage(JSON, CHAT, "hi", utf8(
        "{\"from\": \"Qm\", \"message\": \"hi\", \"timestamp\": 1700000000, \"message_type\": 0}"));
    assertMessage(JSON, BROWSER_PEER_DISCOVERY, "", utf8(
        "{\"from\": \"Qm\", \"message\": \"\", \"timestamp\": 1, \"message_type\": 2}"));
  }

  @Test
  void pyPeerJsonIsUnderstood() throws FormatException {
    assertMessage(JSON, CHAT, "hi", utf8(
        "{\"message\": \"hi\", \"sender_id\": \"16U\", \"sender_nick\": \"eve\", \"timestamp\": 17.5}"));
    for (String one : List.of("\"sender_id\": \"16U\"", "\"sender_nick\": \"eve\"", "\"timestamp\": 17.5")) {
      assertMessage(JSON, CHAT, "hi", utf8("{\"message\": \"hi\", " + one + "}"));
    }
  }

  @Test
  void jsonThatIsNoMessageIsWhatSomebodyTyped() throws FormatException {
    for (String typed : List.of("{\"a\":1}", "{}", "{\"message\":\"x\"}", "{ not JSON", "[1,2]", "\"quoted\"", "42",
        "{\"message_type\":\"chat\"}", "{\"message_type\":\"chat\",\"data\":\"x\"}",
        "{\"message_type\":\"chat\",\"data\":{\"message\":5}}", "{\"message_type\":null,\"message\":7}",
        "{\"message_type\":0,\"message\":{\"message\":\"x\"}}", "{\"x\":{\"message\":\"x\",\"sender_id\":\"y\"}}")) {
      assertMessage(TEXT, CHAT, typed, utf8(typed));
    }
  }

  @Test
  void ofTwoMembersWithOneNameTheLaterCounts() throws FormatException {
    assertEquals("b", read("{\"message_type\":\"file\",\"data\":{\"message\":\"x\"},"
        + "\"message_type\":\"chat\",\"data\":{\"message\":\"a\",\"message\":\"b\"}}").text(9));
    assertEquals("", read("{\"message_type\":\"chat\",\"data\":{\"message\":\"a\"},\"data\":{}}").text(9));
  }

  @Test
  void theWorkshopsProtobufIsUnderstood() throws FormatException {
    for (ChatProto.ChatMessage.MessageType type : List.of(ChatProto.ChatMessage.MessageType.CHAT,
        ChatProto.ChatMessage.MessageType.FILE, ChatProto.ChatMessage.MessageType.BROWSER_PEER_DISCOVERY)) {
      byte[] payload = ChatProto.ChatMessage.newBuilder().setFrom(ID).setMessage("h\u00e9 there")
          .setTimestamp(1_700_000_000).setMessageType(type).build().toByteArray();
      assertMessage(PROTOBUF, ChatMessage.Type.valueOf(type.name()), "h\u00e9 there", payload);
    }
    assertMessage(PROTOBUF, CHAT, "", ChatProto.ChatMessage.newBuilder().setFrom(ID).setTimestamp(5).build()
        .toByteArray());
    assertMessage(PROTOBUF, UNKNOWN, "x", HexFormat.of().parseHex("120178" + "2063"));
    assertMessage(PROTOBUF, CHAT, "x", HexFormat.of().parseHex("120178" + "fa0103010203"));
  }

  @Test
  void protobufThatSaysNothingOrIsWrongIsNoMessage() {
    for (String bad : List.of("1201ff", "1005ff", "0a02c080" + "120178", "12017818")) {
      assertThrows(FormatException.class, () -> ChatMessage.of(HexFormat.of().parseHex(bad + "ff")), bad);
    }
  }

  @Test
  void lesson7FieldsAreUnderstood() throws FormatException {
    assertMessage(FIELDS, CHAT, "hello", fields(ID, "hello", "1700000000", "0", ""));
    assertMessage(FIELDS, STATUS, "", fields("", "", "0", "3", "data"));
    assertMessage(FIELDS, FILE, "name", fields(ID, "name", "1", "1", "\u0000\u0001"));
  }

  @Test
  void fieldsThatAreNotLesson7sAreText() throws FormatException {
    for (byte[] other : List.of(fields(ID, "hello", "1700000000", "0"), fields(ID, "x", "-1", "0", ""),
        fields(ID, "x", "1", "", ""), fields(ID, "x", "1", "0", "", ""), new byte[1], new byte[7])) {
      assertEquals(TEXT, ChatMessage.of(other).form());
    }
    byte[] huge = fields(ID, "x", "1", "0", "");
    huge[3] = (byte) 200;
    assertThrows(FormatException.class, () -> ChatMessage.of(huge));
    byte[] negative = {(byte) 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    assertThrows(FormatException.class, () -> ChatMessage.of(negative));
  }

  @Test
  void bareTextIsText() throws FormatException {
    assertMessage(TEXT, CHAT, "hello", utf8("hello\n"));
    assertMessage(TEXT, CHAT, "", new byte[0]);
    assertMessage(TEXT, CHAT, "h\u00e9 \u4f60\u597d \ud83d\ude80", utf8("h\u00e9 \u4f60\u597d \ud83d\ude80"));
    assertMessage(TEXT, CHAT, "\u240ahi", utf8("\nhi"));
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    assertThrows(FormatException.class, () -> ChatMessage.of(new byte[] {(byte) 0xff, (byte) 0xfe}));
    assertThrows(FormatException.class, () -> ChatMessage.of(new byte[] {'a', (byte) 0xc3}));
  }

  @Test
  void aPayloadBeyondTheLimitIsRefused() throws FormatException {
    byte[] longest = new byte[ChatMessage.MAX_PAYLOAD];
    Arrays.fill(longest, (byte) 'a');
    assertEquals(100 + 1, ChatMessage.of(longest).text(100).length());
    assertThrows(FormatException.class, () -> ChatMessage.of(Arrays.copyOf(longest, longest.length + 1)));
  }

  @Test
  void controlCharactersAreNeutralisedInEveryForm() throws FormatException {
    String evil = "\u001b[2J\nx";
    String safe = "\u241b[2J\u240ax";
    assertEquals(safe, ChatMessage.of(utf8(evil)).text(99));
    assertEquals(safe, read("{\"message_type\":\"chat\",\"data\":{\"message\":\"\\u001b[2J\\nx\"}}").text(99));
    assertEquals(safe, ChatMessage.of(fields(ID, evil, "1", "0", "")).text(99));
    assertEquals(safe, ChatMessage.of(ChatFormat.PROTOBUF.encode(evil, ID, 1)).text(99));
    assertEquals("\ufffdx", read("{\"message_type\":\"chat\",\"data\":{\"message\":\"\\ud800x\"}}").text(99));
  }

  /** Whatever a person types is read as typed, unless it is one of the JSON forms. */
  @Property(tries = 3_000)
  void typedTextIsNeverTakenForBinary(@ForAll @CharRange(from = ' ', to = '\ud7ff') @StringLength(max = 60) String text)
      throws FormatException {
    Assume.that(text.chars().noneMatch(c -> c >= 0x7f && c < 0xa0));
    ChatMessage message = ChatMessage.of(utf8(text));
    assertEquals(TEXT, message.form());
    assertEquals(TerminalText.clean(text, 100), message.text(100));
  }

  @Property(tries = 500)
  void whatWeWriteIsReadBack(@ForAll String text, @ForAll ChatFormat format) throws FormatException {
    String typed = text.replaceAll("[\\p{Cntrl}]", "").replaceAll("[\ud800-\udfff]", "?");
    Assume.that(format != ChatFormat.TEXT || !typed.startsWith("{"));
    ChatMessage message = ChatMessage.of(format.encode(typed, ID, 1_700_000_000_123L));
    assertEquals(CHAT, message.type());
    assertEquals(TerminalText.clean(typed, 10_000), message.text(10_000));
  }

  @Property(tries = 3_000)
  void anyBytesAreReadOrRefusedAtNoCost(@ForAll @Size(max = 300) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> ChatMessage.of(bytes));
  }

  @Property(tries = 2_000)
  void aChangedMessageIsReadOrRefused(@ForAll ChatFormat format, @ForAll Random random) {
    byte[] bytes = random.nextInt(4) == 0 ? fields(ID, "hello \u00e9", "17", "0", "data")
        : format.encode("hello \u00e9\n\"", ID, 17_000);
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
    Allocation.assertBounded(cut.length, () -> ChatMessage.of(cut));
    Allocation.assertAtMost(64 * 100 + 4096, () -> {
      String text = ChatMessage.of(cut).text(100);
      assertFalse(text.chars().anyMatch(Character::isISOControl), text);
    });
  }

  @Test
  void theLargestPayloadsCostNothingToReadAndLittleToShow() {
    StringBuilder json = new StringBuilder("{\"x\":[");
    json.append("[],".repeat(20_000)).append("0],\"message_type\":\"chat\",\"data\":{\"message\":\"m\"}}");
    byte[] many = utf8(json.toString());
    Allocation.assertAtMost(4096, () -> assertEquals(JSON, ChatMessage.of(many).form()));
    byte[] tags = new byte[ChatMessage.MAX_PAYLOAD];
    for (int i = 0; i < tags.length; i += 2) {
      tags[i] = 0x12;
    }
    Allocation.assertAtMost(4096, () -> assertEquals(PROTOBUF, ChatMessage.of(tags).form()));
    byte[] euros = utf8("\u20ac".repeat(20_000));
    Allocation.assertAtMost(64 * 1024, () -> assertTrue(ChatMessage.of(euros).text(1_000).length() == 1_001));
  }
}
