package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.host.HostOptions;
import io.peerbus.host.Nodes;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped plugins get one version after another, and nothing of them stays with the JVM. */
@Timeout(600)
class MetaspaceIT {

  private static final List<String> IDS = List.of("identify", "ping", "gossipsub", "chat", "kademlia", "remotebus");

  private static final int VERSIONS = 5;

  /**
   * The JVM loads classes of its own when they are first needed, which is in some of these stretches; what every version
   * leaves is left in all of them.
   */
  private static final int STRETCHES = 12;

  /** What the few classes that may come all the same have; a class on its own takes 1 KiB and more. */
  private static final long SLACK = 32 << 10;

  @TempDir
  private Path path;
  private final Vertx vertx = Vertx.vertx();
  private HotNode node;
  private HotNode peer;

  @AfterEach
  void stop() throws Exception {
    for (HotNode each : new HotNode[] {node, peer}) {
      if (each != null) {
        each.stop();
      }
    }
    Nodes.await(vertx.close());
  }

  private HotNode start(String name, List<String> plugins) throws Exception {
    HostOptions options = new HostOptions().setNode(name).setListen(List.of(Multiaddr.tcp("127.0.0.1", 0)));
    Path folder = Files.createDirectories(path.resolve(name));
    return HotNode.start(vertx, options, folder, plugins.stream().map(PluginConfig::of).toList());
  }

  @Test
  void noVersionOfAPluginLeavesAClassBehind() throws Exception {
    peer = start("peer", List.of("identify", "ping", "gossipsub", "kademlia"));
    node = start("node", IDS);
    Multiaddr address = peer.node().address();
    node.node().on(() -> node.node().host().connect(address));
    for (String id : IDS) {
      List<ClassMetadata> grown = new ArrayList<>();
      do {
        assertTrue(grown.size() < STRETCHES, () -> id + " leaves with each " + VERSIONS + " versions: " + grown);
        grown.add(replace(id, "1." + grown.size()));
      } while (!isFlat(grown.get(grown.size() - 1)));
      System.out.println("metaspace: " + id + " " + grown);
    }
    assertEquals(List.of(), node.troubles());
  }

  private static boolean isFlat(ClassMetadata grown) {
    return 0 <= grown.classes() && grown.classes() < VERSIONS
        && (grown.bytes() < SLACK || !ClassMetadata.isWithoutProfiles());
  }

  /** What there is more after some new versions that are at work, be it little. */
  private ClassMetadata replace(String id, String version) throws Exception {
    node.awaitOldLoaders();
    ClassMetadata before = ClassMetadata.now();
    for (int i = 0; i < VERSIONS; i++) {
      node.replace(id, version + "." + i);
      JsonObject pings = node.ask("ping", new JsonObject().put("op", "ping").put("count", 1)
          .put("peer", peer.node().host().id().toString()));
      assertEquals(0, pings.getInteger("lost"), pings::encode);
      node.ask("chat", new JsonObject().put("op", "say").put("text", version + "." + i));
    }
    node.awaitOldLoaders();
    return ClassMetadata.now().since(before);
  }
}
