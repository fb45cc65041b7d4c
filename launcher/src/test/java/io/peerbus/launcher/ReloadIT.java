package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that run as processes, by both commands, and whose config file changes. */
@Timeout(300)
class ReloadIT {

  private static final String CONFIG = """
      {"node": "n", "listen": ["/ip4/127.0.0.1/tcp/0"], "limits": {"maxPerIp": %s},
       "plugins": [{"id": "identify"}, {"id": "ping"}, {"id": "gossipsub"},
                   {"id": "chat", "settings": {"topic": "%s", "format": "%s"}}]}""";

  @TempDir
  private Path folder;

  private List<String> reload(Exit exit, String errors) throws Exception {
    try (Command command = Command.start(folder, "peerbus", "reload", "--name", "n")) {
      assertEquals(exit.code(), command.exitCode(), command.errors());
      assertTrue(command.errors().contains(errors), command.errors());
      return command.seen();
    }
  }

  private void write(String perIp, String topic, String format) throws Exception {
    Files.writeString(folder.resolve("n.json"), CONFIG.formatted(perIp, topic, format));
  }

  @ParameterizedTest
  @ValueSource(strings = {"peerbus chat --conf n.json --format text", "vertx run peerbus:node -conf n.json"})
  void aChangedConfigIsAppliedAndABadOneRefused(String command) throws Exception {
    write("8", "one", "json");
    try (Command node = Command.start(folder, command.split(" "))) {
      node.line("^Listening on: ");
      node.awaitControl(folder.resolve("data/peerbus/n/control.sock"));
      write("\"oops\"", "one", "json");
      reload(Exit.CONFIG, "n.json");
      write("9", "two", "json");
      // It may have found the change by itself before it was asked.
      List<String> said = reload(Exit.OK, "");
      assertTrue(said.equals(List.of("nothing has changed"))
          || said.equals(List.of("limits changed: maxPerIp", "plugin chat changed: settings")), said.toString());
      assertEquals(List.of("nothing has changed"), reload(Exit.OK, ""));
      write("9", "two", "protobuf");
      said = reload(Exit.OK, "");
      assertTrue(command.contains("--format") ? said.equals(List.of("nothing has changed"))
          : said.equals(List.of("plugin chat changed: settings")) || said.equals(List.of("nothing has changed")),
          "the command line wins: " + said);
      assertTrue(node.errors().contains("The config is refused, the one before stays"), node.errors());
      assertTrue(node.errors().contains("plugin chat changed: settings"), node.errors());
      node.terminate();
      assertEquals(0, node.exitCode(), node.errors());
    }
  }
}
