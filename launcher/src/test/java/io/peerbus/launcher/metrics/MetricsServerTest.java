package io.peerbus.launcher.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MetricsServerTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private Vertx vertx;
  private MetricsServer metrics;
  private volatile JsonArray plugins = new JsonArray();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    metrics = join(MetricsServer.start(vertx, "n", 0));
  }

  @AfterEach
  void stop() {
    join(vertx.close());
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private void serveList() {
    join(vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins", request -> {
      assertEquals("list", request.body().getString("op"));
      request.reply(new JsonObject().put("plugins", plugins));
    }).completion());
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics.port() + path))
        .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
  }

  private List<String> lines() throws Exception {
    return ask("GET", "/metrics").body().lines().toList();
  }

  private static JsonObject plugin(String id, int blocked) {
    return new JsonObject().put("id", id).put("state", "running").put("blocked", blocked).put("restarts", 2)
        .put("errors", 3).put("refusals", 4).put("streams", 5).put("bytesInFlight", 6);
  }

  @Test
  void aPluginsCountsAreOnThePage() throws Exception {
    serveList();
    plugins = new JsonArray().add(plugin("chat", 1));
    HttpResponse<String> page = ask("GET", "/metrics");
    assertEquals(200, page.statusCode());
    assertEquals("text/plain; version=0.0.4; charset=utf-8", page.headers().firstValue("content-type").orElseThrow());
    List<String> lines = page.body().lines().toList();
    for (String expected : List.of("blocked_total{node=\"n\",plugin=\"chat\"} 1.0",
        "restarts_total{node=\"n\",plugin=\"chat\"} 2.0", "errors_total{node=\"n\",plugin=\"chat\"} 3.0",
        "refusals_total{node=\"n\",plugin=\"chat\"} 4.0", "running{node=\"n\",plugin=\"chat\"} 1.0",
        "streams{node=\"n\",plugin=\"chat\"} 5.0", "bytes_in_flight{node=\"n\",plugin=\"chat\"} 6.0")) {
      assertTrue(lines.contains("peerbus_plugin_" + expected), expected + " is not in\n" + page.body());
    }
    assertTrue(page.body().contains("jvm_memory_used_bytes{"), page.body());
  }

  private void serveStats(JsonObject stats) {
    join(vertx.eventBus().<JsonObject>consumer("peerbus.n.stats", request -> request.reply(stats)).completion());
  }

  private static JsonObject stats() {
    return new JsonObject()
        .put("connections", new JsonArray().add(new JsonObject().put("direction", "inbound").put("security", "/noise")
            .put("muxer", "/yamux/1.0.0").put("count", 3)))
        .put("protocols", new JsonArray().add(new JsonObject().put("protocol", "/echo \"1\"").put("inbound", 4)
            .put("outbound", 5).put("bytesReceived", 6).put("bytesSent", 7).put("creditStalls", 8)))
        .put("handshakes", new JsonObject().put("sum", 1.5).put("buckets", new JsonArray()
            .add(new JsonObject().put("upTo", 0.5).put("count", 1)).add(new JsonObject().put("count", 2))))
        .put("roundTrips", new JsonObject().put("sum", 0).put("buckets", new JsonArray()
            .add(new JsonObject().put("upTo", 0.5).put("count", 0)).add(new JsonObject().put("count", 0))))
        .put("failedHandshakes", 9).put("windowStalls", 10).put("streams", 11).put("bytes", 12)
        .put("refusals", new JsonObject().put("maxPerIp", 13).put("yamux.maxInboundStreams", 14))
        .put("listening", new JsonArray().add("/ip4/127.0.0.1/tcp/1")).put("loops", 2).put("loopsAnswered", 2);
  }

  @Test
  void coresFiguresAreOnThePage() throws Exception {
    serveList();
    serveStats(stats());
    List<String> lines = lines();
    for (String expected : List.of(
        "connections{direction=\"inbound\",muxer=\"/yamux/1.0.0\",node=\"n\",security=\"/noise\"} 3.0",
        "streams{node=\"n\"} 11.0", "waiting_bytes{node=\"n\"} 12.0",
        "streams_opened_total{direction=\"inbound\",node=\"n\",protocol=\"/echo \\\"1\\\"\"} 4.0",
        "streams_opened_total{direction=\"outbound\",node=\"n\",protocol=\"/echo \\\"1\\\"\"} 5.0",
        "stream_bytes_total{direction=\"received\",node=\"n\",protocol=\"/echo \\\"1\\\"\"} 6.0",
        "stream_bytes_total{direction=\"sent\",node=\"n\",protocol=\"/echo \\\"1\\\"\"} 7.0",
        "credit_stalls_total{node=\"n\",protocol=\"/echo \\\"1\\\"\"} 8.0", "failed_handshakes_total{node=\"n\"} 9.0",
        "window_stalls_total{node=\"n\"} 10.0", "refusals_total{limit=\"maxPerIp\",node=\"n\"} 13.0",
        "refusals_total{limit=\"yamux.maxInboundStreams\",node=\"n\"} 14.0",
        "handshake_seconds_bucket{node=\"n\",le=\"0.5\"} 1", "handshake_seconds_bucket{node=\"n\",le=\"+Inf\"} 3",
        "handshake_seconds_count{node=\"n\"} 3", "handshake_seconds_sum{node=\"n\"} 1.5",
        "round_trip_seconds_count{node=\"n\"} 0")) {
      assertTrue(lines.contains("peerbus_" + expected), expected + " is not in\n" + String.join("\n", lines));
    }
  }

  @Test
  void aNodeIsWellWhenCoreItsLoopsAndItsPluginsAre() throws Exception {
    serveList();
    plugins = new JsonArray().add(plugin("chat", 1)).add(plugin("echo", 1).put("state", "stopped"));
    HttpResponse<String> silent = ask("GET", "/health");
    assertEquals(503, silent.statusCode());
    assertEquals(new JsonArray().add("core does not answer"), new JsonObject(silent.body()).getJsonArray("problems"));
    JsonObject stats = stats();
    serveStats(stats);
    HttpResponse<String> well = ask("GET", "/health");
    assertEquals(200, well.statusCode());
    assertEquals("application/json", well.headers().firstValue("content-type").orElseThrow());
    assertEquals(new JsonObject().put("status", "up").put("listening", new JsonArray().add("/ip4/127.0.0.1/tcp/1"))
        .put("plugins", new JsonObject().put("chat", "running").put("echo", "stopped")).put("problems", new JsonArray()),
        new JsonObject(well.body()));
    plugins = new JsonArray().add(plugin("chat", 1).put("state", "failed"));
    HttpResponse<String> ill = ask("GET", "/health");
    assertEquals(503, ill.statusCode());
    assertEquals("down", new JsonObject(ill.body()).getString("status"));
    assertEquals(new JsonArray().add("plugin chat is failed"), new JsonObject(ill.body()).getJsonArray("problems"));
  }

  @Test
  void anEventLoopThatDoesNotAnswerIsAProblem() throws Exception {
    serveStats(stats().put("loopsAnswered", 1));
    HttpResponse<String> ill = ask("GET", "/health");
    assertEquals(503, ill.statusCode());
    assertEquals(new JsonArray().add("of 2 event loops with connections only 1 answer: the others are blocked")
        .add("the plugin manager does not answer"), new JsonObject(ill.body()).getJsonArray("problems"));
  }

  @Test
  void eachPageHasWhatIsTrueThen() throws Exception {
    serveList();
    plugins = new JsonArray().add(plugin("chat", 1)).add(plugin("echo", 7));
    lines();
    plugins = new JsonArray().add(plugin("chat", 2).put("state", "failed").putNull("streams"));
    List<String> lines = lines();
    assertTrue(lines.contains("peerbus_plugin_blocked_total{node=\"n\",plugin=\"chat\"} 2.0"));
    assertTrue(lines.contains("peerbus_plugin_running{node=\"n\",plugin=\"chat\"} 0.0"));
    assertTrue(lines.contains("peerbus_plugin_streams{node=\"n\",plugin=\"chat\"} 0.0"));
    assertFalse(lines.stream().anyMatch(line -> line.contains("echo")), "a plugin that is gone has no figures");
  }

  @Test
  void aHeadIsThePageWithoutItsBody() throws Exception {
    serveList();
    HttpResponse<String> head = ask("HEAD", "/metrics");
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertTrue(head.headers().firstValueAsLong("content-length").orElseThrow() > 0);
  }

  /** DNS rebinding: a foreign name that has our address, which a browser takes for the page's own server. */
  @Test
  void aForeignNameIsRefused() throws Exception {
    serveList();
    assertTrue(raw("evil.example").startsWith("HTTP/1.1 403 "), raw("evil.example"));
    assertTrue(raw("localhost:" + metrics.port()).startsWith("HTTP/1.1 200 "), raw("localhost"));
  }

  private String raw(String host) throws IOException {
    try (Socket socket = new Socket(MetricsServer.HOST, metrics.port())) {
      socket.getOutputStream().write(("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void thereIsNoOtherPage() throws Exception {
    serveList();
    assertEquals(404, ask("GET", "/").statusCode());
    assertEquals(404, ask("POST", "/metrics").statusCode());
  }

  @Test
  void aNodeThatDoesNotAnswerIsSaidSo() throws Exception {
    HttpResponse<String> page = ask("GET", "/metrics");
    assertEquals(503, page.statusCode());
    assertTrue(page.body().startsWith("The plugins cannot be asked: "), page.body());
  }

  @Test
  void nothingListensOnceItIsClosed() {
    join(metrics.close());
    assertThrows(ConnectException.class, () -> ask("GET", "/metrics"));
  }
}
