package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as processes, by both commands, that talk to each other. */
class ChatIT {

  private static final String LISTENING = "^Listening on: (/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/(\\w+))$";

  @TempDir
  private Path folder;

  /**
   * From the signal to the end of the process, which is to be less than 2 s on a machine with time to spare. On a busy
   * one the node may run out of its time, which it says by its exit code.
   */
  private static void leaves(Command node) throws Exception {
    node.terminate();
    isGone(node);
  }

  private static void isGone(Command node) throws Exception {
    long before = System.nanoTime();
    int exit = node.exitCode();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    assertTrue(millis < 20_000, millis + " ms");
    assertTrue(exit == 0 || exit == Exit.FAILED.code() && millis > 1_800, exit + " after " + millis + " ms: "
        + node.errors());
    int lines = node.seen().size();
    assertEquals(List.of("", "Goodbye!"), node.seen().subList(lines - 2, lines));
  }

  @Test
  void twoNodesTalkAndLeaveCleanly() throws Exception {
    try (Command first = Command.start(folder, "peerbus", "chat")) {
      String address = first.line(LISTENING).group(1);
      assertEquals("Starting Universal Connectivity Application...", first.seen().get(0));
      try (Command second = Command.start(folder, "peerbus", "chat", "--connect", address)) {
        second.line("^Connected to: " + address + "$");
        first.line("^Received chat message from \\w{8}: Hello from the Universal Connectivity Workshop!$");
        second.type("a line to äll");
        first.line("^Received chat message from \\w{8}: a line to äll$");
        first.type("and back");
        second.line("^Received chat message from \\w{8}: and back$");
        second.interrupt();
        isGone(second);
      }
      first.line("^Connection to \\w+ closed$");
      leaves(first);
    }
  }

  @Test
  void whatIsPipedInReachesThePeerAndTheNodeStaysUpAtTheEndOfInput() throws Exception {
    Path conf = Files.writeString(folder.resolve("chat.json"), """
        {"node": "by-vertx", "listen": ["/ip4/127.0.0.1/tcp/0"],
         "plugins": [{"id": "identify"}, {"id": "ping"}, {"id": "gossipsub"}, {"id": "chat"}]}""");
    try (Command first = Command.start(folder, "vertx", "run", "peerbus:node", "-conf", conf.toString())) {
      String address = first.line(LISTENING).group(1);
      try (Command second = Command.start(folder, Map.of("REMOTE_PEER", address), "peerbus", "chat")) {
        second.type("piped one");
        second.type("piped two");
        second.endInput();
        first.line(": piped one$");
        first.line(": piped two$");
        first.type("are you there?");
        second.line(": are you there\\?$");
        assertTrue(second.isAlive());
        leaves(second);
      }
      leaves(first);
    }
  }

  @Test
  void aPrivateNetworkIsForItsMembersAlone() throws Exception {
    Path key = folder.resolve("swarm.key");
    try (Command make = Command.start(folder, "peerbus", "key", "network", key.toString())) {
      assertEquals(0, make.exitCode(), make.errors());
    }
    String form = """
        {"security": ["tls"], "privateNetwork": {"file": "%s"}, "limits": {"upgradeTimeoutMillis": 3000},
         "plugins": [{"id": "identify"}, {"id": "ping"}, {"id": "gossipsub"}, {"id": "chat"}]}""";
    String conf = Files.writeString(folder.resolve("private.json"), form.formatted(key)).toString();
    try (Command first = Command.start(folder, "peerbus", "chat", "--conf", conf)) {
      String address = first.line(LISTENING).group(1);
      try (Command outsider = Command.start(folder, "peerbus", "ping", address, "--count", "1")) {
        assertEquals(Exit.FAILED.code(), outsider.exitCode(), outsider.errors());
      }
      try (Command second = Command.start(folder, "peerbus", "chat", "--conf", conf, "--connect", address)) {
        first.line(": Hello from the Universal Connectivity Workshop!$");
        second.type("among us");
        first.line(": among us$");
        leaves(second);
      }
      leaves(first);
    }
  }

  @Test
  void withoutAConsoleStandardInputIsLeftAlone() throws Exception {
    try (Command node = Command.start(folder, "peerbus", "chat", "--no-console", "--name", "alone")) {
      node.endInput();
      String address = node.line(LISTENING).group(1);
      try (Command second = Command.start(folder, "peerbus", "chat", "--name", "alone")) {
        assertEquals(Exit.DATA.code(), second.exitCode());
        assertTrue(second.errors().contains("is in use by another node"), second.errors());
      }
      String named = address.replaceFirst("/ip4/[^/]+/", "/dns4/localhost/");
      try (Command ping = Command.start(folder, "peerbus", "ping", named, "--count", "2", "--interval", "0.1")) {
        assertEquals(0, ping.exitCode(), ping.errors());
        assertTrue(ping.seen().get(1).matches("32 bytes from \\w+: seq=1 time=\\d+\\.\\d{3} ms"),
            ping.seen().toString());
        assertTrue(ping.seen().get(5).startsWith("2 packets transmitted, 2 received, 0% packet loss, time "),
            ping.seen().toString());
        assertTrue(ping.seen().get(6).startsWith("rtt min/avg/max/mdev = "), ping.seen().toString());
      }
      leaves(node);
    }
  }

  @Test
  void aPingToNobodyEndsWithOne() throws Exception {
    try (Command ping = Command.start(folder, "peerbus", "ping", "/ip4/127.0.0.1/tcp/1", "--count", "1")) {
      assertEquals(Exit.FAILED.code(), ping.exitCode(), ping.errors());
      assertTrue(ping.seen().toString().contains("100% packet loss"), ping.seen().toString());
    }
  }
}
