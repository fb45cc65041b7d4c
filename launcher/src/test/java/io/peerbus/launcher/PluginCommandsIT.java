package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code peerbus plugin …} against nodes that run as processes, by both commands. */
@Timeout(300)
class PluginCommandsIT {

  private static final String LISTENING = "^Listening on: ";
  private static final List<String> SHIPPED = List.of("identify", "ping", "gossipsub", "chat");

  @TempDir
  private Path folder;

  private List<String> plugin(Exit exit, String errors, String... words) throws Exception {
    String[] all = new String[words.length + 2];
    all[0] = "peerbus";
    all[1] = "plugin";
    System.arraycopy(words, 0, all, 2, words.length);
    try (Command command = Command.start(folder, all)) {
      assertEquals(exit.code(), command.exitCode(), command.errors());
      assertTrue(command.errors().contains(errors), command.errors());
      assertFalse(command.errors().contains("\tat "), "no stack trace: " + command.errors());
      return command.seen();
    }
  }

  private List<String> ids(String... choice) throws Exception {
    String[] words = new String[choice.length + 2];
    words[0] = "list";
    words[1] = "--json";
    System.arraycopy(choice, 0, words, 2, choice.length);
    JsonObject answer = new JsonObject(String.join("", plugin(Exit.OK, "", words)));
    return answer.getJsonArray("plugins").stream().map(entry -> ((JsonObject) entry).getString("id")).toList();
  }

  private Path socket(String node) {
    return folder.resolve("data/peerbus").resolve(node).resolve("control.sock");
  }

  @Test
  void theOneThatRunsIsFoundAndOfSeveralOneMustBeNamed() throws Exception {
    plugin(Exit.UNREACHABLE, "; start one with: peerbus chat\n", "list");
    try (Command first = Command.start(folder, "peerbus", "chat")) {
      first.line(LISTENING);
      first.awaitControl(socket("node"));
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket("node"))));
      List<String> table = plugin(Exit.OK, "", "list");
      assertTrue(table.get(0).matches("ID +VERSION +STATE .*"), table.toString());
      assertEquals(SHIPPED, table.stream().skip(1).map(line -> line.split(" ")[0]).toList());
      plugin(Exit.UNREACHABLE, "; running: --name node\n", "list", "--name", "alice");
      try (Command second = Command.start(folder, "peerbus", "chat")) {
        second.line(LISTENING);
        second.awaitControl(socket("node-2"));
        plugin(Exit.UNREACHABLE, "2 nodes run; say which is meant: --name node or --name node-2\n", "list");
        assertEquals(SHIPPED, ids("--name", "node-2"));
        second.terminate();
        assertEquals(0, second.exitCode(), second.errors());
        assertFalse(Files.exists(socket("node-2")));
      }
      first.kill(); // the socket stays
      first.exitCode();
      assertTrue(Files.exists(socket("node")));
      plugin(Exit.UNREACHABLE, "no node runs", "list", "--name", "node");
    }
    try (Command again = Command.start(folder, "peerbus", "chat")) {
      again.line(LISTENING);
      again.awaitControl(socket("node"));
      assertEquals(SHIPPED, ids());
    }
  }

  @Test
  void whatAPluginLogsIsShownAndFollowedAlsoOfANodeOfVertxInADeepFolder() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    JarMaker.ofVerticle("talker", "Main", """
        extends VerticleBase {
          private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(Main.class);
          public Future<?> start() {
            LOG.info("started");
            vertx.setPeriodic(20, id -> LOG.info("tick {}", id, new IllegalStateException("why")));
            return Future.succeededFuture();
          }
        }""").write(plugins.resolve("talker.jar"));
    Path data = folder.resolve("d".repeat(120));
    Path conf = Files.writeString(folder.resolve("node.json"), """
        {"data": "%s", "pluginFolder": "%s", "listen": ["/ip4/127.0.0.1/tcp/0"], "plugins": [{"id": "talker"}]}"""
        .formatted(data, plugins));
    try (Command node = Command.start(folder, "vertx", "run", "peerbus:node", "-conf", conf.toString())) {
      node.awaitControl(data.resolve("control.sock"));
      try (Command follow = Command.start(folder, "peerbus", "plugin", "logs", "talker", "-f", "--conf",
          conf.toString())) {
        follow.line("^.* INFO  Main - tick \\d+$");
        follow.line("^java.lang.IllegalStateException: why$");
        assertTrue(Files.isSymbolicLink(data.resolve("control.sock")), "too deep for a socket");
        List<String> lines = plugin(Exit.OK, "", "logs", "talker", "--lines", "2", "--data", data.toString());
        assertEquals(2, lines.size());
        plugin(Exit.FAILED, "there is no plugin \"nobody\"", "logs", "nobody", "--conf", conf.toString());
        node.terminate();
        assertEquals(0, node.exitCode(), node.errors());
        assertEquals(Exit.FAILED.code(), follow.exitCode());
        assertTrue(follow.errors().contains(" went away"), follow.errors());
        assertFalse(Files.exists(data.resolve("control.sock")));
      }
    }
  }
}
