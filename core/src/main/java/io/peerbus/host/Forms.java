package io.peerbus.host;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.GateRule;
import io.peerbus.swarm.Gater;
import io.peerbus.swarm.Watermarks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How options are read from JSON and written to it that are more than a number or a text. What makes no sense throws
 * an {@link IllegalArgumentException} that names the option.
 */
final class Forms {

  /** How one of them is read. */
  private interface Reader<T> {
    T read(String text) throws FormatException;
  }

  private static final List<String> KNOWN_MUXERS = List.of("yamux", "mplex");
  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Forms() {}

  static String node(String node) {
    if (!NODE.matcher(node).matches()) {
      throw new IllegalArgumentException(
          "node: \"" + node + "\": 1 to 64 letters, digits, dashes and underscores are allowed");
    }
    return node;
  }

  static List<String> muxers(List<String> muxers) {
    if (muxers.isEmpty() || muxers.stream().distinct().count() < muxers.size() || !KNOWN_MUXERS.containsAll(muxers)) {
      throw new IllegalArgumentException("muxers: " + muxers + ": one or both of yamux and mplex, the best first");
    }
    return List.copyOf(muxers);
  }

  static int positive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + ": " + value + " < 1");
    }
    return value;
  }

  /** For what peers are told. */
  static String text(String option, String value) {
    if (value.length() > 128) {
      throw new IllegalArgumentException(option + ": " + value.length() + " characters > 128");
    }
    return value;
  }

  static List<Security> security(JsonObject json, List<Security> otherwise) {
    JsonArray names = json.getJsonArray("security");
    return names == null ? otherwise : names.stream().map(name -> Security.named(String.valueOf(name))).toList();
  }

  static JsonArray of(List<?> values) {
    JsonArray texts = new JsonArray();
    values.forEach(value -> texts.add(value.toString()));
    return texts;
  }

  static JsonObject of(Gater gater) {
    return new JsonObject().put("deny", of(gater.denied())).put("allow", of(gater.allowed()));
  }

  static Gater gater(JsonObject json, String option) {
    JsonObject lists = json.getJsonObject(option, new JsonObject());
    try {
      return Gater.OPEN.with(list(lists, "deny", GateRule::parse), list(lists, "allow", GateRule::parse), List.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage());
    }
  }

  static JsonObject of(Watermarks marks) {
    return new JsonObject().put("low", marks.low()).put("high", marks.high())
        .put("graceMillis", marks.grace().toMillis()).put("silenceMillis", marks.silence().toMillis());
  }

  static Watermarks watermarks(JsonObject json, String option) {
    JsonObject marks = of(Watermarks.DEFAULT).mergeIn(json.getJsonObject(option, new JsonObject()));
    try {
      return new Watermarks(marks.getInteger("low"), marks.getInteger("high"),
          Duration.ofMillis(marks.getLong("graceMillis")), Duration.ofMillis(marks.getLong("silenceMillis")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage());
    }
  }

  static Capacity capacity(JsonObject json, String option) {
    try {
      return Capacity.of(json.getJsonObject(option, new JsonObject()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage());
    }
  }

  private static <T> List<T> list(JsonObject json, String option, Reader<T> reader) {
    List<T> values = new ArrayList<>();
    for (Object text : json.getJsonArray(option, new JsonArray())) {
      try {
        values.add(reader.read(String.valueOf(text)));
      } catch (FormatException e) {
        throw new IllegalArgumentException(option + ": \"" + text + "\": " + e.getMessage());
      }
    }
    return values;
  }
}
