package io.peerbus.bus;

import io.vertx.core.json.JsonObject;

/**
 * Who wants to be attached.
 *
 * @param plugin its name
 * @param successor whether it takes the place of a plugin of that name which runs
 * @param budget what it may have of core at a time, or {@code null} for what is usual
 */
record Applicant(String plugin, boolean successor, JsonObject budget) {

  Applicant(String plugin, boolean successor) {
    this(plugin, successor, null);
  }

  /** The same, in nobody's place. */
  Applicant anew() {
    return new Applicant(plugin, false, budget);
  }

  JsonObject toRequest(int api) {
    JsonObject request = new JsonObject().put("op", "attach").put("plugin", plugin).put("api", api)
        .put("successor", successor);
    return budget == null ? request : request.put("budget", budget);
  }
}
