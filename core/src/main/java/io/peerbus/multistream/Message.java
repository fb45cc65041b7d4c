package io.peerbus.multistream;

import io.peerbus.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The messages of multistream-select: a varint of the length, text, and a newline that the length counts. */
final class Message {

  /**
   * The longest message, newline included, prefix not. It stops a peer from making us hold an endless line before
   * it has proved anything; Go, JavaScript and Nim have the same limit.
   */
  static final int MAX_LENGTH = 1024;

  static final String HEADER = "/multistream/1.0.0";
  static final String NOT_AVAILABLE = "na";
  static final String LIST = "ls";

  private static final byte[] NOT_AVAILABLE_BYTES = {3, 'n', 'a', '\n'};
  private static final int SHOWN = 64;

  private Message() {}

  static void write(String text, ByteArrayOutputStream out) {
    writeLine(text.getBytes(StandardCharsets.UTF_8), out);
  }

  /** Ready made, because a remote decides how many of these we write. */
  static void writeNotAvailable(ByteArrayOutputStream out) {
    out.writeBytes(NOT_AVAILABLE_BYTES);
  }

  /**
   * The answer to {@code ls}: one message that holds each protocol as a message of its own. Protocols that would
   * make it longer than a peer has to accept are left out.
   */
  static void writeList(List<String> protocols, ByteArrayOutputStream out) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (String protocol : protocols) {
      byte[] line = protocol.getBytes(StandardCharsets.UTF_8);
      int length = line.length + 1;
      if (list.size() + Varint.length(length) + length < MAX_LENGTH) {
        writeLine(line, list);
      }
    }
    writeLine(list.toByteArray(), out);
  }

  private static void writeLine(byte[] line, ByteArrayOutputStream out) {
    out.writeBytes(Varint.encode(line.length + 1L));
    out.writeBytes(line);
    out.write('\n');
  }

  /** Throws IllegalArgumentException for a protocol id of ours that no message can carry. */
  static void check(String protocol) {
    if (protocol.isEmpty() || protocol.indexOf('\n') >= 0 || !protocol.equals(protocol.stripTrailing())) {
      throw new IllegalArgumentException("protocol: " + shown(protocol) + " is empty, has a newline or ends in space");
    }
    if (protocol.equals(HEADER) || protocol.equals(NOT_AVAILABLE) || protocol.equals(LIST)) {
      throw new IllegalArgumentException("protocol: " + protocol + " is a word of multistream-select");
    }
    int length = protocol.getBytes(StandardCharsets.UTF_8).length + 1;
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException("protocol: " + length + " bytes > " + MAX_LENGTH);
    }
  }

  /** Remote text for an error message: short, and without characters that would forge a line in a log. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < text.length() && i < SHOWN; i++) {
      char c = text.charAt(i);
      shown.append(c < ' ' || c > '~' ? '?' : c);
    }
    return shown.append(text.length() > SHOWN ? "...\"" : "\"").toString();
  }
}
