package io.peerbus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.chat.JsonScanner.Token;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class JsonScannerTest {

  private static List<Token> scan(byte[] json) throws FormatException {
    List<Token> tokens = new ArrayList<>();
    JsonScanner in = new JsonScanner(json);
    for (Token token = in.next(); token != Token.END; token = in.next()) {
      tokens.add(token);
    }
    return tokens;
  }

  private static List<Token> scan(String json) throws FormatException {
    return scan(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyKindOfTokenIsFound() throws FormatException {
    assertEquals(List.of(Token.BEGIN_OBJECT, Token.NAME, Token.BEGIN_ARRAY, Token.NUMBER, Token.LITERAL, Token.STRING,
        Token.BEGIN_OBJECT, Token.END_OBJECT, Token.BEGIN_ARRAY, Token.END_ARRAY, Token.END_ARRAY, Token.NAME,
        Token.LITERAL, Token.END_OBJECT),
        scan(" { \"a\" : [ -1.5e+3 , true, \"\\u00e9\\n\", {}, [ ] ] ,\t\"b\": null }\r\n"));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    for (String bad : List.of("", " ", "{", "}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1 2]",
        "[1]]", "{} {}", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u12", "\"\n\"", "01", "-", "1.", "1e", ".5", "+1", "tru",
        "nul", "True", "NaN", "[1}", "{\"a\":1]", "{1:2}", "\"\\", "[\"a\":1]")) {
      assertThrows(FormatException.class, () -> scan(bad), bad);
    }
  }

  @Test
  void nestingIsReadWithoutRecursionAndToALimit() throws FormatException {
    assertEquals(128, scan("[".repeat(64) + "]".repeat(64)).size());
    assertThrows(FormatException.class, () -> scan("[".repeat(65) + "]".repeat(65)));
    assertThrows(FormatException.class, () -> scan("{\"a\":".repeat(10_000)));
  }

  @Test
  void objectsAndArraysAreToldApartAtEveryDepth() throws FormatException {
    assertEquals(16, scan("[{\"a\":[{\"b\":[{\"c\":0}]}]}]").size());
    assertThrows(FormatException.class, () -> scan("[{\"a\":[{\"b\":[{\"c\":0}]}}]]"));
  }

  @Property(tries = 2_000)
  void anyBytesAreRefusedOrReadAtNoCost(@ForAll @Size(max = 200) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> {
      JsonScanner in = new JsonScanner(bytes);
      while (in.next() != Token.END) {
        assertTrue(in.start() <= in.end() && in.end() <= bytes.length);
      }
    });
  }

  /** Another parser is the oracle, on texts that are nearly JSON. */
  @Property(tries = 3_000)
  void whatAnotherParserAcceptsIsAccepted(@ForAll Random random) {
    String[] pieces = {"{", "}", "[", "]", ",", ":", "\"a\"", "\"\\n\"", "1", "-2.5e1", "true", "null", " ", "\"é\""};
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "{\"a\":" : "[");
    for (int i = random.nextInt(9); i >= 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    text.append(text.charAt(0) == '{' ? "}" : "]");
    boolean accepted;
    try {
      Json.decodeValue(text.toString());
      accepted = true;
    } catch (DecodeException e) {
      accepted = false;
    }
    boolean ours;
    try {
      scan(text.toString());
      ours = true;
    } catch (FormatException e) {
      ours = false;
    }
    assertEquals(accepted, ours, text::toString);
  }
}
