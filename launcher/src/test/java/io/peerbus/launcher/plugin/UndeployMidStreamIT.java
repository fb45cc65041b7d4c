package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.StreamCrowd.Kind;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.tck.Census;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plugin is undeployed again and again at random moments, with 100 streams to a peer over a real socket: each of
 * them ends, and nothing of the plugin stays. {@code -Dundeploy.rounds} says how often, which is a thousand times in
 * {@code .ci/run}; {@code -Dundeploy.seed} chooses other moments.
 */
@Timeout(900)
class UndeployMidStreamIT {

  private static final int ROUNDS = Integer.getInteger("undeploy.rounds", 250);
  private static final long SEED = Long.getLong("undeploy.seed", new Random().nextLong());
  private static final String ID = "crowded";

  /** Streams that are in their state before the undeploy; the plugin opens as many of them as {@link #OPENED}. */
  private static final int SETTLED = 70;
  private static final int OPENED = 15;

  /** Streams that are being opened meanwhile. */
  private static final int LATE = 15;

  /** Most things that happen to streams between the last step and the undeploy. */
  private static final int MOMENTS = 60;

  /** More than any drain here, on a machine that is busy elsewhere. */
  private static final long LATEST_MILLIS = 9_000;

  private static final String SOURCE = """
      extends io.peerbus.api.ProtocolVerticle {
        private static final io.vertx.core.buffer.Buffer CHUNK = io.vertx.core.buffer.Buffer.buffer(new byte[700]);
        private static final io.vertx.core.buffer.Buffer MUCH = io.vertx.core.buffer.Buffer.buffer(new byte[16384]);
        protected Future<?> start(io.peerbus.api.Host host) {
          var protocols = new java.util.ArrayList<String>();
          settings().getJsonArray("protocols").forEach(each -> protocols.add((String) each));
          vertx.eventBus().consumer("crowded.open", m -> {
            for (int i = 0; i < (Integer) m.body(); i++) {
              host.peers().compose(all -> host.open(all.get(0).peer(), protocols)).onSuccess(stream -> {
                stream.handler(bytes -> stream.write(bytes));
                stream.write(CHUNK);
              });
            }
            m.reply("asked");
          });
          return host.handle("/crowd/echo", stream -> stream.handler(bytes -> stream.write(bytes)))
              .compose(done -> host.handle("/crowd/hold", stream -> { }))
              .compose(done -> host.handle("/crowd/talk", Main::talk))
              .compose(done -> host.handle("/crowd/done", stream -> stream.end()))
              .compose(done -> host.handle("/crowd/deaf", stream -> stream.pause()))
              .compose(done -> host.handle("/crowd/cut", stream -> stream.handler(bytes -> stream.reset(7))));
        }
        private static void talk(io.peerbus.api.Stream stream) {
          while (!stream.writeQueueFull()) {
            stream.write(MUCH);
          }
          stream.drainHandler(drained -> talk(stream));
        }
        protected java.time.Duration drain() {
          return java.time.Duration.ofMillis(settings().getInteger("drain"));
        }
      }""";

  @TempDir
  private Path path;
  private final Census census = new Census();
  private final Vertx vertx = census.vertx();
  private final Loaders loaders = new Loaders(vertx.getOrCreateContext());
  private final List<ThreadingModel> threads =
      new ArrayList<>(List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER));
  private Node node;
  private Node peer;
  private StreamCrowd crowd;
  private PluginManager manager;
  private final List<Throwable> strays = new CopyOnWriteArrayList<>(); // of any thread
  private long lastClient;
  private long slowest;

  @BeforeEach
  void start() throws Exception {
    if (Runtime.version().feature() >= 21) {
      threads.add(ThreadingModel.VIRTUAL_THREAD);
    }
    node = Nodes.start(vertx, "n");
    peer = Nodes.start(vertx, "peer");
    crowd = new StreamCrowd(peer, node.host().id());
    Multiaddr address = node.address();
    peer.on(() -> peer.host().connect(address));
    Path folder = Files.createDirectories(path.resolve("plugins"));
    JarMaker.ofVerticle(ID, "Main", SOURCE).write(folder.resolve("crowded.jar"));
    manager = new PluginManager(loaders.context(), "n", new PluginFolder(folder), path.resolve("work"),
        PluginPolicy.OPEN);
    await(manager::start);
    lastClient = newClient();
    vertx.exceptionHandler(strays::add);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> strays.add(e));
    census.begin();
  }

  @AfterEach
  void stop() throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(null);
    if (manager != null) {
      await(() -> manager.undeployAll(10_000));
    }
    Nodes.await(vertx.close());
  }

  private <T> T await(Supplier<Future<T>> call) throws Exception {
    return loaders.await(call);
  }

  /** Does something on the peer's context and waits until it is done. */
  private void onPeer(Runnable what) {
    peer.on(() -> {
      what.run();
      return Future.succeededFuture();
    });
  }

  private JsonObject control(String name, JsonObject request) throws Exception {
    return await(() -> vertx.eventBus().<JsonObject>request("peerbus." + name + ".control", request)).body();
  }

  @Test
  void everyStreamEndsWithinTheDrainAndNothingStays() throws Exception {
    long began = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      try {
        round(new Random(SEED + round), threads.get(round % threads.size()));
      } catch (Throwable e) {
        throw new AssertionError("round " + round + ", seed " + SEED + " (-Dundeploy.seed): " + e.getMessage()
            + "; streams: " + crowd, e);
      }
    }
    assertEquals(List.of(), crowd.wrong(), "seed " + SEED);
    assertEquals(List.of(), strays, "seed " + SEED);
    Nodes.eventually(node, "nothing of the plugin is left", () -> census.describe().isEmpty());
    loaders.awaitCollection();
    System.out.printf("%d undeploys with 100 streams in %.1f s: the last stream was over %.1f ms after its drain at the"
        + " latest; %s%n", ROUNDS, (System.nanoTime() - began) / 1e9, slowest / 1e6, crowd.ends());
  }

  private void round(Random random, ThreadingModel threading) throws Exception {
    int drain = random.nextInt(5);
    deploy(threading, drain);
    settle();
    Promise<Long> undeployed = Promise.promise();
    onPeer(() -> begin(random, undeployed));
    long asked = Nodes.await(undeployed.future());
    peer.on(crowd::over);
    long late = System.nanoTime() - asked - TimeUnit.MILLISECONDS.toNanos(drain);
    slowest = Math.max(slowest, late);
    assertTrue(late < TimeUnit.MILLISECONDS.toNanos(LATEST_MILLIS), "the last stream ended " + late / 1e6 + " ms late");
    checkNothingIsLeft();
  }

  private void deploy(ThreadingModel threading, int drain) throws Exception {
    JsonArray protocols = new JsonArray(new ArrayList<>(StreamCrowd.NOBODYS)).add(StreamCrowd.FOR_PLUGIN);
    JsonObject settings = new JsonObject().put("drain", drain).put("protocols", protocols);
    await(() -> manager.deploy(new PluginConfig(ID, null, threading, settings, new JsonObject())));
    loaders.add(manager.loaderOf(ID), threading + " with " + drain + " ms");
  }

  /** Brings streams into all the states that last. */
  private void settle() throws Exception {
    peer.on(() -> {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < SETTLED; i++) {
        all.add(crowd.open(Kind.of(i), false));
      }
      return Future.all(all);
    });
    await(() -> vertx.eventBus().request("crowded.open", OPENED));
  }

  /** Opens some more, ends and resets some, and has the plugin undeployed in the midst of it. */
  private void begin(Random random, Promise<Long> undeployed) {
    crowd.after(random.nextInt(MOMENTS), () -> loaders.context().runOnContext(v -> {
      long asked = System.nanoTime();
      manager.undeploy(ID).map(asked).onComplete(undeployed);
    }));
    vertx.eventBus().send("crowded.open", LATE / 3);
    for (int i = 0; i < LATE; i++) {
      crowd.open(Kind.of(random.nextInt(SETTLED)), random.nextBoolean());
      if (i % 3 == 0) {
        crowd.disturb(random.nextInt(SETTLED), random.nextBoolean());
      }
    }
  }

  private void checkNothingIsLeft() throws Exception {
    for (String name : List.of("n", "peer")) {
      JsonArray usage = control(name, new JsonObject().put("op", "usage")).getJsonArray("plugins");
      for (int i = 0; i < usage.size(); i++) {
        JsonObject used = usage.getJsonObject(i);
        assertEquals(List.of(0, 0), List.of(used.getInteger("streams"), used.getInteger("bytesInFlight")),
            name + ": " + used.encode());
      }
    }
    List<String> served = control("n", new JsonObject().put("op", "info")).getJsonArray("protocols").stream()
        .map(String::valueOf).toList();
    assertFalse(served.stream().anyMatch(each -> each.startsWith("/crowd/")), served.toString());
    long client = newClient();
    for (long each = lastClient + 1; each < client; each++) { // the plugin's, since the last round
      assertEquals(Failure.NOT_FOUND, renewal(each), "the lease of client " + each);
    }
    assertTrue(client > lastClient + 1, "the plugin had one");
    lastClient = client;
    assertEquals(1, control("peer", new JsonObject().put("op", "peers")).getJsonArray("peers").size(), "connected");
  }

  private Failure renewal(long client) throws Exception {
    return await(() -> vertx.eventBus().request("peerbus.n.control",
        new JsonObject().put("op", "renew").put("client", client)).transform(answer -> Future.succeededFuture(
            answer.succeeded() ? null : Failure.of(((ReplyException) answer.cause()).failureCode()))));
  }

  /** The number of a client that comes now, and goes. */
  private long newClient() throws Exception {
    long client = control("n", new JsonObject().put("op", "attach").put("plugin", "counter").put("api", 1))
        .getLong("client");
    control("n", new JsonObject().put("op", "detach").put("client", client));
    return client;
  }
}
