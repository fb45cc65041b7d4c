package io.peerbus.remotebus.verticle;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.AllowList;
import io.peerbus.remotebus.RemoteBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The plugin's settings; META-INF/peerbus/settings.schema.json has the same names. */
record Settings(RemoteBusOptions options, AllowList allowed) {

  private static final List<String> NUMBERS = List.of(
      "maxMessageBytes", "maxInboundPerPeer", "maxOutboundPerPeer", "maxTimeoutMillis", "readTimeoutMillis");

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static Settings of(JsonObject settings) {
    for (String name : settings.fieldNames()) {
      if (!NUMBERS.contains(name) && !name.equals("allow")) {
        throw new IllegalArgumentException("remotebus has no setting \"" + name + "\", only allow and " + NUMBERS);
      }
      if (NUMBERS.contains(name) && !(settings.getValue(name) instanceof Integer)) {
        throw new IllegalArgumentException(name + ": a whole number is wanted, not " + settings.getValue(name));
      }
    }
    RemoteBusOptions unset = RemoteBusOptions.DEFAULT;
    return new Settings(new RemoteBusOptions(
        settings.getInteger("maxMessageBytes", unset.maxMessageBytes()),
        settings.getInteger("maxInboundPerPeer", unset.maxInboundPerPeer()),
        settings.getInteger("maxOutboundPerPeer", unset.maxOutboundPerPeer()),
        settings.getInteger("maxTimeoutMillis", unset.maxTimeoutMillis()),
        settings.getInteger("readTimeoutMillis", unset.readTimeoutMillis())), allowed(settings));
  }

  private static AllowList allowed(JsonObject settings) {
    AllowList allowed = new AllowList();
    if (!(settings.getValue("allow", new JsonArray()) instanceof JsonArray list)) {
      throw new IllegalArgumentException("allow: a list of {\"peer\", \"addresses\"} is wanted");
    }
    for (int i = 0; i < list.size(); i++) {
      String path = "allow[" + i + "]";
      if (!(list.getValue(i) instanceof JsonObject entry) || !(entry.getValue("peer") instanceof String peer)
          || !(entry.getValue("addresses") instanceof JsonArray addresses)) {
        throw new IllegalArgumentException(path + ": {\"peer\": a peer id, \"addresses\": [prefixes]} is wanted");
      }
      try {
        for (Object prefix : addresses) {
          if (!(prefix instanceof String text)) {
            throw new IllegalArgumentException("addresses: a text is wanted, not " + prefix);
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
