package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what a foreign plugin says. Each fails with BAD_REQUEST that names the field and what is wanted. */
final class Fields {

  /** The largest whole number that JSON carries exactly in every language. */
  static final long MAX_NUMBER = (1L << 53) - 1;

  private static final int MAX_PROTOCOLS = 1_024;
  private static final int MAX_PROTOCOL = 256;

  private Fields() {}

  static long number(JsonObject json, String name, long least, long most) {
    Object value = json.getValue(name);
    if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most) {
      return ((Number) value).longValue();
    }
    throw Failure.BAD_REQUEST.because(
        name + ": a whole number from " + least + " to " + most + " is wanted, not " + shorten(value));
  }

  static String text(JsonObject json, String name) {
    if (json.getValue(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw Failure.BAD_REQUEST.because(name + ": a text is wanted, not " + shorten(json.getValue(name)));
  }

  static JsonObject object(JsonObject json, String name) {
    if (json.getValue(name) instanceof JsonObject object) {
      return object;
    }
    throw Failure.BAD_REQUEST.because(name + ": an object is wanted, not " + shorten(json.getValue(name)));
  }

  static Buffer bytes(JsonObject json, String name, int most) {
    try {
      Buffer bytes = json.getValue(name) instanceof String ? json.getBuffer(name) : Buffer.buffer();
      if (bytes.length() >= 1 && bytes.length() <= most) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Not base64.
    }
    throw Failure.BAD_REQUEST.because(name + ": 1 to " + most + " bytes in base64 with the URL alphabet are wanted");
  }

  static PeerId peer(JsonObject json, String name) {
    try {
      return PeerId.parse(text(json, name));
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because(name + ": " + e.getMessage());
    }
  }

  static List<String> protocols(JsonObject json) {
    Set<String> protocols = new LinkedHashSet<>();
    if (json.getValue("protocols") instanceof JsonArray list && list.size() <= MAX_PROTOCOLS) {
      for (Object each : list) {
        if (!(each instanceof String id) || id.isEmpty() || id.length() > MAX_PROTOCOL || !protocols.add(id)) {
          protocols.clear();
          break;
        }
      }
    }
    if (protocols.isEmpty()) {
      throw Failure.BAD_REQUEST.because("protocols: a list of 1 to " + MAX_PROTOCOLS + " different ids of 1 to "
          + MAX_PROTOCOL + " characters is wanted");
    }
    return List.copyOf(protocols);
  }

  private static String shorten(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
