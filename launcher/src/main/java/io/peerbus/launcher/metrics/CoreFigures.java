package io.peerbus.launcher.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What core has told of itself (core's BUS.md, "Stats") as Prometheus wants it. Core puts its figures together by
 * itself, so they are handed on, and no meter of Micrometer counts them again.
 *
 * <p>Not thread safe, owned by {@link MetricsServer}.
 */
final class CoreFigures implements MultiCollector {

  private record Direction(String label, String field) {}

  private final Labels node;
  private JsonObject told = new JsonObject();

  CoreFigures(String node) {
    this.node = Labels.of("node", node);
  }

  /** Takes what core told; empty when it told nothing. */
  void update(JsonObject stats) {
    told = stats;
  }

  @Override
  public MetricSnapshots collect() {
    if (told.isEmpty()) {
      return MetricSnapshots.of();
    }
    return MetricSnapshots.of(
        connections(),
        gauge("peerbus_streams", "streams that there are", "streams"),
        gauge("peerbus_waiting_bytes", "bytes that wait in streams, in portions", "bytes"),
        bothWays("peerbus_streams_opened", "streams that were opened",
            new Direction("inbound", "inbound"), new Direction("outbound", "outbound")),
        bothWays("peerbus_stream_bytes", "bytes of streams, as they come from peers and from plugins",
            new Direction("received", "bytesReceived"), new Direction("sent", "bytesSent")),
        creditStalls(),
        counter("peerbus_window_stalls", "times that a stream ran out of its peer's window", "windowStalls"),
        counter("peerbus_failed_handshakes", "connections that were not upgraded", "failedHandshakes"),
        histogram("peerbus_handshake_seconds", "from the raw connection to the muxer", "handshakes"),
        histogram("peerbus_round_trip_seconds", "the last round trip of each connection that is up", "roundTrips"),
        refusals());
  }

  private List<JsonObject> rows(String list) {
    return told.getJsonArray(list, new JsonArray()).stream().map(JsonObject.class::cast).toList();
  }

  private GaugeSnapshot connections() {
    GaugeSnapshot.Builder all = GaugeSnapshot.builder().name("peerbus_connections").help("connections that are up");
    for (JsonObject row : rows("connections")) {
      all.dataPoint(GaugeDataPointSnapshot.builder().value(row.getDouble("count")).labels(node.merge(Labels.of(
          "direction", row.getString("direction"), "security", row.getString("security"),
          "muxer", row.getString("muxer")))).build());
    }
    return all.build();
  }

  private GaugeSnapshot gauge(String name, String help, String field) {
    return GaugeSnapshot.builder().name(name).help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().labels(node).value(told.getDouble(field, 0.0)).build()).build();
  }

  private CounterSnapshot counter(String name, String help, String field) {
    return CounterSnapshot.builder().name(name).help(help).dataPoint(point(node, told.getDouble(field, 0.0))).build();
  }

  private static CounterDataPointSnapshot point(Labels labels, double value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  /** Of each protocol both directions, each under its label and in its field. */
  private CounterSnapshot bothWays(String name, String help, Direction one, Direction other) {
    CounterSnapshot.Builder all = CounterSnapshot.builder().name(name).help(help);
    for (JsonObject row : rows("protocols")) {
      for (Direction direction : List.of(one, other)) {
        Labels labels = Labels.of("protocol", row.getString("protocol"), "direction", direction.label);
        all.dataPoint(point(node.merge(labels), row.getDouble(direction.field)));
      }
    }
    return all.build();
  }

  private CounterSnapshot creditStalls() {
    CounterSnapshot.Builder all = CounterSnapshot.builder().name("peerbus_credit_stalls")
        .help("times that bytes of a peer had to wait for a plugin");
    for (JsonObject row : rows("protocols")) {
      all.dataPoint(point(node.merge(Labels.of("protocol", row.getString("protocol"))), row.getDouble("creditStalls")));
    }
    return all.build();
  }

  private CounterSnapshot refusals() {
    CounterSnapshot.Builder all = CounterSnapshot.builder().name("peerbus_refusals")
        .help("connections, streams and requests refused, by the limit");
    told.getJsonObject("refusals", new JsonObject()).forEach(limit -> all.dataPoint(
        point(node.merge(Labels.of("limit", limit.getKey())), ((Number) limit.getValue()).doubleValue())));
    return all.build();
  }

  private HistogramSnapshot histogram(String name, String help, String field) {
    JsonObject times = told.getJsonObject(field, new JsonObject());
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (Object each : times.getJsonArray("buckets", new JsonArray().add(new JsonObject().put("count", 0)))) {
      JsonObject bucket = (JsonObject) each;
      buckets.bucket(bucket.getDouble("upTo", Double.POSITIVE_INFINITY), bucket.getLong("count"));
    }
    HistogramDataPointSnapshot.Builder point = HistogramDataPointSnapshot.builder();
    point.labels(node).sum(times.getDouble("sum", 0.0));
    return HistogramSnapshot.builder().name(name).help(help)
        .dataPoint(point.classicHistogramBuckets(buckets.build()).build()).build();
  }
}
