package io.peerbus.launcher.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample in JavaScript as its README starts it, at a node as it is shipped; another node dials it over Noise and
 * Yamux. Skipped where there is no Node.js; with PEERBUS_REQUIRE_PEERS=true it fails there instead.
 */
@Timeout(300)
class NodejsPluginIT {

  private static final String UPPERCASE = "/uppercase/1.0.0";
  private static final Path SAMPLE = Path.of("../plugins/samples/nodejs/uppercase.js").toAbsolutePath().normalize();
  private static final int LEAST_VERSION = 18;

  @TempDir
  private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final List<Process> processes = new ArrayList<>();
  private int port;

  @BeforeEach
  void wantNode() throws Exception {
    String missing = missing();
    if (missing != null) {
      boolean required = Boolean.parseBoolean(
          System.getProperty("PEERBUS_REQUIRE_PEERS", System.getenv("PEERBUS_REQUIRE_PEERS")));
      System.out.println("the plugin in JavaScript is " + (required ? "missing: " : "skipped: ") + missing);
      assertTrue(!required, missing + " (PEERBUS_REQUIRE_PEERS is true)");
      Assumptions.abort(missing);
    }
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    Nodes.await(vertx.close());
  }

  private static String missing() throws InterruptedException {
    try {
      Process node = new ProcessBuilder("node", "--version").start();
      String version = node.inputReader().readLine();
      node.waitFor();
      int major = Integer.parseInt(String.valueOf(version).replaceFirst("^v(\\d+)\\..*", "$1"));
      return major >= LEAST_VERSION ? null : "node is " + version + ", not " + LEAST_VERSION + " or later";
    } catch (IOException | NumberFormatException e) {
      return "there is no node: " + e.getMessage();
    }
  }

  private Node node(String name, JsonObject bridge) {
    JsonObject config = new JsonObject().put("node", name).put("data", folder.resolve(name).toString())
        .put("pluginFolder", Path.of("target/plugins").toAbsolutePath().toString())
        .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"))
        .put("plugins", new JsonArray().add(new JsonObject().put("id", "identify")));
    if (bridge != null) {
      config.put("bridge", bridge);
    }
    String deployment = Nodes.await(vertx.deployVerticle("peerbus:node", new DeploymentOptions().setConfig(config)));
    return Nodes.attach(vertx, name, deployment);
  }

  private Node served() {
    return node("served", new JsonObject().put("enabled", true).put("port", port)
        .put("plugins", new JsonArray().add(new JsonObject().put("id", "uppercase"))));
  }

  private Process plugin(String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", SAMPLE.toString(), "--port", String.valueOf(port),
        "--token", folder.resolve("served/bridge.token").toString()));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
    processes.add(process);
    return process;
  }

  private String line(Process process) throws Exception {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    return line == null ? "nothing, but: " + Files.readString(folder.resolve("stderr")) : line;
  }

  private static void offers(BlockingQueue<HostEvent> events, boolean there) throws Exception {
    while (true) {
      HostEvent event = events.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertTrue(event != null, "identify pushed nothing");
      assertTrue(!(event instanceof HostEvent.Disconnected), String.valueOf(event));
      if (event instanceof HostEvent.Identified told && told.peer().protocols().contains(UPPERCASE) == there) {
        return;
      }
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static Future<Buffer> exchange(Stream stream, byte[] bytes) {
    Promise<Buffer> answer = Promise.promise();
    Buffer all = Buffer.buffer();
    stream.resetHandler(answer::tryFail);
    stream.handler(all::appendBuffer);
    stream.endHandler(end -> answer.tryComplete(all));
    for (int at = 0; at < bytes.length; at += 16 << 10) {
      stream.write(Buffer.buffer().appendBytes(bytes, at, Math.min(16 << 10, bytes.length - at)));
    }
    stream.end();
    return answer.future();
  }

  @Test
  void anotherNodeSpeaksWithItAndSeesItGoWhenItIsKilled() throws Exception {
    Node served = served();
    Node peer = node("peer", null);
    BlockingQueue<HostEvent> events = new LinkedBlockingQueue<>();
    PeerId id = served.host().id();
    peer.on(() -> {
      peer.host().events(events::add);
      return Future.succeededFuture();
    });
    var address = served.address();
    peer.on(() -> peer.host().connect(address));
    Process plugin = plugin();
    assertEquals("serving " + UPPERCASE + " as " + id, line(plugin));
    offers(events, true);

    byte[] sent = new byte[1 << 20];
    new Random(11).nextBytes(sent);
    byte[] capitals = sent.clone();
    for (int i = 0; i < capitals.length; i++) {
      capitals[i] -= capitals[i] >= 'a' && capitals[i] <= 'z' ? 32 : 0;
    }
    Buffer answer = peer.on(() -> openTo(peer.host(), id).compose(stream -> exchange(stream, sent)));
    assertEquals(sha256(capitals), sha256(answer.getBytes()));
    assertEquals(new JsonObject().put("streams", 1), Nodes.await(vertx.eventBus()
        .<JsonObject>request("peerbus.served.uppercase", new JsonObject()).map(reply -> reply.body())));

    Promise<String> end = Promise.promise();
    Stream open = peer.on(() -> openTo(peer.host(), id).map(stream -> {
      stream.resetHandler(failure -> end.tryComplete(failure.failure().name()));
      stream.handler(bytes -> end.future().isComplete());
      return stream;
    }));
    peer.on(() -> open.write(Buffer.buffer("more")));
    plugin.destroyForcibly();
    assertEquals("RESET_BY_PEER", Nodes.await(end.future()));
    offers(events, false);
  }

  private static Future<Stream> openTo(Host host, PeerId peer) {
    return host.openConnected(peer, List.of(UPPERCASE));
  }

  @Test
  void itOpensStreamsToPeers() throws Exception {
    served();
    Node peer = node("peer", null);
    peer.on(() -> peer.host().handle(UPPERCASE, stream -> {
      Buffer asked = Buffer.buffer();
      stream.handler(asked::appendBuffer);
      stream.endHandler(end -> {
        stream.write(Buffer.buffer(asked.toString().toUpperCase(Locale.ROOT)));
        stream.end();
      });
    }));
    Process plugin = plugin("--ask", peer.address().toString(), "hello,", "peer");
    assertEquals("HELLO, PEER", line(plugin));
    assertTrue(plugin.waitFor(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, plugin.exitValue());
  }

  @Test
  void theTokenIsForItsOwnerAndWithoutItNothingWorks() throws Exception {
    served();
    Path token = folder.resolve("served/bridge.token");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(token)));
    Path other = Files.writeString(folder.resolve("other"), "not-the-token-of-this-node");
    Process plugin = plugin("--token", other.toString());
    assertEquals("nothing, but: this is not the token of node served\n", line(plugin));
    assertTrue(plugin.waitFor(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(1, plugin.exitValue());
    Process unknown = plugin("--plugin", "somebody");
    assertTrue(line(unknown).contains("does not allow a plugin \"somebody\""));
  }

  @Test
  void nothingListensUnlessItIsSwitchedOn() throws Exception {
    node("served", new JsonObject().put("port", port));
    try (ServerSocket free = new ServerSocket(port)) {
      assertEquals(port, free.getLocalPort());
    }
    List<Path> tokens;
    try (java.util.stream.Stream<Path> files = Files.list(folder.resolve("served"))) {
      tokens = files.filter(file -> file.toString().contains("token")).toList();
    }
    assertEquals(List.of(), tokens);
  }
}
