package io.peerbus.gossipsub;

import java.nio.charset.StandardCharsets;

/** What a topic may be called. */
final class Topics {

  private Topics() {}

  /** The text of a topic on the wire; empty, which no topic is, when it is not UTF-8. */
  static String text(byte[] bytes, long span) {
    String text = new String(bytes, Span.offset(span), Span.length(span), StandardCharsets.UTF_8);
    // U+FFFD stands for bytes that are no UTF-8: two such topics would look the same.
    return text.indexOf('\uFFFD') < 0 ? text : "";
  }

  /** What is wrong with a topic of ours, or {@code null}. */
  static String problem(String topic, GossipsubLimits limits) {
    if (topic.isEmpty()) {
      return "a topic is not empty";
    }
    if (topic.indexOf('\uFFFD') >= 0) {
      return "topic " + topic + ": U+FFFD is not allowed in it";
    }
    int length = topic.getBytes(StandardCharsets.UTF_8).length;
    return length <= limits.getMaxTopicLength()
        ? null : "topic of " + length + " bytes: the most is " + limits.getMaxTopicLength();
  }
}
