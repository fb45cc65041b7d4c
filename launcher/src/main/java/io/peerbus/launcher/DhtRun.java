package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The node of {@code peerbus dht run}: {@link DhtLesson} on a node that stays until it is told to leave. Used by the
 * command's thread; a signal comes on another.
 */
final class DhtRun {

  private static final String TOPIC = "universal-connectivity";

  private final NodeClaim claim;
  private final Plan plan;
  private final Consumer<String> print;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<String> deployment = new AtomicReference<>();
  private final Leaving leaving;
  private volatile boolean left;

  /**
   * What is to be run.
   *
   * @param bootstrap as it was typed
   * @param name {@code null} for the first free one
   * @param data {@code null} for the folder of that name
   */
  record Plan(boolean isServer, int port, List<String> bootstrap, String name, Path data) {

    NodeConfig config() throws StartException {
      JsonObject kademlia = new JsonObject().put("mode", isServer ? "server" : "client").put("strict", false)
          .put("file", "dht.mv")
          .put("bootstrap", new JsonArray(bootstrap.stream().filter(Plan::isMultiaddr).toList()));
      JsonObject config = new JsonObject()
          .put("listen", new JsonArray().add(Multiaddr.tcp("127.0.0.1", port).toString()))
          .put("plugins", new JsonArray()
              .add(new JsonObject().put("id", "identify"))
              .add(new JsonObject().put("id", "ping"))
              .add(new JsonObject().put("id", "gossipsub"))
              .add(new JsonObject().put("id", "kademlia").put("settings", kademlia)));
      if (name != null) {
        config.put("node", name);
      }
      if (data != null) {
        config.put("data", data.toAbsolutePath().normalize().toString());
      }
      try {
        return NodeConfig.of("command line", config, Path.of(""), Home.pluginRules());
      } catch (ConfigException e) {
        throw new StartException(Exit.CONFIG, e.getMessage(), e);
      }
    }

    private static boolean isMultiaddr(String text) {
      try {
        return !Multiaddr.parse(text).toString().isEmpty();
      } catch (FormatException e) {
        return false;
      }
    }
  }

  DhtRun(NodeClaim claim, Plan plan, Consumer<String> print) {
    this.claim = claim;
    this.plan = plan;
    this.print = print;
    this.leaving = new Leaving(vertx, this::undeploy, () -> Exit.OK);
  }

  private Future<?> undeploy() {
    left = true;
    print.accept("Received interrupt signal, shutting down...");
    String id = deployment.get();
    return id == null ? Future.succeededFuture() : vertx.undeploy(id);
  }

  boolean isLeaving() {
    return left;
  }

  /** Starts the node, which is a member of the lessons' topic as well. */
  void start() throws StartException {
    try {
      deployment.set(BriefNode.join(vertx.deployVerticle(new NodeVerticle(claim, CoreHost::create))));
      ask("gossipsub", new JsonObject().put("op", "subscribe").put("topic", TOPIC).put("deliver", "peerbus.lesson"));
    } catch (CompletionException e) {
      if (leaving.forget()) {
        BriefNode.join(vertx.close());
      }
      throw new StartException(NodeProcess.exitOf(e.getCause()), e.getCause().getMessage(), e);
    }
  }

  /** What the lesson does; returns when that is done, or the node is told to leave. */
  void lesson(LessonFile file, boolean verbose) {
    DhtLesson lesson = new DhtLesson(plan, claim.identity().publicKey().peerId().toString(), this::ask, line -> {
      if (!left) {
        print.accept(line);
      }
    });
    lesson.run(file);
    if (verbose && !left) {
      lesson.status();
      Thread status = new Thread(() -> {
        while (!left) {
          BriefNode.join(vertx.timer(DhtLesson.STATUS_SECONDS, TimeUnit.SECONDS));
          lesson.status();
        }
      }, "status");
      status.setDaemon(true);
      status.start();
    }
  }

  private JsonObject ask(String address, JsonObject request) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(DhtLesson.PATIENCE_MILLIS)
        .addHeader("timeoutMillis", Long.toString(DhtLesson.PATIENCE_MILLIS));
    try {
      return BriefNode.join(vertx.eventBus().<JsonObject>request("peerbus." + claim.config().node() + "." + address,
          request, options)).body();
    } catch (CompletionException e) {
      throw Failure.of(e.getCause());
    }
  }

  /** Waits until the node has left. */
  Exit await() throws InterruptedException {
    return leaving.await();
  }
}
