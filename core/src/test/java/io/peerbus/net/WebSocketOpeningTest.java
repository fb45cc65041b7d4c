package io.peerbus.net;

import static io.peerbus.net.WebSocketFrames.last;
import static io.peerbus.net.WebSocketFrames.masked;
import static io.peerbus.net.WebSocketFrames.plain;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request for a WebSocket and its answer. */
class WebSocketOpeningTest {

  /** The answer to the key of {@link WebSocketEnd#REQUEST}, which is the RFC's (section 1.3). */
  private static final String ANSWER = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n"
      + "connection: upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String request(String before, String after) {
    String changed = WebSocketEnd.REQUEST.replace(before, after);
    assertFalse(changed.equals(WebSocketEnd.REQUEST), before);
    return changed;
  }

  @Test
  void theListenerAnswersTheExampleOfTheSpec() {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      end.read(WebSocketEnd.REQUEST);
      assertEquals(ANSWER, end.writtenText());
      assertNull(end.error());
    }
  }

  @Test
  void theRequestMayComeByteByByteAndFramesRightBehindIt() {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      byte[] request = bytes(WebSocketEnd.REQUEST);
      for (int i = 0; i < request.length - 1; i++) {
        end.read(new byte[] {request[i]});
      }
      end.read(new byte[] {request[request.length - 1]}, masked(last(FrameReader.BINARY), bytes("impatient")));
      assertEquals("impatient", end.receivedText());
      assertEquals(ANSWER, end.writtenText());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "GET / | GET /a/path?of=a&proxy", "Host: a | Host: a~Origin: https://elsewhere.example",
      "Connection: Upgrade | Connection: keep-alive, Upgrade", "websocket | WebSocket",
      "Host: a | Host: a~Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
      "Host: a | Host: a~Sec-WebSocket-Protocol: chat", "Host: a | Host: a~Content-Length: 0",
  })
  void whatDoesNotMatterIsNotLookedAt(String before, String after) {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      end.read(request(before, after.replace("~", "\r\n")));
      assertEquals(ANSWER, end.writtenText());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "Upgrade: websocket | Accept: text/html | 426 Upgrade Required",
      "Connection: Upgrade | Connection: close | 426 Upgrade Required",
      "websocket | h2c | 426 Upgrade Required",
      "Version: 13 | Version: 8 | 426 Upgrade Required",
      "GET | POST | 400 Bad Request",
      "GET | HEAD | 400 Bad Request",
      "HTTP/1.1 | HTTP/1.0 | 400 Bad Request",
      "dGhlIHNhbXBsZSBub25jZQ== | short | 400 Bad Request",
      "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZQ!! | 400 Bad Request",
      "Sec-WebSocket-Key | Key | 400 Bad Request",
      "Host: a | Content-Length: 5 | 400 Bad Request",
      "Host: a | Transfer-Encoding: chunked | 400 Bad Request",
      "GET / HTTP/1.1 | hello | 400 Bad Request",
  })
  void whatIsNoRequestForOneIsAnsweredInTheWayOfHttp(String before, String after, String status) {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      end.read(request(before, after));
      String answer = end.writtenText();
      assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
      assertTrue(answer.toLowerCase().contains("connection: close\r\n"), answer);
      assertEquals(status.startsWith("426"), answer.contains("sec-websocket-version: 13\r\n"), answer);
      assertTrue(answer.endsWith("\r\n\r\nThis port speaks libp2p over WebSocket (version 13) and nothing else.\n"));
      assertTrue(end.error().endsWith("it was answered with " + status), end.error());
      assertFalse(end.channel.isActive());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"GET / | 414 ", "Host: | 431 "})
  void aRequestThatIsTooLongIsNotReadToItsEnd(String where, String status) {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      String all = request(where, where + "a".repeat(9_000));
      end.read(all.substring(0, 8_900));
      assertTrue(end.writtenText().startsWith("HTTP/1.1 " + status));
      assertFalse(end.channel.isActive());
    }
  }

  @Test
  void manyHeadersAreTooLongTogether() {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      end.read("GET / HTTP/1.1\r\n" + "Cookie: abc=def\r\n".repeat(1_000));
      assertTrue(end.writtenText().startsWith("HTTP/1.1 431 "));
    }
  }

  @Test
  void whatIsReadBehindABadRequestIsForgotten() {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      end.read(request("GET", "POST") + "x=y&".repeat(100) + WebSocketEnd.REQUEST);
      String answer = end.writtenText();
      assertEquals(answer.indexOf("HTTP/1.1"), answer.lastIndexOf("HTTP/1.1"), "one answer");
      assertEquals("", end.receivedText());
    }
  }

  @Test
  void whatIsWrittenBeforeTheWebSocketIsOpenWaits() {
    try (WebSocketEnd end = WebSocketEnd.listener()) {
      end.write(bytes("first"));
      end.write(bytes("second"));
      assertEquals("", end.writtenText());
      end.read(WebSocketEnd.REQUEST);
      byte[] first = plain(last(FrameReader.BINARY), bytes("first"));
      byte[] second = plain(last(FrameReader.BINARY), bytes("second"));
      assertEquals(ANSWER + new String(first, StandardCharsets.ISO_8859_1)
          + new String(second, StandardCharsets.ISO_8859_1), end.writtenText());
    }
  }

  @Test
  void aWebSocketThatNeverOpensIsClosedAtOnce() {
    try (WebSocketEnd end = WebSocketEnd.dialer()) {
      end.write(bytes("never sent"));
      end.channel.close();
      assertFalse(end.channel.isActive());
      assertTrue(end.writtenText().startsWith("GET / HTTP/1.1\r\nhost: a.example:80\r\n"));
    }
  }

  /** Which nonce the dialer has taken, it tells the listener alone. */
  private static String answerTo(String request) {
    try (WebSocketEnd listener = WebSocketEnd.listener()) {
      listener.read(request);
      return listener.writtenText();
    }
  }

  @Test
  void theDialerReadsWhatComesRightBehindTheAnswer() {
    try (WebSocketEnd end = WebSocketEnd.dialer()) {
      end.write(bytes("eager"));
      end.read(bytes(answerTo(end.writtenText())), plain(last(FrameReader.BINARY), bytes("hello")));
      assertEquals("hello", end.receivedText());
      byte[] frame = end.written();
      assertEquals(2 + 4 + 5, frame.length, "masked");
      assertEquals((byte) 0x85, frame[1]);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "101 Switching Protocols | 404 Not Found | refused with 404",
      "101 Switching Protocols | 301 Moved | refused with 301",
      "101 Switching Protocols | 200 OK | refused with 200",
      "upgrade: websocket | upgrade: h2c | the answer is not to our request",
      "connection: upgrade | connection: close | the answer is not to our request",
      "sec-websocket-accept: | sec-websocket-accept: x | the answer is not to our request",
      "sec-websocket-accept | other | the answer is not to our request",
      "upgrade: websocket | upgrade: websocket~sec-websocket-extensions: permessage-deflate | "
          + "the answer is not to our request",
      "HTTP/1.1 101 | SSH-2.0-OpenSSH | what came is no answer of HTTP",
  })
  void anotherAnswerIsRefused(String before, String after, String reason) {
    try (WebSocketEnd end = WebSocketEnd.dialer()) {
      String answer = answerTo(end.writtenText());
      String changed = answer.replaceFirst(before, after.replace("~", "\r\n"));
      assertFalse(changed.equals(answer), before);
      end.read(bytes(changed), plain(last(FrameReader.BINARY), bytes("hello")));
      assertEquals("WebSocket: " + reason, end.error());
      assertEquals("", end.receivedText());
      assertFalse(end.channel.isActive());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 101 ", "HTTP/1.1 101 Switching Protocols\r\nserver: "})
  void anAnswerThatIsTooLongIsNotReadToItsEnd(String begin) {
    try (WebSocketEnd end = WebSocketEnd.dialer()) {
      end.read(begin + "a".repeat(9_000));
      assertEquals("WebSocket: what came is no answer of HTTP", end.error());
    }
  }

  @Test
  void bothEndsUnderstandEachOther() {
    try (WebSocketEnd dialer = WebSocketEnd.dialer(); WebSocketEnd listener = WebSocketEnd.listener()) {
      dialer.write(bytes("to the listener"));
      listener.write(bytes("to the dialer"));
      for (int i = 0; i < 3; i++) {
        listener.read(dialer.written());
        dialer.read(listener.written());
      }
      assertEquals("to the listener", listener.receivedText());
      assertEquals("to the dialer", dialer.receivedText());
      dialer.channel.close();
      listener.read(dialer.written());
      dialer.read(listener.written());
      assertFalse(dialer.channel.isActive());
      assertFalse(listener.channel.isActive());
      assertArrayEquals(new byte[0], dialer.written());
    }
  }
}
