package io.peerbus.chat;

import io.peerbus.chat.JsonScanner.Token;
import io.peerbus.multiformats.FormatException;

/**
 * What a JSON text says as a chat message.
 *
 * @param start where its text begins in the payload, behind the quote
 * @param end where it ends, before the quote
 */
record JsonChat(ChatMessage.Type type, int start, int end) {

  /** The message; {@code null} for JSON that is none, and fails for what is not JSON. */
  static JsonChat of(byte[] payload) throws FormatException {
    Members members = new Members();
    JsonScanner in = new JsonScanner(payload);
    if (in.next() != Token.BEGIN_OBJECT) {
      return null;
    }
    for (Token token = in.next(); token != Token.END; token = in.next()) {
      if (token == Token.NAME) {
        members.name(in, payload);
      }
    }
    return members.message();
  }

  /** The members that tell the forms apart. Of two with one name the later counts, as in the lessons' own reader. */
  private static final class Members {
    private ChatMessage.Type named;
    private ChatMessage.Type numbered;
    private boolean data;
    private boolean dataText = true;
    private int dataStart;
    private int dataEnd;
    private boolean text;
    private int textStart;
    private int textEnd;
    private boolean sent;

    /** The scanner is on a name; takes its value too. */
    void name(JsonScanner in, byte[] payload) throws FormatException {
      if (in.depth() != 1) {
        return;
      }
      if (in.is("message_type")) {
        type(in.next(), in, payload);
      } else if (in.is("data")) {
        data(in);
      } else if (in.is("message")) {
        text = in.next() == Token.STRING;
        textStart = in.start();
        textEnd = in.end();
      } else if (in.is("sender_id") || in.is("sender_nick") || in.is("timestamp")) {
        sent = true;
      }
    }

    private void type(Token token, JsonScanner in, byte[] payload) {
      named = token == Token.STRING ? typeNamed(in) : null;
      long number = token == Token.NUMBER ? ChatMessage.decimal(payload, in.start(), in.end()) : -1;
      numbered = token == Token.NUMBER ? ChatMessage.type(number) : null;
    }

    private void data(JsonScanner in) throws FormatException {
      data = in.next() == Token.BEGIN_OBJECT;
      dataText = true;
      dataStart = 0;
      dataEnd = 0;
      if (!data) {
        return;
      }
      for (Token token = in.next(); in.depth() > 1; token = in.next()) {
        if (token == Token.NAME && in.depth() == 2 && in.is("message")) {
          dataText = in.next() == Token.STRING;
          dataStart = in.start();
          dataEnd = in.end();
        }
      }
    }

    private static ChatMessage.Type typeNamed(JsonScanner in) {
      if (in.is("chat")) {
        return ChatMessage.Type.CHAT;
      }
      if (in.is("file")) {
        return ChatMessage.Type.FILE;
      }
      if (in.is("webrtc")) {
        return ChatMessage.Type.WEBRTC;
      }
      return in.is("browser_peer_discovery")
          ? ChatMessage.Type.BROWSER_PEER_DISCOVERY : ChatMessage.Type.UNKNOWN;
    }

    JsonChat message() {
      if (named != null && data && dataText) {
        return new JsonChat(named, dataStart, dataEnd); // lesson 8
      }
      if (numbered != null && text) {
        return new JsonChat(numbered, textStart, textEnd); // lesson 6
      }
      if (named == null && numbered == null && text && sent) {
        return new JsonChat(ChatMessage.Type.CHAT, textStart, textEnd); // py-peer
      }
      return null;
    }
  }
}
