package io.peerbus.remotebus.verticle;

import io.peerbus.api.Settings;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.AllowList;
import io.peerbus.remotebus.RemoteBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/** The plugin's settings. Their names and bounds are also in {@code settings.schema.json}. */
record RemoteBusSettings(RemoteBusOptions options, AllowList allowed) {

  /** Entries of the list, and addresses of each: each message is compared with them. */
  private static final int MOST = 1_024;

  static final Settings<JsonObject> ALL = Settings.of("remotebus", RemoteBusSettings::defaults)
      .value("allow", json -> json.getJsonArray("allow"), RemoteBusSettings::putAllowed)
      .number("maxMessageBytes", 1_024, 16 << 20, get("maxMessageBytes"), put("maxMessageBytes"))
      .number("maxInboundPerPeer", 1, 1_024, get("maxInboundPerPeer"), put("maxInboundPerPeer"))
      .number("maxOutboundPerPeer", 1, 1_024, get("maxOutboundPerPeer"), put("maxOutboundPerPeer"))
      .number("maxTimeoutMillis", 1, 600_000, get("maxTimeoutMillis"), put("maxTimeoutMillis"))
      .number("readTimeoutMillis", 1, 600_000, get("readTimeoutMillis"), put("readTimeoutMillis"))
      .build(json -> { });

  private static ToIntFunction<JsonObject> get(String name) {
    return json -> json.getInteger(name);
  }

  private static BiConsumer<JsonObject, Integer> put(String name) {
    return (json, value) -> json.put(name, value);
  }

  private static void putAllowed(JsonObject json, Object value) {
    allowed(value);
    json.put("allow", value);
  }

  private static JsonObject defaults() {
    RemoteBusOptions options = RemoteBusOptions.DEFAULT;
    return new JsonObject().put("allow", new JsonArray()).put("maxMessageBytes", options.maxMessageBytes())
        .put("maxInboundPerPeer", options.maxInboundPerPeer()).put("maxOutboundPerPeer", options.maxOutboundPerPeer())
        .put("maxTimeoutMillis", options.maxTimeoutMillis()).put("readTimeoutMillis", options.readTimeoutMillis());
  }

  /** Fails with a {@link io.peerbus.api.FailureException} that names every mistake. */
  static RemoteBusSettings of(JsonObject settings) {
    JsonObject read = ALL.read(settings);
    return new RemoteBusSettings(new RemoteBusOptions(read.getInteger("maxMessageBytes"),
        read.getInteger("maxInboundPerPeer"), read.getInteger("maxOutboundPerPeer"),
        read.getInteger("maxTimeoutMillis"), read.getInteger("readTimeoutMillis")), allowed(read.getValue("allow")));
  }

  private static AllowList allowed(Object value) {
    AllowList allowed = new AllowList();
    if (!(value instanceof JsonArray list)) {
      throw new IllegalArgumentException("allow: a list of {\"peer\", \"addresses\"} is wanted");
    }
    if (list.size() > MOST) {
      throw new IllegalArgumentException("allow: has " + list.size() + " entries, at most " + MOST + " are wanted");
    }
    for (int i = 0; i < list.size(); i++) {
      String path = "allow[" + i + "]";
      if (!(list.getValue(i) instanceof JsonObject entry) || !(entry.getValue("peer") instanceof String peer)
          || !(entry.getValue("addresses") instanceof JsonArray addresses)) {
        throw new IllegalArgumentException(path + ": {\"peer\": a peer id, \"addresses\": [prefixes]} is wanted");
      }
      try {
        if (addresses.isEmpty() || addresses.size() > MOST) {
          throw new IllegalArgumentException(
              "addresses: there are " + addresses.size() + ", 1 to " + MOST + " are wanted");
        }
        for (Object prefix : addresses) {
          if (!(prefix instanceof String text) || text.length() > AllowList.MAX_ADDRESS) {
            throw new IllegalArgumentException("addresses: a text of at most " + AllowList.MAX_ADDRESS
                + " characters is wanted, not " + prefix);
          }
          allowed.allow(PeerId.parse(peer), text);
        }
      } catch (FormatException | IllegalArgumentException e) {
        throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
      }
    }
    return allowed;
  }
}
