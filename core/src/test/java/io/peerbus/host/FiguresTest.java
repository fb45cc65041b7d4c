package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private static final long MILLI = 1_000_000;

  private static List<Long> counts(JsonObject histogram) {
    return histogram.getJsonArray("buckets").stream().map(each -> ((JsonObject) each).getLong("count")).toList();
  }

  @Test
  void timesFallIntoTheBucketThatEndsAtOrBehindThem() {
    Histogram histogram = new Histogram();
    for (long nanos : new long[] {0, 250_000, 250_001, 16_384 * MILLI, 16_384 * MILLI + 1, Long.MAX_VALUE / 4}) {
      histogram.add(nanos);
    }
    JsonObject json = histogram.toJson();
    List<Long> counts = counts(json);
    assertEquals(18, counts.size());
    assertEquals(List.of(2L, 1L), counts.subList(0, 2));
    assertEquals(List.of(1L, 2L), counts.subList(16, 18));
    JsonArray buckets = json.getJsonArray("buckets");
    assertEquals(0.000_25, buckets.getJsonObject(0).getDouble("upTo"));
    assertEquals(16.384, buckets.getJsonObject(16).getDouble("upTo"), 1e-9);
    assertFalse(buckets.getJsonObject(17).containsKey("upTo"));
  }

  @Test
  void theSumOfAllLoopsHasEachOnce() {
    Figures sum = new Figures();
    for (int loop = 0; loop < 3; loop++) {
      Figures figures = new Figures();
      figures.onUpgraded(MILLI);
      figures.onUpgradeFailed();
      figures.onClosed(2);
      ProtocolFigures echo = figures.protocol("/echo");
      echo.onOpened(true);
      echo.onOpened(false);
      echo.onReceived(5);
      echo.onSent(7);
      echo.onStalled();
      Figures copy = figures.copy();
      copy.add(new Figures.Kind(true, "/noise", "/yamux/1.0.0"), 2 * MILLI, 4);
      copy.add(new Figures.Kind(true, "/noise", "/yamux/1.0.0"), -1, 0);
      echo.onReceived(1_000); // after the copy
      sum.addAll(copy);
    }
    JsonObject json = sum.toJson();
    assertEquals(new JsonArray().add(new JsonObject().put("inbound", 3L).put("outbound", 3L).put("bytesReceived", 15L)
        .put("bytesSent", 21L).put("creditStalls", 3L).put("protocol", "/echo")), json.getJsonArray("protocols"));
    assertEquals(new JsonArray().add(new JsonObject().put("direction", "inbound").put("security", "/noise")
        .put("muxer", "/yamux/1.0.0").put("count", 6)), json.getJsonArray("connections"));
    assertEquals(3L, counts(json.getJsonObject("handshakes")).stream().mapToLong(Long::longValue).sum());
    assertEquals(3L, counts(json.getJsonObject("roundTrips")).stream().mapToLong(Long::longValue).sum());
    assertEquals(0.003, json.getJsonObject("handshakes").getDouble("sum"), 1e-9);
    assertEquals(3L, json.getLong("failedHandshakes"));
    assertEquals(18L, json.getLong("windowStalls"));
  }

  @Test
  void manyProtocolsShareTheirFigures() {
    Figures figures = new Figures();
    for (int i = 0; i < 10_000; i++) {
      figures.protocol("/p/" + i).onOpened(true);
    }
    List<JsonObject> rows = figures.toJson().getJsonArray("protocols").stream().map(JsonObject.class::cast).toList();
    assertEquals(257, rows.size());
    assertEquals(10_000L, rows.stream().mapToLong(row -> row.getLong("inbound")).sum());
    assertEquals(9_744L, rows.stream().filter(row -> row.getString("protocol").equals("others")).findFirst()
        .orElseThrow().getLong("inbound"));
  }
}
