package io.peerbus.launcher.control;

import io.peerbus.api.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;

/** A line of a client, understood. */
sealed interface Request {

  /** How long an answer may take that no time was asked for, in milliseconds. */
  long DEFAULT_TIMEOUT = 30_000;

  /** Longest time an answer may take. Without an end, requests that nobody answers would pile up. */
  long MAX_TIMEOUT = 600_000;

  /** The number by which the client knows the answer again. */
  long id();

  /** To be answered by whoever serves {@code address}, the part after {@code peerbus.<node>.}. */
  record Ask(long id, String address, JsonObject body, long timeoutMillis) implements Request {}

  /** Sends what is published at {@code address} from now on. */
  record Subscribe(long id, String address) implements Request {}

  /** Ends the subscription that was made with this id. */
  record Unsubscribe(long id) implements Request {}

  /** Understands a line, or refuses it. */
  static Request parse(Buffer line) throws Refusal {
    JsonObject json = object(line);
    long id = id(json);
    boolean asks = json.containsKey("address");
    boolean subscribes = json.containsKey("subscribe");
    boolean unsubscribes = json.containsKey("unsubscribe");
    if ((asks ? 1 : 0) + (subscribes ? 1 : 0) + (unsubscribes ? 1 : 0) != 1) {
      throw new Refusal(id, Failure.BAD_REQUEST, "one of \"address\", \"subscribe\" and \"unsubscribe\" is needed");
    }
    if (unsubscribes) {
      if (!Boolean.TRUE.equals(json.getValue("unsubscribe"))) {
        throw new Refusal(id, Failure.BAD_REQUEST, "unsubscribe: must be true");
      }
      return new Unsubscribe(id);
    }
    return asks
        ? new Ask(id, Addresses.toAsk(id, json.getValue("address")), body(id, json), timeout(id, json))
        : new Subscribe(id, Addresses.toSubscribe(id, json.getValue("subscribe")));
  }

  private static JsonObject object(Buffer line) throws Refusal {
    try {
      if (Json.decodeValue(line) instanceof JsonObject json) {
        return json;
      }
    } catch (DecodeException e) {
      // said below
    }
    throw new Refusal(null, Failure.BAD_REQUEST, "the line is no JSON object");
  }

  private static long id(JsonObject json) throws Refusal {
    Object id = json.getValue("id");
    if (id instanceof Integer || id instanceof Long) {
      return ((Number) id).longValue();
    }
    throw new Refusal(null, Failure.BAD_REQUEST, "id: must be a whole number of at most 64 bits");
  }

  private static JsonObject body(long id, JsonObject json) throws Refusal {
    Object body = json.getValue("body");
    if (body == null || body instanceof JsonObject) {
      return body == null ? new JsonObject() : (JsonObject) body;
    }
    throw new Refusal(id, Failure.BAD_REQUEST, "body: must be a JSON object");
  }

  private static long timeout(long id, JsonObject json) throws Refusal {
    Object millis = json.getValue("timeoutMillis");
    if (millis == null) {
      return DEFAULT_TIMEOUT;
    }
    if ((millis instanceof Integer || millis instanceof Long)
        && ((Number) millis).longValue() >= 1 && ((Number) millis).longValue() <= MAX_TIMEOUT) {
      return ((Number) millis).longValue();
    }
    throw new Refusal(id, Failure.BAD_REQUEST, "timeoutMillis: must be a whole number from 1 to " + MAX_TIMEOUT);
  }

  /** Which of a node's addresses may be reached from outside. */
  final class Addresses {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}(\\.[A-Za-z0-9_-]{1,64}){0,7}");

    /** Core's own: what is spoken there holds streams and signs, and assumes a plugin at the other end. */
    private static final List<String> OF_CORE = List.of("bridge", "calls", "control", "data", "inbox", "succession");

    /** How addresses end that are published to. A subscriber to any other would take requests meant for another. */
    private static final List<String> PUBLISHED = List.of("events", "lines", "logs");

    private Addresses() {}

    static String toAsk(long id, Object value) throws Refusal {
      String address = checked(id, "address", value);
      if (isPublished(address)) {
        throw new Refusal(id, Failure.FORBIDDEN, "\"" + address + "\" is published to and can only be subscribed to");
      }
      return address;
    }

    static String toSubscribe(long id, Object value) throws Refusal {
      String address = checked(id, "subscribe", value);
      if (!isPublished(address)) {
        throw new Refusal(id, Failure.FORBIDDEN, "\"" + address + "\" cannot be subscribed to; addresses that can"
            + " end in " + String.join(", ", PUBLISHED));
      }
      return address;
    }

    private static String checked(long id, String name, Object value) throws Refusal {
      if (!(value instanceof String address) || !FORM.matcher(address).matches()) {
        throw new Refusal(id, Failure.BAD_REQUEST, name + ": must be a text such as \"plugins\" or \"plugins.events\"");
      }
      if (OF_CORE.contains(address.split("\\.", 2)[0])) {
        throw new Refusal(id, Failure.FORBIDDEN, "\"" + address + "\" is not reachable over the control socket");
      }
      return address;
    }

    private static boolean isPublished(String address) {
      return PUBLISHED.contains(address.substring(address.lastIndexOf('.') + 1));
    }
  }
}
