package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A plugin manager at work over a folder, as node {@code n}, with what it tells. */
final class LivePlugins implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  final Vertx vertx;
  final Context context;
  final Loaders loaders;
  final Path path;
  final Path folder;
  final PluginManager manager;
  private final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
  private final List<JsonObject> passed = new ArrayList<>();
  private final List<JsonObject> fresh = new LinkedList<>();

  LivePlugins(Path path) throws Exception {
    this(path, new VertxOptions());
  }

  LivePlugins(Path path, VertxOptions options) throws Exception {
    this.path = path;
    vertx = Vertx.vertx(options);
    context = vertx.getOrCreateContext();
    loaders = new Loaders(context);
    folder = Files.createDirectories(path.resolve("plugins"));
    manager = new PluginManager(context, "n", new PluginFolder(folder), path.resolve("work"), PluginPolicy.OPEN);
    await(() -> vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins.events", m -> events.add(m.body()))
        .completion());
    await(manager::start);
  }

  <T> T await(Supplier<Future<T>> call) throws Exception {
    return loaders.await(call);
  }

  /** Starts those of the config and watches the folder. */
  void begin(PluginConfig... wanted) throws Exception {
    await(() -> manager.begin(List.of(wanted)));
  }

  /** An entry with this supervision. */
  static PluginConfig supervised(String id, String supervision) {
    return new PluginConfig(id, null, ThreadingModel.WORKER, new JsonObject(), new JsonObject(supervision));
  }

  /** A plugin that answers {@code v<version>} at its id on the bus, once {@code more} has run in its start. */
  static JarMaker jar(String id, String version, String more) {
    return JarMaker.ofVerticle(id, "Main", """
        extends VerticleBase {
          public Future<?> start() throws Exception {
            %s
            return vertx.eventBus().consumer("%s", m -> m.reply("v%s")).completion();
          }
        }""".formatted(more, id, version)).with("Plugin-Version", version).with("Plugin-Autostart", null);
  }

  /** Puts a jar into the folder all at once. */
  void put(String file, JarMaker jar) throws Exception {
    Path temporary = Files.createTempFile(path, "put", ".tmp");
    jar.write(temporary);
    Files.move(temporary, folder.resolve(file), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** A jar elsewhere, to be deployed from there. */
  Path elsewhere(String file, JarMaker jar) throws Exception {
    return jar.write(Files.createDirectories(path.resolve("elsewhere")).resolve(file));
  }

  /** The first event of this kind about that plugin that was not asked for before; waits until there is one. */
  JsonObject event(String kind, String id) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      seen();
      for (JsonObject event : fresh) {
        if (kind.equals(event.getString("event")) && id.equals(event.getString("id"))) {
          fresh.remove(event);
          return event;
        }
      }
      JsonObject next = events.poll(100, TimeUnit.MILLISECONDS);
      if (next != null) {
        note(next);
      }
    }
    throw new AssertionError("no " + kind + " of " + id + " in " + passed);
  }

  private void note(JsonObject event) {
    passed.add(event);
    fresh.add(event);
  }

  /** All events up to now, as kind and id. */
  List<String> seen() {
    for (JsonObject event = events.poll(); event != null; event = events.poll()) {
      note(event);
    }
    return passed.stream().map(event -> event.getString("event") + " " + event.getString("id")).toList();
  }

  /** What the plugin answers; the versions that drain are waited for before. */
  String ask(String id) throws Exception {
    await(manager::whenGone);
    return (String) await(() -> vertx.eventBus().request(id, "?")).body();
  }

  JsonObject request(JsonObject request) throws Exception {
    return (JsonObject) await(() -> vertx.eventBus().request("peerbus.n.plugins", request)).body();
  }

  JsonObject request(String op, String id) throws Exception {
    return request(new JsonObject().put("op", op).put("id", id));
  }

  /** Why this is refused. */
  String refusal(Object request) throws Exception {
    try {
      Object reply = await(() -> vertx.eventBus().request("peerbus.n.plugins", request)).body();
      throw new AssertionError(request + " is answered with " + reply);
    } catch (ExecutionException e) {
      return e.getCause().getMessage();
    }
  }

  JsonObject listed(String id) throws Exception {
    return request(new JsonObject().put("op", "list")).getJsonArray("plugins").stream().map(JsonObject.class::cast)
        .filter(plugin -> plugin.getString("id").equals(id)).findFirst().orElse(null);
  }

  String state(String id) throws Exception {
    return listed(id).getString("state");
  }

  /** What is in the folder for copies. */
  List<String> work() throws Exception {
    try (Stream<Path> files = Files.list(path.resolve("work"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public void close() throws Exception {
    await(() -> manager.undeployAll(5_000));
    await(manager::whenGone);
    await(vertx::close);
  }
}
