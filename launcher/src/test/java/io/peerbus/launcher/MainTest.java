package io.peerbus.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.plugin.JarMaker;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {

  private static final String PEER = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  private static final String ADDRESS = "/ip4/127.0.0.1/tcp/1";

  @TempDir
  private Path folder;
  @TempDir
  private Path plugins;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A node is only started with plugins that are there; these have no schema. */
  @BeforeEach
  void makePlugins() throws Exception {
    for (String id : List.of("identify", "ping", "gossipsub", "chat")) {
      new JarMaker(id, "x.Y").write(plugins.resolve(id + ".jar"));
    }
    System.setProperty(PluginFolder.PROPERTY, plugins.toString());
  }

  @AfterEach
  void forgetPlugins() {
    System.clearProperty(PluginFolder.PROPERTY);
  }

  private int run(String... args) {
    return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  private NodeConfig chat(Map<String, String> environment, String... args) throws StartException {
    ChatCommand command = new ChatCommand();
    new CommandLine(command).parseArgs(args);
    return command.config(environment);
  }

  private static List<?> list(NodeConfig config, String name) {
    return config.hostOptions().getJsonArray(name, new JsonArray()).getList();
  }

  @ParameterizedTest(name = "peerbus {0}")
  @CsvSource(delimiter = '|', emptyValue = "", value = {
      "'' | peerbus: a command is missing",
      "chta | peerbus: Unmatched argument at index 0: 'chta'",
      "chat --bogus | peerbus chat: Unknown option: '--bogus'",
      "chat extra | peerbus chat: Unmatched argument at index 1: 'extra'",
      "chat --port x | peerbus chat: Invalid value for option '--port': 'x' is not an int",
      "chat --port 65536 | peerbus chat: --port: 65536 is out of range, 0 to 65535",
      "chat --port -1 | peerbus chat: --port: -1 is out of range, 0 to 65535",
      "chat --format xml | peerbus chat: Invalid value for option '--format': expected one of [text, json, protobuf]",
      "chat --listen nonsense | peerbus chat: Invalid value for option '--listen'",
      "chat -c 1.2.3.4:5 | peerbus chat: Invalid value for option '--connect'",
      "key | peerbus key: generate, show or network is missing",
      "key generate | peerbus key generate: Missing required parameter: 'FILE'",
      "key generate f --type rsa | peerbus key generate: Invalid value for option '--type'",
      "ping | peerbus ping: Missing required parameter: 'MULTIADDR'",
      "ping /ip4/1.2.3.4/tcp/1 --count -1 | peerbus ping: --count may be 0 or more",
      "perf | peerbus perf: a command is missing: serve, run",
      "perf run | peerbus perf run: Missing required parameter: 'MULTIADDR'",
      "perf run /ip4/1.2.3.4/tcp/1 -u 1X | peerbus perf run: Invalid value for option '--upload'",
      "perf run /ip4/1.2.3.4/tcp/1 --runs 0 | peerbus perf run: --runs: 0 is out of range, 1 to 10000",
      "plugin | peerbus plugin: a command is missing: list, deploy, undeploy, replace, rollback, logs",
      "plugin lst | peerbus plugin: Unmatched argument at index 1: 'lst'",
      "id --nme x | peerbus id: Unknown options: '--nme', 'x'",
  })
  void whatIsNotUnderstoodEndsWithTheCodeForIt(String args, String message) {
    assertEquals(Exit.USAGE.code(), run(args.isEmpty() ? new String[0] : args.split(" ")));
    assertTrue(err.toString().startsWith(message), err.toString());
    assertTrue(err.toString().contains("--help'"), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void helpShowsExamplesAndExitCodesAndVersionIsShort() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("peerbus chat --port 4001"));
    for (Exit exit : Exit.values()) {
      assertTrue(out.toString().contains(String.format("  %2d  ", exit.code())), exit.name());
    }
    out.getBuffer().setLength(0);
    assertEquals(0, run("--version"));
    assertTrue(out.toString().startsWith("peerbus "));
    for (String command : List.of("chat", "id", "key", "perf", "ping", "plugin")) {
      assertEquals(0, run(command, "--help"));
    }
    assertEquals("", err.toString());
  }

  @Test
  void idMakesAKeyOnceAndPrintsNothingButTheId() throws Exception {
    assertEquals(0, run("id", "--data", folder.resolve("a").toString()));
    String id = out.toString().trim();
    assertTrue(id.startsWith("12D3KooW"), id);
    assertTrue(err.toString().startsWith("Made a new key: "));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    assertEquals(0, run("id", "--data", folder.resolve("a").toString()));
    assertEquals(id, out.toString().trim());
    assertEquals("", err.toString());
  }

  @Test
  void idFollowsTheConfigFile() throws Exception {
    Path conf = Files.writeString(folder.resolve("c.json"),
        "{\"data\": \"d\", \"identity\": {\"file\": \"k\", \"type\": \"secp256k1\"}}");
    assertEquals(0, run("id", "--conf", conf.toString()));
    assertTrue(out.toString().startsWith("16Uiu2HA"), out.toString());
    assertTrue(Files.exists(folder.resolve("d/k")));
  }

  @Test
  void keysAreMadeAndShownAndTheSecretOnlyWhenAskedFor() throws Exception {
    String file = folder.resolve("a.key").toString();
    assertEquals(0, run("key", "generate", file, "--type", "secp256k1"));
    String made = out.toString();
    assertTrue(made.contains("type:       secp256k1") && made.contains("16Uiu2HA"), made);
    out.getBuffer().setLength(0);
    assertEquals(0, run("key", "show", file));
    assertEquals(made, out.toString());
    String secret = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file)));
    assertFalse(out.toString().contains(secret));
    out.getBuffer().setLength(0);
    assertEquals(0, run("key", "show", file, "--secret"));
    assertTrue(out.toString().contains("SECRET KEY: " + secret));
    KeyPair.of(Base64.getDecoder().decode(secret));
  }

  @Test
  void theKeyOfANetworkIsMadeOnce() throws Exception {
    String file = folder.resolve("swarm.key").toString();
    assertEquals(0, run("key", "network", file));
    assertTrue(out.toString().startsWith("Made " + file), out.toString());
    assertTrue(Files.readString(Path.of(file)).startsWith("/key/swarm/psk/1.0.0/\n"));
    assertEquals(Exit.DATA.code(), run("key", "network", file));
    assertTrue(err.toString().contains("exists and is left as it is"), err.toString());
  }

  @Test
  void aKeyThatExistsIsLeftAlone() throws Exception {
    String file = folder.resolve("a.key").toString();
    run("key", "generate", file);
    byte[] before = Files.readAllBytes(Path.of(file));
    assertEquals(Exit.DATA.code(), run("key", "generate", file));
    assertTrue(err.toString().contains("exists and is left as it is"), err.toString());
    assertArrayEquals(before, Files.readAllBytes(Path.of(file)));
    assertEquals(Exit.DATA.code(), run("key", "show", folder.resolve("missing").toString()));
  }

  @Test
  void mistakesInTheConfigAreAllPrintedAndNothingIsMade() throws Exception {
    Path conf = Files.writeString(folder.resolve("c.json"), "{\"data\": \"d\", \"nod\": 1, \"shards\": -1}");
    for (String command : List.of("id", "chat")) {
      err.getBuffer().setLength(0);
      assertEquals(Exit.CONFIG.code(), run(command, "--conf", conf.toString()));
      assertTrue(err.toString().contains("2 mistakes"), err.toString());
      assertTrue(err.toString().contains("  nod: unknown name; did you mean \"node\"?"), err.toString());
    }
    assertEquals(Exit.CONFIG.code(), run("chat", "--conf", folder.resolve("missing.json").toString()));
    assertTrue(err.toString().contains("no such file"), err.toString());
    try (var files = Files.list(folder)) {
      assertEquals(List.of(conf), files.toList());
    }
  }

  @Test
  void mistakesAboutPluginsStandInTheSameReport() throws Exception {
    new JarMaker("chat", "x.Y").withEntry("META-INF/peerbus/settings.schema.json", """
        {"additionalProperties": false, "properties": {"topic": {"type": "string"}}}""".getBytes(UTF_8))
        .write(plugins.resolve("chat.jar"));
    Path conf = Files.writeString(folder.resolve("c.json"), """
        {"data": "d", "nod": 1, "plugins": [{"id": "gosipsub"},
         {"id": "chat", "settings": {"tpoic": "x", "topic": 7}}, {"id": "ping", "settings": {"any": 1}}]}""");
    assertEquals(Exit.CONFIG.code(), run("chat", "--conf", conf.toString()));
    assertEquals(List.of("Fatal error: " + conf + ": 4 mistakes",
        "  nod: unknown name; did you mean \"node\"?",
        "  plugins[0].id: no jar in " + plugins + " holds plugin \"gosipsub\"; did you mean \"gossipsub\"?",
        "  plugins[1].settings.topic: is the number 7, must be a text \"…\"",
        "  plugins[1].settings.tpoic: unknown name; did you mean \"topic\"?"), err.toString().lines().toList());
    assertFalse(Files.exists(folder.resolve("d")), "nothing was started");
  }

  @Test
  void alsoACommandWithoutAConfigNeedsItsPlugins() throws Exception {
    Files.delete(plugins.resolve("ping.jar"));
    assertEquals(Exit.CONFIG.code(), run("ping", ADDRESS));
    assertEquals("peerbus ping: command line: plugins[0].id: no jar in " + plugins
        + " holds plugin \"ping\"; known here: chat, gossipsub, identify", err.toString().strip());
    err.getBuffer().setLength(0);
    assertEquals(Exit.CONFIG.code(), run("chat"));
    assertTrue(err.toString().startsWith("Fatal error: command line: plugins[1].id: no jar in "), err.toString());
    assertEquals(0, run("id", "--data", folder.resolve("a").toString()), "no node is started for that");
  }

  @Test
  void withoutOptionsAChatListensOnAFreePortOfAllInterfaces() throws Exception {
    NodeConfig config = chat(Map.of());
    assertEquals(List.of("/ip4/0.0.0.0/tcp/0"), list(config, "listen"));
    assertEquals(List.of(), list(config, "bootstrap"));
    assertEquals(List.of("identify", "ping", "gossipsub", "chat"),
        config.plugins().stream().map(plugin -> plugin.id()).toList());
    assertFalse(config.isNamed());
  }

  @Test
  void optionsComeBeforeTheFileAndTheFileBeforeTheDefaults() throws Exception {
    Path conf = Files.writeString(folder.resolve("c.json"), """
        {"node": "filed", "listen": ["/ip4/127.0.0.1/tcp/7"], "bootstrap": ["/ip4/127.0.0.1/tcp/8"],
         "plugins": [{"id": "gossipsub"}, {"id": "chat", "settings": {"topic": "t", "format": "text"}}]}""");
    NodeConfig filed = chat(Map.of(), "--conf", conf.toString());
    assertEquals("filed", filed.node());
    assertEquals(List.of("/ip4/127.0.0.1/tcp/7"), list(filed, "listen"));
    String named = "/ip4/127.0.0.1/tcp/10/p2p/" + PEER;
    NodeConfig over = chat(Map.of("REMOTE_PEER", "/ip4/127.0.0.1/tcp/9"), "--conf", conf.toString(), "--port", "5",
        "--listen", ADDRESS, "--name", "named", "-c", named, "--connect", "/ip4/127.0.0.1/tcp/8",
        "--format", "protobuf", "--data", folder.toString());
    assertEquals("named", over.node());
    assertEquals(List.of("/ip4/0.0.0.0/tcp/5", ADDRESS), list(over, "listen"));
    assertEquals(List.of(named, "/ip4/127.0.0.1/tcp/8"), list(over, "bootstrap"), "those that can be found again");
    assertEquals(new JsonObject().put("topic", "t").put("format", "protobuf")
            .put("connect", new JsonArray().add("/ip4/127.0.0.1/tcp/9").add(named).add("/ip4/127.0.0.1/tcp/8")),
        over.plugins().get(1).settings());
    assertEquals(folder, over.data().orElseThrow());
  }

  @Test
  void aWrongRemotePeerAndAChatWithoutChatAreRefused() throws Exception {
    StartException error = assertThrows(StartException.class, () -> chat(Map.of("REMOTE_PEER", "nonsense")));
    assertEquals(Exit.USAGE, error.exit());
    Path conf = Files.writeString(folder.resolve("c.json"), "{\"plugins\": []}");
    error = assertThrows(StartException.class, () -> chat(Map.of(), "--conf", conf.toString()));
    assertEquals(Exit.CONFIG, error.exit());
    assertEquals(0, list(chat(Map.of("REMOTE_PEER", " ")), "bootstrap").size());
  }
}
