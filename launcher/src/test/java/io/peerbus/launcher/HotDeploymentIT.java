package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.JarMaker;
import io.peerbus.launcher.plugin.PluginManager;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins come to a node that runs as a process, and go, by hand and by folder, while a peer keeps its connection. */
@Timeout(300)
class HotDeploymentIT {

  private static final String ECHO = "/echo/1.0.0";
  private static final String VERTICLE = "io.peerbus.samples.echo.EchoVerticle";
  private static final Path ARCHETYPE = Path.of("../plugins/archetype/target").toAbsolutePath().normalize();

  @TempDir
  private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
  private Path plugins;
  private Node observer;
  private Command node;
  private PeerId peer;

  /** A node from the assembly with a plugin folder of its own, and a peer here that hears what it has to offer. */
  @BeforeEach
  void start() throws Exception {
    plugins = Files.createDirectory(folder.resolve("plugins"));
    try (Stream<Path> jars = Files.list(Command.HOME.resolve("plugins"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, plugins.resolve(jar.getFileName()));
      }
    }
    node = Command.start(folder, Map.of("JAVA_OPTS", "-Dpeerbus.plugins=" + plugins),
        "peerbus", "chat", "--no-console");
    Multiaddr address = Multiaddr.parse(node.line("^Listening on: (/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/\\w+)$").group(1));
    observer = Nodes.start(vertx, "observer");
    Nodes.await(vertx.eventBus().<JsonObject>consumer("peerbus.observer.events", m -> events.add(m.body()))
        .completion());
    Context context = vertx.getOrCreateContext();
    PluginManager identify = new PluginManager(context, "observer", new PluginFolder(Path.of("target/plugins")),
        folder.resolve("work"), PluginPolicy.OPEN);
    Promise<Void> identifies = Promise.promise();
    context.runOnContext(v -> identify.start().compose(done -> identify.deploy(PluginConfig.of("identify")))
        .onComplete(identifies));
    Nodes.await(identifies.future());
    peer = observer.on(() -> observer.host().connect(address));
    offers("/ipfs/ping/1.0.0", true);
    node.awaitControl(folder.resolve("data/peerbus/node/control.sock"));
  }

  @AfterEach
  void stop() throws Exception {
    node.terminate();
    node.exitCode();
    node.close();
    Nodes.await(vertx.close());
  }

  private String plugin(String... words) throws Exception {
    String[] all = Stream.concat(Stream.of("peerbus", "plugin"), Stream.of(words)).toArray(String[]::new);
    try (Command command = Command.start(folder, all)) {
      assertEquals(0, command.exitCode(), command.errors());
      return String.join("\n", command.seen());
    }
  }

  /** Waits until identify has told that the node has the protocol, or has it no more; the connection is to stay. */
  private void offers(String protocol, boolean there) throws Exception {
    JsonArray last = null;
    while (last == null || last.contains(protocol) != there) {
      JsonObject event = events.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertTrue(event != null, protocol + " " + there + ", last told " + last + "; " + node.errors());
      assertTrue(!"disconnected".equals(event.getString("event")), event.encode());
      if ("identified".equals(event.getString("event"))) {
        last = event.getJsonArray("protocols");
      }
    }
  }

  /** What comes back on a stream to the node. */
  private String ask(String protocol, String text) {
    return observer.on(() -> observer.host().openConnected(peer, List.of(protocol)).compose(stream -> {
      Promise<String> answer = Promise.promise();
      Buffer all = Buffer.buffer();
      stream.handler(all::appendBuffer);
      stream.endHandler(end -> answer.tryComplete(all.toString()));
      stream.resetHandler(answer::tryFail);
      stream.write(Buffer.buffer(text));
      return stream.end().compose(done -> (Future<String>) answer.future());
    }));
  }

  private static Path sample() throws Exception {
    try (Stream<Path> jars = Files.list(Command.HOME.resolve("samples"))) {
      return jars.filter(jar -> jar.toString().contains("sample-echo")).findFirst().orElseThrow();
    }
  }

  /** The sample's classes as another plugin or version. */
  private static JarMaker sample(String id, String version) throws Exception {
    JarMaker jar = new JarMaker(id, VERTICLE).with("Plugin-Version", version);
    try (JarInputStream in = new JarInputStream(Files.newInputStream(sample()))) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        if (entry.getName().endsWith(".class")) {
          jar.withEntry(entry.getName(), in.readAllBytes());
        }
      }
    }
    return jar;
  }

  @Test
  void aPluginIsDeployedReplacedRolledBackAndUndeployedByHand() throws Exception {
    Path jar = Files.copy(sample(), folder.resolve("echo.jar"));
    assertTrue(plugin("deploy", jar.toString()).startsWith("echo 0.1.0"));
    offers(ECHO, true);
    assertEquals("one", ask(ECHO, "one"));
    assertTrue(plugin("list").contains("\necho "));
    String replaced = plugin("replace", "echo", sample("echo", "2").write(folder.resolve("echo-2.jar")).toString());
    assertTrue(replaced.startsWith("echo 2 replaces 0.1.0"), replaced);
    assertEquals("two", ask(ECHO, "two"));
    String back = plugin("rollback", "echo");
    assertTrue(back.matches("echo 0\\.1\\.0\\S* is back, in the place of 2"), back);
    assertEquals("three", ask(ECHO, "three"));
    plugin("logs", "echo");
    plugin("undeploy", "echo");
    offers(ECHO, false);
  }

  @Test
  void aJarThatIsCopiedIntoTheFolderIsDeployedAndUndeployedWhenItIsDeleted() throws Exception {
    Path jar = sample("dropped", "1").write(folder.resolve("dropped.jar"));
    Path there = Files.copy(jar, plugins.resolve("dropped.jar"));
    offers(ECHO, true);
    assertEquals("dropped", ask(ECHO, "dropped"));
    Files.delete(there);
    offers(ECHO, false);
  }

  @Test
  void thePluginThatTheArchetypeMakesIsDeployedAndAnswers() throws Exception {
    boolean made = Files.isDirectory(ARCHETYPE.resolve("repository"));
    if (!made) {
      System.out.println("skipped: the archetype was not built before this test, there is no " + ARCHETYPE);
    }
    assertTrue(made || !"true".equals(System.getenv("PEERBUS_REQUIRE_PEERS")), "the archetype was not built");
    assumeTrue(made, "the archetype was not built");
    Files.copy(ARCHETYPE.resolve("plugin/hello-plugin-1.0.jar"), plugins.resolve("hello.jar"));
    offers("/hello/1.0.0", true);
    String answer = ask("/hello/1.0.0", "Ada");
    assertTrue(answer.endsWith(", Ada"), answer);
  }
}
