package io.peerbus.host;

import io.peerbus.api.Host;
import io.peerbus.api.HostFactory;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Real nodes on 127.0.0.1 for tests, each with a host that a test can use like a plugin would. */
public final class Nodes {

  /** How long anything may take on a busy machine of one core. Nothing waits so long unless it is broken. */
  public static final int PATIENCE_SECONDS = 120;

  private Nodes() {}

  /** A running node: its name, the host attached to it, the context that the host belongs to, and its deployment. */
  public record Node(String name, Host host, Context context, String deployment) {

    /** Runs on the host's context and waits for what comes of it. */
    public <T> T on(Supplier<Future<T>> action) {
      Promise<T> done = Promise.promise();
      context.runOnContext(ignored -> action.get().onComplete(done));
      return await(done.future());
    }

    /** Where the node can be dialled. */
    public Multiaddr address() {
      return on(host::info).listenAddresses().get(0).withPeerId(host.id());
    }
  }

  public static Node start(Vertx vertx, String name) {
    return start(vertx, options(name), KeyPair.generate(KeyType.ED25519, new SecureRandom()));
  }

  public static HostOptions options(String name) {
    return new HostOptions().setNode(name).setListen(List.of(Multiaddr.tcp("127.0.0.1", 0))).setShards(2);
  }

  public static Node start(Vertx vertx, HostOptions options, KeyPair identity) {
    return attach(vertx, options.getNode(), await(vertx.deployVerticle(new HostVerticle(options, identity))));
  }

  /** One more host at a node that runs, as a second plugin would have. */
  public static Node attach(Vertx vertx, String name, String deployment) {
    return attach(vertx, name, deployment, new JsonObject());
  }

  /** The same with a budget, as in the config of a plugin. */
  public static Node attach(Vertx vertx, String name, String deployment, JsonObject budget) {
    JsonObject config = new JsonObject().put("node", name).put("plugin", budget.isEmpty() ? "test" : "frugal")
        .put("budget", budget);
    Promise<Node> node = Promise.promise();
    Future<?> deployed = vertx.deployVerticle(context -> ServiceLoader.load(HostFactory.class).findFirst().orElseThrow()
        .attach(vertx, context, config)
        .onSuccess(host -> node.complete(new Node(name, host, context, deployment))));
    await(deployed);
    return await(node.future());
  }

  /** TCP sockets of this process, listening ones and all. (The JDK has a Unix socket of its own at times.) */
  public static long sockets() {
    Set<String> ours = new HashSet<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      open.forEach(fd -> ours.add(target(fd)));
      long count = 0;
      for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
        for (String line : Files.readAllLines(Path.of(table))) {
          count += ours.contains("socket:[" + line.trim().split("\\s+")[9] + "]") ? 1 : 0;
        }
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }

  /** Asks the node something again and again until that is so; each question takes its turn behind the node's work. */
  public static void eventually(Node node, String what, BooleanSupplier isSo) {
    long began = System.nanoTime();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what);
      }
      node.on(node.host()::info);
    }
  }

  /** Waits for a future from a test's thread, {@link #PATIENCE_SECONDS} at the most. */
  public static <T> T await(Future<T> future) {
    return await(future, PATIENCE_SECONDS);
  }

  public static <T> T await(Future<T> future, int seconds) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no answer in " + seconds + " s", e);
    }
  }
}
