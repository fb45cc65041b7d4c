package io.peerbus.launcher.plugin;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.HostOptions;
import io.peerbus.host.HostVerticle;
import io.peerbus.host.Nodes;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A node whose shipped plugins get one version after another, in a folder of its own. For one test's thread. */
public final class HotNode {

  private static final Path SHIPPED = Path.of("target", "plugins");

  private final Vertx vertx;
  private final String name;
  private final Path elsewhere;
  private final Loaders loaders;
  private final PluginManager manager;
  private final Nodes.Node node;
  private final List<JsonObject> troubles = new CopyOnWriteArrayList<>();
  private final List<String> ids;

  private HotNode(Vertx vertx, HostOptions options, Path path, List<String> ids) throws Exception {
    this.ids = ids;
    this.vertx = vertx;
    name = options.getNode();
    elsewhere = Files.createDirectories(path.resolve("elsewhere"));
    loaders = new Loaders(vertx.getOrCreateContext());
    KeyPair identity = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    node = Nodes.attach(vertx, name, await(vertx.deployVerticle(new HostVerticle(options, identity))));
    manager = new PluginManager(loaders.context(), name, new PluginFolder(path.resolve("plugins")),
        path.resolve("work"), PluginPolicy.OPEN);
    await(vertx.eventBus().<JsonObject>consumer("peerbus." + name + ".plugins.events",
        message -> onEvent(message.body())).completion());
  }

  /** Runs these of the shipped plugins; {@code path} is an empty folder. */
  public static HotNode start(Vertx vertx, HostOptions options, Path path, List<PluginConfig> plugins)
      throws Exception {
    Path folder = Files.createDirectories(path.resolve("plugins"));
    for (PluginConfig plugin : plugins) {
      Files.copy(shipped(plugin.id()), folder.resolve(plugin.id() + ".jar"));
    }
    HotNode hot = new HotNode(vertx, options, path, plugins.stream().map(PluginConfig::id).toList());
    hot.loaders.await(hot.manager::start);
    hot.loaders.await(() -> hot.manager.begin(plugins));
    plugins.forEach(plugin -> hot.remember(plugin.id(), "as shipped"));
    return hot;
  }

  private static Path shipped(String id) throws IOException {
    try (var files = Files.newDirectoryStream(SHIPPED, "peerbus-" + id + "-*.jar")) {
      return files.iterator().next();
    }
  }

  private void onEvent(JsonObject event) {
    if (!List.of("deployed", "replaced").contains(event.getString("event"))) {
      troubles.add(event);
    }
  }

  private static <T> T await(Future<T> future) {
    return Nodes.await(future);
  }

  private void remember(String id, String version) {
    loaders.add(manager.loaderOf(id), id + " " + version);
  }

  /** The node with a host of the test's own. */
  public Nodes.Node node() {
    return node;
  }

  /** What the manager told but that plugins were deployed and replaced: nothing, when all goes well. */
  public List<JsonObject> troubles() {
    return List.copyOf(troubles);
  }

  /** Replaces a plugin through the bus, and waits until the version before is gone. */
  public void replace(String id, String version) throws Exception {
    Path jar = withVersion(shipped(id), version, elsewhere.resolve(id + ".jar"));
    JsonObject answer = ask("plugins",
        new JsonObject().put("op", "replace").put("id", id).put("file", jar.toAbsolutePath().toString()));
    if (!version.equals(answer.getString("version"))) {
      throw new AssertionError(id + " " + version + " was asked for, the answer is " + answer);
    }
    remember(id, version);
    loaders.await(manager::whenGone);
  }

  /** The same classes in a jar of another version. */
  private static Path withVersion(Path jar, String version, Path target) throws IOException {
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
      Manifest manifest = in.getManifest();
      manifest.getMainAttributes().putValue("Plugin-Version", version);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target), manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    return target;
  }

  public JsonObject ask(String plugin, JsonObject request) {
    return await(request(plugin, request));
  }

  public Future<JsonObject> request(String plugin, JsonObject request) {
    return vertx.eventBus().<JsonObject>request("peerbus." + name + "." + plugin, request)
        .map(reply -> reply.body());
  }

  /** Waits until the classes of all versions but those that run are collected. */
  public void awaitOldLoaders() throws Exception {
    loaders.awaitCollection(ids.stream().map(manager::loaderOf).toList());
  }

  public void stop() throws Exception {
    loaders.await(() -> manager.undeployAll(10_000));
    loaders.await(manager::whenGone);
    await(vertx.undeploy(node.deployment()));
  }
}
