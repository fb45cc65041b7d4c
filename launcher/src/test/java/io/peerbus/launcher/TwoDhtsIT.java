package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.control.ControlClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that have two DHTs by their configs, of the one jar. */
@Timeout(300)
class TwoDhtsIT {

  private static final String DHTS = """
      {"id": "kademlia", "settings": {"protocol": "/one/kad/1.0.0", "mode": "server", "strict": false}},
      {"id": "room-dht", "plugin": "kademlia",
       "settings": {"protocol": "%s", "mode": "server", "strict": false}}""";

  @TempDir
  private Path folder;

  private Command node(String name, String room, String bootstrap) throws Exception {
    Path conf = Files.writeString(folder.resolve(name + ".json"), """
        {"data": "%s", "pluginFolder": "plugins", "listen": ["/ip4/127.0.0.1/tcp/0"], "bootstrap": [%s],
         "plugins": [{"id": "identify"}, %s]}""".formatted(name, bootstrap, DHTS.formatted(room)));
    return Command.start(folder, "vertx", "run", "peerbus:node", "-conf", conf.toString());
  }

  private List<String> peerbus(Exit exit, String errors, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("peerbus"));
    all.addAll(List.of(words));
    try (Command command = Command.start(folder, all.toArray(String[]::new))) {
      assertEquals(exit.code(), command.exitCode(), command.errors());
      assertTrue(command.errors().contains(errors), command.errors());
      return command.seen();
    }
  }

  private List<String> dht(Exit exit, String plugin, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("dht"));
    all.addAll(List.of(words));
    all.addAll(List.of("--plugin", plugin, "--data", "a"));
    return peerbus(exit, "", all.toArray(String[]::new));
  }

  private Path shipped(String id) throws Exception {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(Command.HOME.resolve("plugins"), "peerbus-" + id + "-*.jar")) {
      return jars.iterator().next();
    }
  }

  private Path next(Path jar) throws Exception {
    Path next = folder.resolve("next.jar");
    try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
      Manifest manifest = in.getManifest();
      manifest.getMainAttributes().putValue("Plugin-Version", "next");
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(next), manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    return next;
  }

  /** Until both DHTs of a node have the peer that it is connected to. */
  private void awaitTables(String data) throws Exception {
    try (ControlClient client = ControlClient.open(folder.resolve(data))) {
      for (String plugin : List.of("kademlia", "room-dht")) {
        int size = 0;
        while (size == 0) {
          size = client.ask(plugin, new JsonObject().put("op", "stats"), 10_000).getInteger("tableSize");
        }
      }
    }
  }

  @Test
  void eachIsADhtOfItsOwnAndAReplacementOfTheJarIsOneOfBoth() throws Exception {
    Files.createDirectory(folder.resolve("plugins"));
    for (String id : List.of("identify", "kademlia")) {
      Files.copy(shipped(id), folder.resolve("plugins").resolve(id + ".jar"));
    }
    try (Command clash = node("clash", "/one/kad/1.0.0", "")) {
      assertEquals(Exit.DEPLOY.code(), clash.exitCode());
      assertTrue(clash.errors().contains("plugin \"room-dht\" did not start: ")
          && clash.errors().contains("/one/kad/1.0.0 is served by plugin kademlia"), clash.errors());
    }
    try (Command other = node("b", "/room/kad/1.0.0", "")) {
      other.awaitControl(folder.resolve("b/control.sock"));
      String address;
      try (ControlClient client = ControlClient.open(folder.resolve("b"))) {
        address = client.ask("stats", new JsonObject(), 10_000).getJsonArray("listening").getString(0);
      }
      try (Command node = node("a", "/room/kad/1.0.0", "\"" + address + "\"")) {
        node.awaitControl(folder.resolve("a/control.sock"));
        awaitTables("a");
        assertEquals(1, dht(Exit.OK, "room-dht", "put", "greeting", "hello, room").size());
        assertEquals(List.of("hello, room"), dht(Exit.OK, "room-dht", "get", "greeting"));
        dht(Exit.FAILED, "kademlia", "get", "greeting");
        assertEquals(1, dht(Exit.OK, "kademlia", "put", "greeting", "hello, world").size());
        String replaced = peerbus(Exit.OK, "", "plugin", "replace", "room-dht", next(shipped("kademlia")).toString(),
            "--data", "a").get(0);
        assertTrue(replaced.startsWith("room-dht next replaces ") && replaced.endsWith(", also as kademlia"), replaced);
        assertEquals(List.of("hello, room"), dht(Exit.OK, "room-dht", "get", "greeting"));
        assertEquals(List.of("hello, world"), dht(Exit.OK, "kademlia", "get", "greeting"));
      }
    }
  }
}
