package io.peerbus.chat;

import java.util.List;
import java.util.stream.Collectors;

/** The lines of the lesson, to the letter (applications notes, section 2B). */
public final class ChatLines {

  public static final String STARTING = "Starting Universal Connectivity Application...";
  /** What a newcomer says to whom it connected. */
  public static final String INTRODUCTION = "Hello from the Universal Connectivity Workshop!";

  /** The most code points of a message that are printed. A message could otherwise fill the screen many times. */
  public static final int MAX_TEXT = 8_192;

  private static final int SHORT_ID = 8;
  /** Shown in place of an id for a message without a sender; as long as a short id. */
  private static final String NOBODY = "unsigned";

  private ChatLines() {}

  public static String localPeer(String id) {
    return "Local peer id: " + id;
  }

  public static String listening(String address, String id) {
    return "Listening on: " + address + "/p2p/" + id;
  }

  /** For an address that was dialled, and again for the id of any connected peer. */
  public static String connected(String addressOrId) {
    return "Connected to: " + addressOrId;
  }

  public static String closed(String id) {
    return "Connection to " + id + " closed";
  }

  /** For peers of the room that somebody else told of; not of the lesson, and like none of its lines. */
  public static String found(List<String> ids) {
    return "Found " + ids.size() + (ids.size() == 1 ? " peer" : " peers") + " of the room through the DHT: "
        + ids.stream().map(ChatLines::shortId).collect(Collectors.joining(", "));
  }

  /**
   * The line for a chat message.
   *
   * @param from the id of who signed it, or {@code null}
   */
  public static String received(ChatMessage message, String from) {
    String kind = message.form() == ChatMessage.Form.TEXT ? "raw" : "chat";
    return "Received " + kind + " message from " + shortId(from) + ": " + message.text(MAX_TEXT);
  }

  private static String shortId(String id) {
    if (id == null || id.isEmpty()) {
      return NOBODY;
    }
    return TerminalText.clean(id.substring(0, Math.min(SHORT_ID, id.length())), SHORT_ID);
  }
}
