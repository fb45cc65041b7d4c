package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.HostOptions;
import io.peerbus.host.HostVerticle;
import io.peerbus.launcher.config.Mistake;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.peerbus.launcher.plugin.jar.SettingsCheck;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plugins as they are shipped, come and gone many times in a node that has a connection. */
@Timeout(600)
class ShippedPluginsIT {

  private static final List<String> IDS = List.of("identify", "ping", "gossipsub", "kademlia", "chat");
  private static final int ROUNDS = 5;

  @TempDir
  private Path path;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Loaders loaders = new Loaders(context);

  @AfterEach
  void stop() throws Exception {
    await(vertx::close);
  }

  private <T> T await(Supplier<Future<T>> call) throws Exception {
    return loaders.await(call);
  }

  private PluginManager node(String name) throws Exception {
    HostOptions options = new HostOptions().setNode(name).setListen(List.of(Multiaddr.tcp("127.0.0.1", 0)));
    HostVerticle host = new HostVerticle(options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    await(() -> vertx.deployVerticle(host));
    PluginManager plugins =
        new PluginManager(context, name, new PluginFolder(Path.of("target/plugins")), path.resolve(name),
            PluginPolicy.OPEN);
    await(plugins::start);
    return plugins;
  }

  private JsonObject ask(String address, JsonObject request) throws Exception {
    return (JsonObject) await(() -> vertx.eventBus().request(address, request)).body();
  }

  @Test
  void theShippedConfigsSuitTheirSchemas() throws Exception {
    SettingsCheck check = new SettingsCheck(new PluginFolder(Path.of("target/plugins")));
    for (String name : List.of("chat.json", "node.json", "dht.json")) {
      List<Integer> checked = new ArrayList<>();
      NodeConfig.read(Path.of("../conf", name), (folder, plugins) -> {
        checked.add(plugins.size());
        return check.check(plugins);
      });
      assertEquals(List.of(name.equals("chat.json") ? 5 : 3), checked, name);
    }
    for (String id : IDS) {
      JsonObject settings = new JsonObject().put("no such setting", 1);
      List<Mistake> mistakes = check.check(List.of(new PluginRules.Entry("here", id, id, null, settings)));
      assertEquals(List.of("here.settings.no such setting"), mistakes.stream().map(Mistake::path)
          .filter(path -> !path.equals("here")).toList(), id); // which is where it says what the plugin requires
    }
  }

  @Test
  void theirClassLoadersAreCollectedAlsoAfterStreamsToAPeer() throws Exception {
    PluginManager other = node("other");
    for (String id : IDS) {
      await(() -> other.deploy(PluginConfig.of(id)));
    }
    String address = ask("peerbus.other.control", new JsonObject().put("op", "info"))
        .getJsonArray("listenAddresses", new JsonArray()).getString(0);
    PluginManager node = node("node");
    for (int round = 0; round < ROUNDS; round++) {
      for (String id : IDS) {
        await(() -> node.deploy(PluginConfig.of(id)));
        loaders.add(node.loaderOf(id), id + " of round " + round);
      }
      ask("peerbus.node.ping", new JsonObject().put("op", "ping").put("address", address).put("count", 2)
          .put("intervalMillis", 1));
      ask("peerbus.node.chat", new JsonObject().put("op", "say").put("text", "round " + round));
      for (String id : List.of("chat", "kademlia", "gossipsub", "ping", "identify")) {
        await(() -> node.undeploy(id)); // after undeployAll nothing starts any more
      }
      await(node::whenGone);
    }
    loaders.awaitCollection();
  }
}
