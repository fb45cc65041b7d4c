package io.peerbus.launcher.metrics;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Whether a node does what it is there for, put together from what its parts told when they were asked. One that did
 * not answer in time is held up, or gone.
 *
 * @param stats of core, {@code null} when it did not answer
 * @param plugins as the plugin manager lists them, {@code null} when it did not answer
 */
record Health(JsonObject stats, JsonArray plugins) {

  /** One that is stopped was undeployed on purpose. */
  private static final List<String> WELL = List.of("running", "stopped");

  boolean isUp() {
    return problems().isEmpty();
  }

  JsonObject toJson() {
    JsonArray problems = problems();
    return new JsonObject()
        .put("status", problems.isEmpty() ? "up" : "down")
        .put("listening", stats == null ? new JsonArray() : stats.getJsonArray("listening", new JsonArray()))
        .put("plugins", states())
        .put("problems", problems);
  }

  private JsonObject states() {
    JsonObject states = new JsonObject();
    for (int i = 0; plugins != null && i < plugins.size(); i++) {
      JsonObject plugin = plugins.getJsonObject(i);
      states.put(plugin.getString("id"), plugin.getString("state"));
    }
    return states;
  }

  /** In words; none when all is well. */
  private JsonArray problems() {
    JsonArray problems = new JsonArray();
    if (stats == null) {
      problems.add("core does not answer");
    } else if (stats.getInteger("loopsAnswered", 0) < stats.getInteger("loops", 0)) {
      problems.add("of " + stats.getInteger("loops") + " event loops with connections only "
          + stats.getInteger("loopsAnswered") + " answer: the others are blocked");
    }
    if (plugins == null) {
      problems.add("the plugin manager does not answer");
    }
    states().forEach(plugin -> {
      if (!WELL.contains(String.valueOf(plugin.getValue()))) {
        problems.add("plugin " + plugin.getKey() + " is " + plugin.getValue());
      }
    });
    return problems;
  }
}
