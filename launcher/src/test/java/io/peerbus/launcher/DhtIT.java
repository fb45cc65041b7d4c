package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.control.ControlClient;
import io.peerbus.launcher.control.ControlException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The DHT of nodes that run as processes: the lessons, and the commands. */
@Timeout(600)
class DhtIT {

  private static final String KEY = "FVDjasarSFDoLPMdgnp1dHSbW2ZAfN8NU2zNbCQeczgP";
  private static final String CONTENT = "361f2ed1183bca491b8aec11f0b9e5c06724759b0f7480ae7fb4894901993bc8";
  private static final String RUNNING = "^Node is now running\\. Press Ctrl\\+C to stop\\.$";
  private static final String LISTENING = "^Listening on: (/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/(\\w+))$";

  @TempDir
  private Path folder;
  private Map<String, String> lesson;

  @BeforeEach
  void setUp() throws Exception {
    Files.createDirectory(folder.resolve("lesson"));
    lesson = Map.of("PROJECT_ROOT", folder.toString(), "LESSON_PATH", "lesson");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Command run(String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("peerbus", "dht", "run"));
    words.addAll(List.of(options));
    return Command.start(folder, lesson, words.toArray(String[]::new));
  }

  private List<String> dht(Exit exit, String errors, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("peerbus", "dht"));
    all.addAll(List.of(words));
    try (Command command = Command.start(folder, all.toArray(String[]::new))) {
      assertEquals(exit.code(), command.exitCode(), command.errors());
      assertTrue(command.errors().contains(errors), command.errors());
      assertFalse(command.errors().contains("\tat "), "no stack trace: " + command.errors());
      return command.seen();
    }
  }

  /** Asks, once the node can be asked, until it answers as wanted. */
  private JsonObject stats(Command node, String data, Predicate<JsonObject> wanted) throws Exception {
    node.awaitControl(folder.resolve(data).resolve("control.sock"));
    try (ControlClient client = ControlClient.open(folder.resolve(data))) {
      while (true) {
        JsonObject stats = client.ask("kademlia", new JsonObject().put("op", "stats"), 10_000);
        if (wanted.test(stats)) {
          return stats;
        }
      }
    }
  }

  private static void leaves(Command node) throws Exception {
    node.terminate();
    int exit = node.exitCode();
    // On a busy machine it may run out of the two seconds it has.
    assertTrue(exit == 0 || exit == Exit.FAILED.code(), exit + ": " + node.errors());
    assertEquals("Received interrupt signal, shutting down...", node.seen().get(node.seen().size() - 1));
  }

  private String address() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("lesson/server_node_addr.txt"));
    assertEquals(1, lines.size());
    return lines.get(0);
  }

  /** The lesson's own commands: the same port for both. */
  @Test
  void lesson7RunsAsItIsWritten() throws Exception {
    String port = String.valueOf(freePort());
    Files.writeString(folder.resolve("lesson/server_node_addr.txt"), "an old one\nand more\n");
    try (Command server = run("--mode", "server", "--port", port)) {
      server.line(RUNNING);
      String address = address();
      String id = address.substring(address.lastIndexOf('/') + 1);
      assertTrue(id.startsWith("12D3KooW"), id);
      assertEquals("/ip4/127.0.0.1/tcp/" + port + "/p2p/" + id, address);
      assertEquals(List.of("Running in server mode on port " + port,
          "To connect to this node, use: --bootstrap " + address,
          "Saved server address to log: " + address,
          "DHT service started in SERVER mode",
          "Stored value 'Hello message from Paschal' with key: " + KEY,
          "Successfully advertised as server for content: " + CONTENT,
          "Node is now running. Press Ctrl+C to stop."), server.seen());
      try (Command client = run("--mode", "CLIENT", "--port", port, "--verbose")) {
        client.line("^Status - Connected peers: 1, Peers in store: 1, Values in store: 0$");
        String own = client.seen().get(1).substring("Using port: ".length());
        String ownAddress = client.seen().get(4);
        assertTrue(ownAddress.matches("To connect to this node, use: --bootstrap /ip4/127.0.0.1/tcp/" + own
            + "/p2p/12D3KooW\\w+"), ownAddress);
        assertEquals(List.of("Running in CLIENT mode on port " + port, "Using port: " + own,
            "Loaded 1 server addresses from log", "Connected to bootstrap nodes: [" + id + "]", ownAddress,
            "DHT service started in CLIENT mode",
            "Looking up key: " + KEY, "Retrieved value: Hello message from Paschal",
            "Looking for servers of content: " + CONTENT, "Found 1 servers for content: ['" + id + "']",
            "Node is now running. Press Ctrl+C to stop.",
            "Status - Connected peers: 1, Peers in store: 1, Values in store: 0"), client.seen());
        client.line("^Status - Connected peers: 1, "); // and again after 10 s
        leaves(client);
      }
      leaves(server);
    }
  }

  @Test
  void whatFailsIsSaidInTheLessonsWords() throws Exception {
    int port = freePort();
    String nobody = "/ip4/127.0.0.1/tcp/" + freePort();
    try (Command client = run("--mode", "client", "--bootstrap", nobody, "nonsense")) {
      client.line(RUNNING);
      List<String> seen = client.seen();
      assertEquals("Running in client mode on port 0", seen.get(0));
      assertEquals("No server addresses found in log file", seen.get(1));
      assertTrue(seen.get(2).startsWith("Failed to connect to bootstrap node " + nobody + ": "), seen.get(2));
      assertTrue(seen.get(3).startsWith("Failed to connect to bootstrap node nonsense: "), seen.get(3));
      assertEquals("Connected to bootstrap nodes: []", seen.get(4));
      assertEquals(List.of("Failed to retrieve value", "Looking for servers of content: " + CONTENT,
          "No servers found for content " + CONTENT), seen.subList(8, 11));
      String chosen = seen.get(5).replaceAll(".*/tcp/(\\d+)/p2p.*", "$1");
      assertTrue(Integer.parseInt(chosen) >= 10_000 && Integer.parseInt(chosen) <= 60_000, chosen);
      leaves(client);
    }
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        Command server = run("--port", String.valueOf(taken.getLocalPort()))) {
      assertEquals(1, server.exitCode());
      assertTrue(server.errors().contains("Server node error: "), server.errors());
      assertEquals(List.of("Running in server mode on port " + port), server.seen());
    }
    try (Command wrong = run("--mode", "both")) {
      assertEquals(1, wrong.exitCode());
      assertEquals("Invalid mode: both. Must be 'client' or 'server'\n", wrong.errors());
    }
  }

  @Test
  void theCommandsAskARunningNodeOrTheNetwork() throws Exception {
    try (Command server = run("--data", "s")) {
      server.line(RUNNING);
      String address = address();
      String id = address.substring(address.lastIndexOf('/') + 1);
      try (Command client = run("--mode", "client", "--data", "c")) {
        client.line(RUNNING);
        stats(client, "c", stats -> stats.getInteger("tableSize") == 1);
        assertEquals(List.of(id), dht(Exit.OK, "1 peers took it", "put", "greeting", "hello, wörld", "--data", "c"));
        assertEquals(List.of("hello, wörld"), dht(Exit.OK, "asking the network", "get", "greeting", "-b", address));
        assertEquals(List.of("hello, wörld"), dht(Exit.OK, id + " answered, asked at ", "get", "text:greeting",
            "--data", "c", "--trace"));
        assertEquals(List.of("Hello message from Paschal"),
            dht(Exit.OK, "", "get", KEY, "-k", "base58", "-b", address));
        assertEquals(List.of(), dht(Exit.FAILED, "peerbus dht get: no peer has a valid record\n", "get", "nothing",
            "-b", address, "--trace"));
        JsonObject json = new JsonObject(dht(Exit.OK, "", "get", "greeting", "-b", address, "--json").get(0));
        assertEquals("hello, wörld", new String(json.getBinary("value"), StandardCharsets.UTF_8));
        assertEquals(List.of(), dht(Exit.OK, "the node puts it no more", "put", "greeting", "--stop", "--data", "c"));
        assertEquals(List.of(), dht(Exit.OK, "the node did not put it", "put", "greeting", "--stop", "--data", "c"));
        Path binary = Files.write(folder.resolve("value.bin"), new byte[] {0, (byte) 0xff});
        dht(Exit.OK, "nobody puts it again", "put", "hex:01ff", "--file", binary.toString(), "-b", address);
        assertEquals(List.of("00ff"), dht(Exit.OK, "the value is no text; in hex:", "get", "hex:01ff", "--data", "c"));
        assertEquals(List.of(id), dht(Exit.OK, "\"room\" stands for the content hex:1220", "provide", "room", "--data",
            "c"));
        List<String> found = dht(Exit.OK, "", "find-providers", "room", "--data", "s");
        assertTrue(found.size() == 1 && found.get(0).matches("12D3KooW\\w+ /ip4/127.0.0.1/tcp/\\d+"), found.toString());
        assertEquals(List.of(id + " " + address.substring(0, address.indexOf("/p2p/"))),
            dht(Exit.OK, "", "find-providers", CONTENT, "--key-format", "hex", "--data", "c"));
        assertEquals(List.of(address), dht(Exit.OK, "", "find-peer", id, "-b", address));
        assertEquals(List.of(id), dht(Exit.OK, "", "closest", "anything", "--data", "c"));
        List<String> table = dht(Exit.OK, "1 peers", "table", "--data", "c");
        assertTrue(table.get(1).matches("\\d+ +" + id + " +\\d+ s ago +\\d+ s +0 +/ip4/127.0.0.1/tcp/\\d+"),
            table.toString());
        dht(Exit.FAILED, "none of the bootstrap peers could be reached", "get", "x", "-b", "/ip4/127.0.0.1/tcp/"
            + freePort());
        dht(Exit.FAILED, "no server of /x/kad/1.0.0 answered", "get", "x", "-b", address, "--protocol", "/x/kad/1.0.0");
        dht(Exit.FAILED, "the node has no plugin \"other\" that answers", "get", "x", "--plugin", "other",
            "--data", "c");
        dht(Exit.UNREACHABLE, "no node runs", "get", "x", "--data", "nowhere");
        leaves(client);
      }
    }
  }

  /** Who asks by {@code --bootstrap} does not have the network's validators. */
  @Test
  void recordsOfANamespaceOfOnesOwnArePutAndGotByWhoHasNoNode() throws Exception {
    String address = "/ip4/127.0.0.1/tcp/" + freePort();
    String protocol = "/room/kad/1.0.0";
    JsonObject settings = new JsonObject().put("mode", "server").put("protocol", protocol)
        .put("openNamespaces", new JsonArray().add("room"));
    Path conf = Files.writeString(folder.resolve("room.json"), new JsonObject().put("node", "room")
        .put("data", "r").put("listen", new JsonArray().add(address)).put("plugins", new JsonArray()
            .add(new JsonObject().put("id", "identify"))
            .add(new JsonObject().put("id", "kademlia").put("settings", settings))).encode());
    try (Command server = Command.start(folder, "vertx", "run", "peerbus:node", "-conf", conf.toString())) {
      server.awaitControl(folder.resolve("r/control.sock"));
      assertEquals(1, dht(Exit.OK, "records of /room/ are taken as they are", "put", "/room/topic", "tea", "-b",
          address, "--protocol", protocol).size());
      assertEquals(List.of("tea"), dht(Exit.OK, "", "get", "/room/topic", "-b", address, "--protocol", protocol));
      assertEquals(List.of(), dht(Exit.FAILED, "0 peers took it, 1 did not", "put", "/other/topic", "tea", "-b",
          address, "--protocol", protocol));
      dht(Exit.FAILED, "name it in \"openNamespaces\"", "put", "/other/topic", "tea", "--data", "r");
    }
  }

  /** Issue, criterion 3: a server is killed, and with it goes whoever could tell it anew what it knew. */
  @Test
  void valuesAndProvidersAreThereAfterAKill() throws Exception {
    String port = String.valueOf(freePort());
    String provider;
    try (Command server = run("--port", port, "--data", "s")) {
      server.line(RUNNING);
      String address = address();
      dht(Exit.OK, "1 peers took it", "put", "greeting", "hello", "-b", address);
      try (Command other = run("--mode", "client", "--data", "c")) {
        other.line(RUNNING);
        stats(other, "c", stats -> stats.getInteger("tableSize") == 1);
        dht(Exit.OK, "1 peers were told", "provide", "room", "--data", "c");
        other.kill();
        other.exitCode();
      }
      provider = dht(Exit.OK, "", "find-providers", "room", "--data", "s").get(0);
      long commits = stats(server, "s", stats -> true).getLong("commits");
      // The one that runs may have begun before, the one after it has not.
      stats(server, "s", stats -> stats.getLong("commits") >= commits + 2);
      server.kill();
      server.exitCode();
    }
    try (Command server = run("--port", port, "--data", "s")) {
      server.line(RUNNING);
      assertEquals(List.of("hello"), dht(Exit.OK, "", "get", "greeting", "-b", address()));
      assertEquals(List.of(provider), dht(Exit.OK, "", "find-providers", "room", "-b", address()));
      assertEquals(List.of("Hello message from Paschal"), dht(Exit.OK, "", "get", "base58:" + KEY, "-b", address()));
    }
  }

  /** Lesson 8: neither is told of the other. */
  @Test
  void chatsThatKnowOneServerOfTheDhtFindEachOther() throws Exception {
    try (Command server = run()) {
      server.line(RUNNING);
      try (Command first = Command.start(folder, "peerbus", "chat", "--bootstrap", address())) {
        String id = first.line(LISTENING).group(2);
        try (Command second = Command.start(folder, "peerbus", "chat", "--connect", address())) {
          String found = "Found 1 peer of the room through the DHT: ";
          second.line("^(" + found + id.substring(0, 8) + "|Connected to: " + id + ")$");
          second.type("hello through the DHT");
          first.line("^Received chat message from \\w{8}: hello through the DHT$");
          List<String> lines = new ArrayList<>(first.seen());
          lines.addAll(second.seen());
          assertTrue(lines.stream().anyMatch(line -> line.startsWith(found)), lines.toString());
          first.terminate();
          first.exitCode();
          second.terminate();
          second.exitCode();
        }
      }
    }
  }

  /** The shipped config, with no more changed than whoever uses it has to: where it listens, and one peer. */
  @Test
  void chatsByTheShippedConfigFindEachOtherThroughTheDht() throws Exception {
    try (Command server = run()) {
      server.line(RUNNING);
      JsonArray known = new JsonArray().add(address());
      try (Command first = chat("first", config -> config.put("bootstrap", known));
          Command second = chat("second", config -> config.getJsonArray("plugins").stream().map(JsonObject.class::cast)
              .filter(plugin -> plugin.getString("id").equals("kademlia"))
              .forEach(plugin -> plugin.getJsonObject("settings").put("bootstrap", known)))) {
        String id = second.line(LISTENING).group(2);
        first.line("^Connected to: " + id + "$");
        second.type("by the file");
        first.line("^Received chat message from " + id.substring(0, 8) + ": by the file$");
        first.terminate();
        first.exitCode();
        second.terminate();
        second.exitCode();
        List<String> lines = new ArrayList<>(first.seen());
        lines.addAll(second.seen());
        assertTrue(lines.stream().anyMatch(line -> line.contains(" of the room through the DHT: ")), lines.toString());
      }
    }
  }

  private Command chat(String name, Consumer<JsonObject> change) throws Exception {
    JsonObject config = new JsonObject(Files.readString(Path.of("../conf/chat.json"))).put("node", name)
        .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"));
    change.accept(config);
    Path conf = Files.writeString(folder.resolve(name + ".json"), config.encode());
    return Command.start(folder, "vertx", "run", "peerbus:node", "-conf", conf.toString());
  }
}
