package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.data.NodeClaim;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A node for the time of one command, with a key of its own: the user's node may be running under theirs. Its folder
 * goes with it. Calls block, on the thread of the command.
 */
final class BriefNode implements AutoCloseable {

  private final String name;
  private final Path folder;
  private final Vertx vertx = Vertx.vertx();

  private String deployment;

  private BriefNode(String name, Path folder) {
    this.name = name;
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(new Thread(this::delete, "peerbus-brief")); // for Ctrl-C
  }

  /** @param config without a folder; it names the node */
  static BriefNode start(JsonObject config) throws StartException {
    BriefNode node = null;
    try {
      Path folder = Files.createTempDirectory("peerbus-" + config.getString("node") + "-");
      node = new BriefNode(config.getString("node"), folder);
      NodeConfig checked = NodeConfig.of("command line", config.copy().put("data", folder.toString())
          .put("keepPeers", false), folder,
          Home.pluginRules());
      NodeClaim claim = NodeClaim.of(checked, new SecureRandom());
      node.deployment = join(node.vertx.deployVerticle(new NodeVerticle(claim, CoreHost::create)));
      BriefNode started = node;
      node = null;
      return started;
    } catch (IOException e) {
      throw new StartException(Exit.DATA, "there is no folder for a node of its own: " + e.getMessage(), e);
    } catch (ConfigException e) {
      throw new StartException(Exit.CONFIG, e.getMessage(), e);
    } catch (CompletionException e) {
      throw new StartException(NodeProcess.exitOf(e.getCause()), e.getCause().getMessage(), e);
    } finally {
      if (node != null) {
        node.close();
      }
    }
  }

  /** Asks core or a plugin; fails with what they say as the cause of a {@link CompletionException}. */
  JsonObject ask(String address, JsonObject request, long timeoutMillis) {
    return join(request(address, request, timeoutMillis));
  }

  /** As {@link #ask}, without blocking. */
  Future<JsonObject> request(String address, JsonObject request, long timeoutMillis) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeoutMillis)
        .addHeader("timeoutMillis", Long.toString(timeoutMillis));
    return vertx.eventBus().<JsonObject>request("peerbus." + name + "." + address, request, options)
        .map(reply -> reply.body());
  }

  /** Shows what is published there from now on, on another thread. */
  void subscribe(String address, Consumer<JsonObject> events) {
    join(vertx.eventBus().<JsonObject>consumer("peerbus." + name + "." + address,
        message -> events.accept(message.body())).completion());
  }

  /** Goes on until a signal ends the process. */
  Exit serve() throws InterruptedException {
    return leaving(() -> Exit.OK).await();
  }

  /** How the node leaves, at a signal too; see {@link Leaving}. */
  Leaving leaving(Supplier<Exit> lastWords) {
    return new Leaving(vertx, () -> vertx.undeploy(deployment), lastWords);
  }

  /** Waits. */
  void pause(long millis) {
    join(after(millis));
  }

  Future<Void> after(long millis) {
    return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
  }

  static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public void close() {
    join(vertx.close().otherwiseEmpty());
    delete();
  }

  private synchronized void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // It is in the folder for temporary files.
    }
  }
}
