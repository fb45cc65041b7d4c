package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhtCommandTest {

  private static final String ADDRESS = "/ip4/127.0.0.1/tcp/1";

  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  private void assertMistake(String message, String... args) {
    err.getBuffer().setLength(0);
    assertEquals(Exit.USAGE.code(), run(args), err.toString());
    assertTrue(err.toString().contains(message), err.toString());
  }

  @Test
  void eachMistakeIsNamedAndNothingIsStarted() {
    assertMistake("a command is missing: put, get, provide, find-providers, find-peer, closest, table, run", "dht");
    assertMistake("Missing required parameter: 'KEY'", "dht", "get");
    assertMistake("VALUE is missing; or name a file with --file", "dht", "put", "key");
    assertMistake("VALUE and --file are given; one will do", "dht", "put", "key", "value", "--file", "f");
    assertMistake("leave the value out", "dht", "put", "key", "value", "--stop");
    assertMistake("it is for a node that runs", "dht", "put", "key", "--stop", "--bootstrap", ADDRESS);
    assertMistake("KEY \"zz\" is no hex", "dht", "get", "hex:zz");
    assertMistake("--quorum: 0 is out of range, 1 to 1000", "dht", "get", "key", "--quorum", "0");
    assertMistake("--count: 1001 is out of range, 1 to 1000", "dht", "find-providers", "key", "--count", "1001");
    assertMistake("--timeout: 601.0 is out of range, up to 600", "dht", "get", "key", "--timeout", "601");
    assertMistake("--raw and --json are given; one will do", "dht", "get", "key", "--raw", "--json");
    assertMistake("PEER: peer id 'me'", "dht", "find-peer", "me");
    assertMistake("\"nowhere\" is no multiaddr", "dht", "get", "key", "--bootstrap", "nowhere");
    assertMistake("--protocol is for --bootstrap", "dht", "get", "key", "--protocol", "/x/kad/1.0.0");
    assertMistake("say one or the other", "dht", "get", "key", "--bootstrap", ADDRESS, "--name", "alice");
    assertMistake("provides nothing; start one that stays", "dht", "provide", "key", "--bootstrap", ADDRESS);
    assertEquals("", out.toString());
  }

  @Test
  void withoutANodeItIsSaidHowToStartOne() {
    assertEquals(Exit.UNREACHABLE.code(), run("dht", "get", "key", "--data", folder.resolve("none").toString()));
    assertTrue(err.toString().contains("no node runs with its data in "), err.toString());
    assertEquals(Exit.FAILED.code(), run("dht", "put", "key", "--data", folder.toString(), "--file",
        folder.resolve("gone").toString()));
    assertTrue(err.toString().contains("gone cannot be read: "), err.toString());
  }

  @Test
  void eachHasHelp() {
    for (String command : List.of("put", "get", "provide", "find-providers", "find-peer", "closest", "table", "run")) {
      out.getBuffer().setLength(0);
      assertEquals(0, run("dht", command, "--help"));
      assertTrue(out.toString().contains("Usage: peerbus dht " + command), out.toString());
    }
  }

  /** Of lesson 7. */
  @Test
  void aModeThatIsNoneEndsWithOneAndTheLessonsWords() {
    assertEquals(1, run("dht", "run", "--mode", "Both", "--port", "1"));
    assertEquals("Running in Both mode on port 1\n", out.toString());
    assertEquals("Invalid mode: Both. Must be 'client' or 'server'\n", err.toString());
  }

  @Test
  void theServersAddressIsInTheLessonsFolderOrBesideTheProgram() throws Exception {
    assertEquals(Path.of("/home/bin/server_node_addr.txt"), LessonFile.of(Map.of(), Path.of("/home")).path());
    assertEquals(Path.of("/home/bin/server_node_addr.txt"),
        LessonFile.of(Map.of("PROJECT_ROOT", "/w"), Path.of("/home")).path());
    LessonFile file = LessonFile.of(Map.of("PROJECT_ROOT", folder.toString(), "LESSON_PATH", "."), Path.of("/home"));
    assertEquals(List.of(), file.load());
    file.save("one");
    file.save("two");
    assertEquals("two\n", Files.readString(folder.resolve("server_node_addr.txt")));
    Files.writeString(file.path(), "\n three \nfour\n");
    assertEquals(List.of("three", "four"), file.load());
  }

  @Test
  void aValueThatIsNoTextIsShownAsPythonShowsIt() {
    assertEquals("Retrieved value: grüße", DhtLesson.retrieved("grüße".getBytes(StandardCharsets.UTF_8)));
    assertEquals("Retrieved value (bytes): b'\\xffab\\x27\\x5c'",
        DhtLesson.retrieved(new byte[] {(byte) 0xff, 'a', 'b', '\'', '\\'}));
  }
}
