package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two commands as they are installed: what they refuse, and with which exit code. */
class CommandsIT {

  @TempDir
  private Path folder;

  private Path conf(String json) throws Exception {
    return Files.writeString(folder.resolve("conf.json"), json.replace('\'', '"'));
  }

  private void refused(Exit exit, String message, String... words) throws Exception {
    refused(exit, List.of(message), words);
  }

  private void refused(Exit exit, List<String> messages, String... words) throws Exception {
    try (Command command = Command.start(folder, words)) {
      assertEquals(exit.code(), command.exitCode(), command.errors());
      for (String message : messages) {
        assertTrue(command.errors().contains(message), command.errors());
      }
      assertEquals(List.of(), command.seen());
      assertFalse(command.errors().contains("\tat "), "no stack trace: " + command.errors());
    }
  }

  @Test
  void theCommandsRunFromAnywhereAndThroughLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Command.HOME.resolve("bin/peerbus"));
    try (Command command = Command.start(folder, link.toString(), "--version")) {
      assertEquals(0, command.exitCode(), command.errors());
      assertTrue(command.seen().get(0).matches("peerbus \\d.*"), command.seen().toString());
      assertEquals("", command.errors());
    } finally {
      Files.delete(link);
    }
  }

  /** As some supervisors start it. The JVM would read its own jar instead, and the chat say what is in it. */
  @Test
  void aClosedStandardInputIsAnEmptyOne() throws Exception {
    String chat = "exec 0<&-; exec " + Command.HOME.resolve("bin/peerbus") + " chat";
    try (Command node = Command.start(folder, "/bin/sh", "-c", chat)) {
      node.line("^Listening on: ");
      node.awaitControl(folder.resolve("data/peerbus/node/control.sock"));
      assertFalse(node.errors().contains("WARN"), node.errors());
      node.terminate();
      assertEquals(0, node.exitCode(), node.errors());
    }
  }

  @Test
  void anOldJavaIsRefusedInWords() throws Exception {
    Path home = Files.createDirectories(folder.resolve("jdk"));
    Files.createDirectory(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Path java = Files.createFile(home.resolve("bin/java"));
    assertTrue(java.toFile().setExecutable(true));
    try (Command command = Command.start(folder, Map.of("JAVA_HOME", home.toString()), "peerbus", "id")) {
      assertEquals(1, command.exitCode());
      assertEquals("peerbus: " + java + " is Java 11; a JDK 17 or later is needed", command.errors().trim());
    }
  }

  @Test
  void aMissingOrWrongConfigStartsNothing() throws Exception {
    refused(Exit.CONFIG, "no such file", "vertx", "run", "peerbus:node", "-conf", "missing.json");
    Path conf = conf("{'nod': 1, 'listen': ['x']}");
    refused(Exit.CONFIG, "2 mistakes", "vertx", "run", "peerbus:node", "-conf", conf.toString());
    refused(Exit.CONFIG, "did you mean \"node\"?", "vertx", "run", "peerbus:node", "-conf", "{\"nod\": 1}");
    refused(Exit.CONFIG, "must be one JSON object", "vertx", "run", "peerbus:node", "-conf",
        Files.writeString(folder.resolve("list.json"), "[1]").toString());
    assertFalse(Files.exists(folder.resolve("data")));
  }

  @Test
  void whatVertxWouldForgiveIsRefused() throws Exception {
    refused(Exit.USAGE, "not understood: -bogus", "vertx", "run", "peerbus:node", "-bogus");
    refused(Exit.USAGE, "not understood: extra", "vertx", "run", "peerbus:node", "extra");
    refused(Exit.USAGE, "main-verticle", "vertx", "run");
    refused(Exit.USAGE, "-instances", "vertx", "run", "peerbus:node", "-instances", "2");
    refused(Exit.VERTX, "clustered deployment is not available in this version",
        "vertx", "run", "peerbus:node", "-cluster");
    refused(Exit.VERTX, "clustered deployment is not available in this version", "vertx", "run", "x.Y", "-ha");
  }

  @Test
  void aVerticleThatIsNotDeployedIsAnError() throws Exception {
    try (Command command = Command.start(folder, "vertx", "run", "no.such.Verticle")) {
      assertEquals(Exit.DEPLOY.code(), command.exitCode(), command.errors());
    }
    Path conf = conf("{'node': 'n', 'plugins': [{'id': 'gosipsub'}]}");
    refused(Exit.CONFIG, "did you mean \"gossipsub\"?", "vertx", "run", "peerbus:node", "-conf", conf.toString());
    refused(Exit.DEPLOY, "dlo: 5 is more than d, which is 3", "vertx", "run", "peerbus:node", "-conf",
        conf("{'node': 'n', 'plugins': [{'id': 'gossipsub', 'settings': {'d': 3}}]}").toString());
  }

  @Test
  void settingsOfTheShippedPluginsAreCheckedBeforeAnythingStarts() throws Exception {
    Path conf = conf("{'plugins': [{'id': 'identify', 'settings': {'maxInbound': 0}},"
        + " {'id': 'ping', 'settings': {'intervalSeconds': '7'}},"
        + " {'id': 'gossipsub', 'settings': {'topics': {'t': {'messageId': 'sha256-date'}}}},"
        + " {'id': 'chat', 'settings': {'tpoic': 'x'}}]}");
    for (List<String> command : List.of(List.of("vertx", "run", "peerbus:node", "-conf", conf.toString()),
        List.of("peerbus", "chat", "--conf", conf.toString()))) {
      refused(Exit.CONFIG, List.of("4 mistakes",
          "plugins[0].settings.maxInbound: 0 is out of range, 1 to 65536",
          "plugins[1].settings.intervalSeconds: is the text \"7\", must be a whole number",
          "plugins[2].settings.topics.t.messageId: \"sha256-date\" is not one of ",
          "plugins[3].settings.tpoic: unknown name; did you mean \"topic\"?"), command.toArray(String[]::new));
    }
    assertFalse(Files.exists(folder.resolve("data")));
  }

  @Test
  void theStockLauncherGetsTheSameRun() throws Exception {
    refused(Exit.CONFIG, "no such file", ProcessHandle.current().info().command().orElseThrow(), "-cp",
        Command.HOME.resolve("lib") + "/*", "io.vertx.core.Launcher", "run", "peerbus:node", "-conf", "missing.json");
  }

  @Test
  void anAddressInUseHasItsOwnExitCode() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      refused(Exit.LISTEN, "/ip4/127.0.0.1/tcp/" + taken.getLocalPort(), "vertx", "run", "peerbus:node", "-conf",
          "{\"listen\": [\"/ip4/127.0.0.1/tcp/" + taken.getLocalPort() + "\"]}");
    }
  }

  @Test
  void aKeyThatOthersCanReadStopsTheNode() throws Exception {
    Path key = folder.resolve("data/peerbus/n/identity.key");
    try (Command command = Command.start(folder, "peerbus", "id", "--name", "n")) {
      assertEquals(0, command.exitCode(), command.errors());
    }
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    refused(Exit.DATA, "chmod 600 " + key, "peerbus", "chat", "--name", "n");
  }
}
