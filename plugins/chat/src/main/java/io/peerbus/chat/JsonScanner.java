package io.peerbus.chat;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Utf8;

/**
 * Steps through the tokens of a JSON text (RFC 8259) without building anything, so that a stranger's JSON costs no
 * more than its bytes, and without recursion, however deep it nests.
 *
 * <p>Not thread safe. The bytes are read, never changed.
 */
final class JsonScanner {

  /** What {@link #next} found. */
  enum Token {
    BEGIN_OBJECT,
    END_OBJECT,
    BEGIN_ARRAY,
    END_ARRAY,
    NAME,
    STRING,
    NUMBER,
    LITERAL,
    END
  }

  /** The deepest nesting that is read; none of the messages goes beyond 2. One bit of a long for each level. */
  static final int MAX_DEPTH = 64;

  /** What may stand at the position. */
  private enum Expect {
    VALUE,
    VALUE_OR_END,
    NAME,
    NAME_OR_END,
    COMMA_OR_END,
    NOTHING
  }

  private final byte[] json;
  private int position;
  private int start;
  private int end;
  private int depth;
  private long objects;
  private Expect expect = Expect.VALUE;

  JsonScanner(byte[] json) {
    this.json = json;
  }

  /** How many objects and arrays are open behind the current token. */
  int depth() {
    return depth;
  }

  /** Where the current token's text begins: of a name or a string, behind the quote. */
  int start() {
    return start;
  }

  /** Where the current token's text ends: of a name or a string, before the quote. */
  int end() {
    return end;
  }

  /** Whether the current token's text is exactly this, in ASCII and without escapes. */
  boolean is(String text) {
    if (end - start != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (json[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The next token, {@link Token#END} behind the last. After an exception the scanner is of no more use. */
  Token next() throws FormatException {
    int c = peek();
    if (expect == Expect.COMMA_OR_END && c == ',') {
      position++;
      expect = isInObject() ? Expect.NAME : Expect.VALUE;
      c = peek();
    }
    return switch (expect) {
      case NOTHING -> {
        if (c >= 0) {
          throw wrong("more behind the value");
        }
        yield Token.END;
      }
      case COMMA_OR_END -> close(c);
      case VALUE -> value(c);
      case VALUE_OR_END -> c == ']' ? close(c) : value(c);
      case NAME -> name(c);
      case NAME_OR_END -> c == '}' ? close(c) : name(c);
    };
  }

  private Token name(int c) throws FormatException {
    if (c != '"') {
      throw wrong("a name is missing");
    }
    string();
    if (peek() != ':') {
      throw wrong("a colon is missing");
    }
    position++;
    expect = Expect.VALUE;
    return Token.NAME;
  }

  private Token value(int c) throws FormatException {
    if (c == '{' || c == '[') {
      return open(c == '{');
    }
    expect = depth == 0 ? Expect.NOTHING : Expect.COMMA_OR_END;
    if (c == '"') {
      string();
      return Token.STRING;
    }
    if (c == '-' || c >= '0' && c <= '9') {
      number();
      return Token.NUMBER;
    }
    literal(c == 't' ? "true" : c == 'f' ? "false" : "null");
    return Token.LITERAL;
  }

  private Token open(boolean object) throws FormatException {
    if (depth == MAX_DEPTH) {
      throw wrong("nests deeper than " + MAX_DEPTH);
    }
    position++;
    objects = objects << 1 | (object ? 1 : 0);
    depth++;
    expect = object ? Expect.NAME_OR_END : Expect.VALUE_OR_END;
    return object ? Token.BEGIN_OBJECT : Token.BEGIN_ARRAY;
  }

  private Token close(int c) throws FormatException {
    boolean object = isInObject();
    if (c != (object ? '}' : ']')) {
      throw wrong("an end is missing");
    }
    position++;
    objects >>>= 1;
    depth--;
    expect = depth == 0 ? Expect.NOTHING : Expect.COMMA_OR_END;
    return object ? Token.END_OBJECT : Token.END_ARRAY;
  }

  private boolean isInObject() {
    return (objects & 1) != 0;
  }

  private void string() throws FormatException {
    position++;
    start = position;
    while (position < json.length && json[position] != '"') {
      if (json[position] == '\\') {
        position = escape(position);
      } else if (json[position] >= 0 && json[position] < ' ') {
        throw wrong("a control character in a string");
      } else {
        int step = Utf8.step(json, position, json.length);
        if (step == 0) {
          throw wrong("a string is not UTF-8");
        }
        position += step;
      }
    }
    if (position >= json.length) {
      throw wrong("a string does not end");
    }
    end = position++;
  }

  /** Behind the escape at {@code at}. */
  private int escape(int at) throws FormatException {
    int kind = at + 1 < json.length ? json[at + 1] : 0;
    if (kind == 'u') {
      for (int i = at + 2; i < at + 6; i++) {
        if (i >= json.length || Character.digit(json[i], 16) < 0) {
          throw wrong("an escape is not whole");
        }
      }
      return at + 6;
    }
    if ("\"\\/bfnrt".indexOf(kind) < 0) {
      throw wrong("an unknown escape");
    }
    return at + 2;
  }

  private void number() throws FormatException {
    start = position;
    if (json[position] == '-') {
      position++;
    }
    int first = digits();
    if (position - first > 1 && json[first] == '0') {
      throw wrong("a number begins with 0");
    }
    if (position < json.length && json[position] == '.') {
      position++;
      digits();
    }
    if (position < json.length && (json[position] | 0x20) == 'e') {
      position++;
      if (position < json.length && (json[position] == '+' || json[position] == '-')) {
        position++;
      }
      digits();
    }
    end = position;
  }

  /** Passes one digit or more and answers where the first was. */
  private int digits() throws FormatException {
    int first = position;
    while (position < json.length && json[position] >= '0' && json[position] <= '9') {
      position++;
    }
    if (position == first) {
      throw wrong("a digit is missing");
    }
    return first;
  }

  private void literal(String text) throws FormatException {
    start = position;
    end = position + text.length();
    if (end > json.length || !is(text)) {
      throw wrong("no value");
    }
    position = end;
  }

  /** The next character that is no white space, or -1; the position is on it. */
  private int peek() {
    while (position < json.length) {
      byte c = json[position];
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return c;
      }
      position++;
    }
    return -1;
  }

  private FormatException wrong(String what) {
    return new FormatException("JSON: " + what + " at " + position);
  }
}
