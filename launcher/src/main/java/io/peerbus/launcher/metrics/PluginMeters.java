package io.peerbus.launcher.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The meters of a node's plugins, kept in step with the list of plugins. A plugin that is gone takes its meters along.
 *
 * <p>Not thread safe, owned by {@link MetricsServer}.
 */
final class PluginMeters {

  /** One plugin: what was last told of it, and its meters, which look there. */
  private static final class Row {
    private JsonObject told;
    private List<Meter> meters;

    private double number(String field) {
      return told.getValue(field) instanceof Number number ? number.doubleValue() : 0;
    }

    private double running() {
      return "running".equals(told.getValue("state")) ? 1 : 0;
    }
  }

  private final MeterRegistry registry;
  private final String node;
  private final Map<String, Row> rows = new HashMap<>();

  PluginMeters(MeterRegistry registry, String node) {
    this.registry = registry;
    this.node = node;
  }

  /** Takes {@code plugins} as the plugin manager lists them. */
  void update(JsonArray plugins) {
    Map<String, Row> gone = new HashMap<>(rows);
    for (int i = 0; i < plugins.size(); i++) {
      JsonObject plugin = plugins.getJsonObject(i);
      String id = plugin.getString("id");
      gone.remove(id);
      Row row = rows.computeIfAbsent(id, added -> new Row());
      row.told = plugin;
      if (row.meters == null) {
        row.meters = meters(row, Tags.of("node", node, "plugin", id));
      }
    }
    gone.forEach((id, row) -> {
      row.meters.forEach(registry::remove);
      rows.remove(id);
    });
  }

  private List<Meter> meters(Row row, Tags tags) {
    return List.of(
        counter(row, "blocked", tags, "times it held up a thread for longer than is allowed"),
        counter(row, "restarts", tags, "restarts after a crash"),
        counter(row, "errors", tags, "errors that it did not catch"),
        counter(row, "refusals", tags, "streams and messages refused, as it was at its budget"),
        gauge("peerbus.plugin.running", row, tags, "1 while it runs", Row::running),
        gauge("peerbus.plugin.streams", row, tags, "streams that it has", r -> r.number("streams")),
        gauge("peerbus.plugin.bytes.in.flight", row, tags, "bytes held for it, unread or unsent",
            r -> r.number("bytesInFlight")));
  }

  private Meter counter(Row row, String field, Tags tags, String description) {
    return FunctionCounter.builder("peerbus.plugin." + field, row, r -> r.number(field)).tags(tags)
        .description(description).register(registry);
  }

  private Meter gauge(String name, Row row, Tags tags, String description, ToDoubleFunction<Row> value) {
    return Gauge.builder(name, row, value).tags(tags).description(description).strongReference(true)
        .register(registry);
  }
}
