package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.host.Nodes;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A page in headless Chromium, with js-libp2p in it, reaches a node of ours over WebSocket. */
@ExtendWith(VertxExtension.class)
@Timeout(900) // the page may have to be built first
class BrowserIT {

  private static final int PINGS = 3;
  private static final int PATIENCE_SECONDS = 240;
  private static final int PATIENCE_MILLIS = 120_000;

  @TempDir
  private Path folder;

  @Test
  void aPageConnectsIdentifiesAndPings(Vertx vertx) throws Exception {
    Path browser = new Peers().executable("browser");
    try (LocalNode node = LocalNode.start(vertx, config())) {
      Promise<JsonObject> told = Promise.promise();
      HttpServer pages = Nodes.await(vertx.createHttpServer()
          .requestHandler(request -> serve(request, browser.getParent(), told)).listen(0, "127.0.0.1"));
      String page = "http://127.0.0.1:" + pages.actualPort() + "/page.html?address="
          + URLEncoder.encode(node.address(), StandardCharsets.UTF_8);
      Process chromium = new ProcessBuilder(browser.toString(), folder.resolve("profile").toString(), page)
          .redirectErrorStream(true).redirectOutput(log().toFile()).start();
      Thread guard = new Thread(chromium::destroyForcibly, "end of the browser");
      Runtime.getRuntime().addShutdownHook(guard);
      try {
        assertWhatThePageSaw(node, Nodes.await(told.future(), PATIENCE_SECONDS));
        assertWhatWeSee(node, told.future().result().getString("id"));
      } finally {
        chromium.destroy();
        assertTrue(chromium.waitFor(60, TimeUnit.SECONDS), "the browser does not end");
        Runtime.getRuntime().removeShutdownHook(guard);
      }
    }
  }

  private JsonObject config() {
    return new JsonObject()
        .put("node", "browsed")
        .put("data", folder.resolve("data").toString())
        .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0/ws"))
        .put("limits", new JsonObject().put("upgradeTimeoutMillis", PATIENCE_MILLIS)
            .put("negotiationTimeoutMillis", PATIENCE_MILLIS))
        .put("plugins", new JsonArray().add(new JsonObject().put("id", "identify"))
            .add(new JsonObject().put("id", "ping")));
  }

  private static Path log() throws IOException {
    return Files.createDirectories(Path.of("target", "interop")).resolve("browser.log");
  }

  /** The page, and what it has to tell. */
  private static void serve(HttpServerRequest request, Path files, Promise<JsonObject> told) {
    switch (request.path()) {
      case "/page.html", "/page.js" ->
          request.response().sendFile(files.resolve(request.path().substring(1)).toString());
      case "/report" -> request.body().onSuccess(body -> {
        request.response().end();
        told.tryComplete(body.toJsonObject());
      });
      default -> request.response().setStatusCode(404).end();
    }
  }

  private static void assertWhatThePageSaw(LocalNode node, JsonObject report) {
    System.out.println("browser: " + report.encode());
    assertNull(report.getString("error"), report.encode());
    assertEquals(node.id().toString(), report.getString("peer"));
    assertEquals("peerbus/0.1.0", report.getString("agent"));
    assertTrue(report.getJsonArray("protocols").contains("/ipfs/ping/1.0.0"), report.encode());
    String listening = node.address();
    assertEquals(new JsonArray().add(listening.substring(0, listening.indexOf("/p2p/"))),
        report.getJsonArray("listenAddrs"));
    assertEquals(PINGS, report.getJsonArray("rttMillis").size());
  }

  /** It cannot be dialled, but it is a peer like any other. */
  private static void assertWhatWeSee(LocalNode node, String page) {
    PeerInfo peer = ((HostEvent.Identified) node.events().await(0, event ->
        event instanceof HostEvent.Identified identified && identified.peer().peer().toString().equals(page),
        "the page is identified")).peer();
    assertTrue(peer.inbound(), peer.toString());
    assertTrue(peer.agentVersion().startsWith("js-libp2p/"), peer.agentVersion());
    JsonObject answer = node.ask("ping", new JsonObject().put("op", "ping").put("peer", page)
        .put("count", PINGS).put("intervalMillis", 10));
    assertEquals(0, answer.getInteger("lost"), answer.encode());
  }
}
