package io.peerbus.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyType;
import io.peerbus.host.HostOptions;
import io.peerbus.host.PeerSources;
import io.peerbus.host.Timeouts;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigTest {

  private static NodeConfig of(String json) throws ConfigException {
    return NodeConfig.of("-conf", json.replace('\'', '"'), PluginRules.NONE);
  }

  private static List<String> mistakes(String json) {
    ConfigException error = assertThrows(ConfigException.class, () -> of(json));
    return error.mistakes().stream().map(Mistake::toString).toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'nod': 'a'} | nod: unknown name; did you mean \"node\"?",
      "{'Listen': []} | Listen: unknown name; did you mean \"listen\"?",
      "{'lsiten': []} | lsiten: unknown name; did you mean \"listen\"?",
      "{'boostrap': []} | boostrap: unknown name; did you mean \"bootstrap\"?",
      "{'bootstrap-peers': []} | bootstrap-peers: unknown name; known here: node, data, identity, listen, announce, "
          + "bootstrap, agentVersion, protocolVersion, privateNetwork, websocket, security, muxers, shards, dnsServer,"
          + " keepPeers, redial, limits, gater, connections, capacity, profile, pluginFolder, plugins, pluginPolicy, bridge,"
          + " logging, metrics, vertx",
      "{'': 1} | \"\": unknown name; known here: node, data, identity, listen, announce, "
          + "bootstrap, agentVersion, protocolVersion, privateNetwork, websocket, security, muxers, shards, dnsServer,"
          + " keepPeers, redial, limits, gater, connections, capacity, profile, pluginFolder, plugins, pluginPolicy, bridge,"
          + " logging, metrics, vertx",
      "{'muxers': ['yamux', 'mplx']} | muxers[1]: \"mplx\" is not one of yamux, mplex; did you mean \"mplex\"?",
      "{'muxers': []} | muxers: has too few entries, at least 1",
      "{'muxers': ['mplex', 'mplex']} | muxers: has an entry twice",
      "{'muxers': 'mplex'} | muxers: is the text \"mplex\", must be a list […]",
      "{'logging': {'io.peerbus': 'LOUD'}} | logging.io.peerbus: \"LOUD\" is not one of TRACE, DEBUG, INFO, WARN,"
          + " ERROR, OFF",
      "{'logging': {'io.peerbus': 'DEBGU'}} | logging.io.peerbus: \"DEBGU\" is not one of TRACE, DEBUG, INFO, WARN,"
          + " ERROR, OFF; did you mean \"DEBUG\"?",
      "{'plugins': [{'id': 'a', 'budget': {'stream': 1}}]} | plugins[0].budget.stream: unknown name; did you mean"
          + " \"streams\"?",
      "{'plugins': [{'id': 'a', 'budget': {'streams': 0}}]} | plugins[0].budget.streams: 0 is out of range, 1 to"
          + " 1000000",
      "{'bridge': {'host': '0.0.0.0'}} | bridge.host: \"0.0.0.0\" is not a loopback address: 127.0.0.1 or ::1. From"
          + " elsewhere, forward the port with ssh -L",
      "{'bridge': {'enable': true}} | bridge.enable: unknown name; did you mean \"enabled\"?",
      "{'bridge': {'plugins': [{'id': 'plugins'}]}} | bridge.plugins[0].id: \"plugins\" is the node's own and never"
          + " open to a plugin over the bridge",
      "{'bridge': {'plugins': [{'id': 'a', 'calls': ['b', 'control']}]}} | bridge.plugins[0].calls[1]: \"control\" is"
          + " the node's own and never open to a plugin over the bridge",
      "{'bridge': {'plugins': [{'id': 'a'}, {'id': 'a'}]}} | bridge.plugins[1].id: \"a\" is already bridge.plugins[0]",
      "{'plugins': [{'id': 'a'}], 'bridge': {'plugins': [{'id': 'a'}]}} | bridge.plugins[0].id: \"a\" is already"
          + " plugins[0]",
      "{'bridge': {'limits': {'maxFrameBytes': 1000}}} | bridge.limits.maxFrameBytes: 1000 is out of range, 98304 to"
          + " 16777216",
      "{'node': 7} | node: is the number 7, must be a text \"…\"",
      "{'node': null} | node: is null, must be a text \"…\"",
      "{'node': 'a b'} | node: \"a b\" is not a node name: letters, digits, - and _, at most 63, not starting with"
          + " - or _",
      "{'node': ''} | node: \"\" is not a node name: letters, digits, - and _, at most 63, not starting with - or _",
      "{'node': 'a.b'} | node: \"a.b\" is not a node name: letters, digits, - and _, at most 63, not starting with"
          + " - or _",
      "{'data': ''} | data: is too short, at least 1 characters",
      "{'identity': 'key'} | identity: is the text \"key\", must be an object {…}",
      "{'identity': {'type': 'rsa'}} | identity.type: \"rsa\" is not one of ed25519, secp256k1",
      "{'identity': {'type': 'ed25591'}} | identity.type: \"ed25591\" is not one of ed25519, secp256k1;"
          + " did you mean \"ed25519\"?",
      "{'identity': {'fille': 'x'}} | identity.fille: unknown name; did you mean \"file\"?",
      "{'listen': '/ip4/0.0.0.0/tcp/1'} | listen: is the text \"/ip4/0.0.0.0/tcp/1\", must be a list […]",
      "{'listen': [4001]} | listen[0]: is the number 4001, must be a text \"…\"",
      "{'listen': ['/ip4/1.2.3.4/udp/1']} | listen[0]: /ip4/1.2.3.4/udp/1 cannot be listened on, must be "
          + "/ip4/…/tcp/… or /ip6/…/tcp/…, perhaps with /ws or /tls/ws behind",
      "{'listen': ['/ip4/1.2.3.4/tcp/1/tls/sni/a/ws']} | listen[0]: /ip4/1.2.3.4/tcp/1/tls/sni/a/ws cannot be listened"
          + " on, must be /ip4/…/tcp/… or /ip6/…/tcp/…, perhaps with /ws or /tls/ws behind",
      "{'listen': ['/dns4/a.example/tcp/1/ws']} | listen[0]: /dns4/a.example/tcp/1/ws cannot be listened on, must be "
          + "/ip4/…/tcp/… or /ip6/…/tcp/…, perhaps with /ws or /tls/ws behind",
      "{'listen': ['/ip4/1.2.3.4/tcp/1', '/ip4/1.2.3.4/tcp/1/ws']} | listen[1]: /ip4/1.2.3.4/tcp/1/ws is already"
          + " listened on by listen[0]",
      "{'listen': ['/ip4/0.0.0.0/tcp/1', '/ip6/::1/tcp/1/ws']} | listen[1]: /ip6/::1/tcp/1/ws is already listened on by"
          + " listen[0]",
      "{'listen': ['/ip4/0.0.0.0/tcp/1', '/ip6/::/tcp/1/wss'], 'websocket': {'certificate': 'a', 'key': 'b'}} |"
          + " listen[1]: /ip6/::/tcp/1/tls/ws is already listened on by listen[0]",
      "{'listen': ['/ip4/1.2.3.4/tcp/1/tls/ws']} | listen[0]: /ip4/1.2.3.4/tcp/1/tls/ws needs a certificate: name the"
          + " files of it and of its key, both PEM, in websocket.certificate and websocket.key",
      "{'websocket': {'certificate': 'cert.pem'}} | websocket: has a certificate and no key, must have both or none",
      "{'websocket': {'key': 'key.pem'}} | websocket: has a key and no certificate, must have both or none",
      "{'websocket': {'cert': 'cert.pem'}} | websocket.cert: unknown name; known here: certificate, key, trust",
      "{'listen': ['/ip4/1.2.3.4/tcp/1', '/ip4/1.2.3.4/tcp/1']} | listen[1]: /ip4/1.2.3.4/tcp/1 is already listened on "
          + "by listen[0]",
      "{'listen': ['/ip4/0.0.0.0/tcp/1', '/ip4/1.2.3.4/tcp/1']} | listen[1]: /ip4/1.2.3.4/tcp/1 is already listened on "
          + "by listen[0]",
      "{'listen': ['/ip6/::1/tcp/1', '/ip6/::/tcp/1']} | listen[1]: /ip6/::/tcp/1 is already listened on by listen[0]",
      "{'announce': ['/ip4/1.2.3.4/tcp/0']} | announce[0]: /ip4/1.2.3.4/tcp/0 has no port that a peer could dial",
      "{'bootstrap': ['/ip4/1.2.3.4/udp/1/quic-v1']} | bootstrap[0]: /ip4/1.2.3.4/udp/1/quic-v1 cannot be dialled, "
          + "only tcp is spoken",
      "{'bootstrap': ['/ip4/1.2.3.4/tcp/0']} | bootstrap[0]: /ip4/1.2.3.4/tcp/0 has port 0, which nobody listens on",
      "{'bootstrap': ['/ip4/1.2.3.4/tcp/1', '/ip4/1.2.3.4/tcp/1']} | bootstrap[1]: /ip4/1.2.3.4/tcp/1 is the same as "
          + "bootstrap[0]",
      "{'shards': -1} | shards: -1 is out of range, 0 to 1024",
      "{'shards': 1.5} | shards: is the number 1.5, must be a whole number",
      "{'shards': 99999999999999999999} | shards: 99999999999999999999 is out of range, 0 to 1024",
      "{'limits': {'maxConnections': 0}} | limits.maxConnections: 0 is out of range, 1 to 1000000",
      "{'limits': {'maxConections': 5}} | limits.maxConections: unknown name; did you mean \"maxConnections\"?",
      "{'gater': {'dney': []}} | gater.dney: unknown name; did you mean \"deny\"?",
      "{'gater': {'deny': ['10.1.0.0/8']}} | gater.deny[0]: \"10.1.0.0/8\": it has bits beyond its prefix; the subnet is"
          + " 10.0.0.0/8",
      "{'gater': {'deny': ['10.0.0.0/8'], 'allow': ['10.0.0.0/8']}} | gater.allow[0]: \"10.0.0.0/8\" is the same as"
          + " gater.deny[0]",
      "{'gater': {'allow': ['/ip4/1.2.3.4']}} | gater.allow[0]: \"/ip4/1.2.3.4\": a multiaddr names an address and a"
          + " port: give its IP address or its peer id alone",
      "{'connections': {'low': 5, 'high': 4}} | connections.low: 5 is more than 4, which is connections.high",
      "{'connections': {'high': 0}} | connections.high: 0 is out of range, 1 to 1000000",
      "{'profile': 'servr'} | profile: \"servr\" is not one of laptop, server, small; did you mean \"server\"?",
      "{'capacity': {'stream': 1}} | capacity.stream: unknown name; did you mean \"streams\"?",
      "{'plugins': {}} | plugins: is an object, must be a list […]",
      "{'plugins': ['ping']} | plugins[0]: is the text \"ping\", must be an object {…}",
      "{'plugins': [{}]} | plugins[0]: \"id\" is missing",
      "{'plugins': [{'id': 'Ping'}]} | plugins[0].id: \"Ping\" is not a plugin id: small letters, digits and -, at most"
          + " 63",
      "{'plugins': [{'id': 'ping'}, {'id': 'ping'}]} | plugins[1].id: \"ping\" is already plugins[0]",
      "{'plugins': [{'id': 'data'}]} | plugins[0].id: \"data\" is the name of an address of the node itself: choose"
          + " another id",
      "{'plugins': [{'id': 'bridge', 'plugin': 'ping'}]} | plugins[0].id: \"bridge\" is the name of an address of the node"
          + " itself: choose another id",
      "{'plugins': [{'id': 'a', 'plugin': 'B'}]} | plugins[0].plugin: \"B\" is not a Plugin-Id, as in the jar's"
          + " manifest: small letters, digits and -, at most 63",
      "{'plugins': [{'id': 'ping', 'settngs': {}}]} | plugins[0].settngs: unknown name; did you mean \"settings\"?",
      "{'plugins': [{'id': 'ping', 'settings': []}]} | plugins[0].settings: is a list, must be an object {…}",
      "{'plugins': [{'id': 'ping', 'threading': 'workers'}]} | plugins[0].threading: \"workers\" is not one of "
          + "event-loop, worker, virtual-thread; did you mean \"worker\"?",
      "{'plugins': [{'id': 'ping', 'jar': '../x.jar'}]} | plugins[0].jar: \"../x.jar\" is not the name of a .jar file"
          + " in the plugin folder",
      "{'vertx': {'workerPolSize': 1}} | vertx.workerPolSize: unknown name; did you mean \"workerPoolSize\"?",
      "{'vertx': {'workerPoolSize': 0}} | vertx.workerPoolSize: 0 is out of range, 1 to 4096",
      "{'vertx': {'preferNativeTransport': 'yes'}} | vertx.preferNativeTransport: is the text \"yes\", must be true or "
          + "false",
      "{'vertx': {'maxWorkerExecuteTimeUnit': 'SECOND'}} | vertx.maxWorkerExecuteTimeUnit: \"SECOND\" is not one of "
          + "NANOSECONDS, MICROSECONDS, MILLISECONDS, SECONDS, MINUTES; did you mean \"SECONDS\"?",
      "[] | must be one JSON object, {…}",
  })
  void eachMistakeIsNamedWithItsPathAndWhatWouldBeRight(String json, String mistake) {
    String text = json.startsWith("[") ? " {" : json;
    if (json.startsWith("[")) {
      ConfigException error = assertThrows(ConfigException.class, () -> ConfigText.parse("x", json));
      assertEquals(mistake, error.mistakes().get(0).toString());
      return;
    }
    assertEquals(List.of(mistake), mistakes(text));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "/ip4/0.0.0.0/tcp/65536", "/ip4/0.0.0.256/tcp/1", "ip4/0.0.0.0/tcp/1", "0.0.0.0:4001", "``", "/ip4/1.2.3.4/tpc/1",
  })
  void whatIsNoMultiaddrIsRefused(String address) {
    String quoted = "listen[0]: \"" + address + "\" is no multiaddr: ";
    List<String> mistakes = mistakes("{'listen': ['" + address + "']}");
    assertEquals(1, mistakes.size());
    assertTrue(mistakes.get(0).startsWith(quoted), mistakes.get(0));
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    List<String> mistakes = mistakes("""
        {'nod': 'x', 'listen': ['/ip4/1.2.3.4/tcp/99999', 7], 'shards': 'many',
         'plugins': [{'idd': 'x'}, {'id': 'a', 'threading': 'fast'}], 'vertx': {'x': 1}}""");
    assertEquals(8, mistakes.size(), mistakes.toString());
    ConfigException error = assertThrows(ConfigException.class, () -> of("{'a': 1, 'b': 2}"));
    assertTrue(error.getMessage().startsWith("-conf: 2 mistakes" + System.lineSeparator() + "  a: unknown name"),
        error.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"a\": 1,} | line 1, column 9: ",
      "{\"a\" 1} | line 1, column 6: ",
      "{'a': 1} | line 1, column 2: ",
      "{\"a\": 1} {} | line 1, column ",
      "{\"a\": 1, \"a\": 2} | line 1, column 13: Duplicate field 'a'",
      "{\"a\": tru} | line 1, column ",
      "{\"a\": // comment | line 1, column ",
      "{\"a\": 00} | line 1, column ",
      "`` | is empty",
      "null | must be one JSON object",
      "3 | must be one JSON object",
  })
  void syntaxErrorsAreNamedWithLineAndColumn(String text, String start) {
    ConfigException error = assertThrows(ConfigException.class, () -> ConfigText.parse("file", text));
    assertTrue(error.mistakes().get(0).toString().startsWith(start), error.getMessage());
  }

  @Test
  void theLineIsThatOfTheMistake() {
    ConfigException error = assertThrows(ConfigException.class,
        () -> ConfigText.parse("file", "{\n  \"node\": \"a\",\n  \"listen\": [\n  }\n}\n"));
    assertTrue(error.getMessage().startsWith("file: line 4, column "), error.getMessage());
  }

  @Test
  void deepNestingIsRefusedBeforeAnyParserRecurses() {
    for (String bomb : List.of("{\"a\":" + "[".repeat(500_000), "{\"a\":".repeat(100_000))) {
      ConfigException error = assertThrows(ConfigException.class, () -> ConfigText.parse("file", bomb));
      assertTrue(error.getMessage().contains("nesting depth"), error.getMessage());
    }
  }

  @Test
  void aFileThatIsMissingAFolderTooLargeOrNoTextIsRefused(@TempDir Path folder) throws Exception {
    assertThrows(ConfigException.class, () -> NodeConfig.read(folder.resolve("missing.json")));
    assertThrows(ConfigException.class, () -> NodeConfig.read(folder));
    Path large = Files.write(folder.resolve("large.json"), new byte[ConfigText.MAX_BYTES + 1]);
    assertThrows(ConfigException.class, () -> NodeConfig.read(large));
    Path latin = Files.write(folder.resolve("latin.json"), "{\"node\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));
    ConfigException error = assertThrows(ConfigException.class, () -> NodeConfig.read(latin));
    assertTrue(error.getMessage().endsWith("is not UTF-8 text"), error.getMessage());
  }

  @Test
  void pathsInAFileAreRelativeToTheFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("a.json"), "{\"data\": \"../x\", \"pluginFolder\": \"p\"}");
    NodeConfig config = NodeConfig.read(file);
    assertEquals(folder.resolveSibling("x"), config.data().orElseThrow());
    assertEquals(folder.resolve("p"), config.pluginFolder().orElseThrow());
    assertEquals(config.data(), NodeConfig.of("again", config.toJson(), Path.of("/elsewhere")).data());
  }

  @Test
  void anEmptyConfigIsANodeWithTheBasicPlugins() throws Exception {
    NodeConfig config = of("{}");
    assertEquals("node", config.node());
    assertFalse(config.isNamed());
    assertEquals(KeyType.ED25519, config.identityType());
    assertEquals("identity.key", config.identityFile());
    assertEquals(List.of("identify", "ping", "gossipsub"), config.plugins().stream().map(PluginConfig::id).toList());
    assertEquals(new JsonObject().put("node", "node"), config.hostOptions());
  }

  @Test
  void ourPluginsRunOnEventLoopsAndOthersOnWorkersUnlessToldOtherwise() throws Exception {
    List<PluginConfig> plugins = of("{'plugins': [{'id': 'chat'}, {'id': 'other'}, {'id': 'third', "
        + "'threading': 'event-loop', 'jar': 'x.jar', 'settings': {'a': 1}}]}").plugins();
    assertEquals(List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER, ThreadingModel.EVENT_LOOP),
        plugins.stream().map(PluginConfig::threading).toList());
    assertEquals("x.jar", plugins.get(2).jar());
    assertEquals(1, plugins.get(2).settings().getInteger("a"));
  }

  @Test
  void theShippedConfigsAreValid() throws Exception {
    for (String name : List.of("chat.json", "node.json", "dht.json")) {
      NodeConfig config = NodeConfig.read(Path.of("../conf", name));
      assertTrue(config.isNamed());
      new HostOptions(config.hostOptions());
      new VertxOptions(config.vertx());
    }
  }

  @Test
  void aNativeTransportThatIsNotThereIsUsedOnlyIfTheConfigSaysSo() throws Exception {
    assertFalse(new VertxOptions(of("{'vertx': {'eventLoopPoolSize': 3}}").vertx()).getPreferNativeTransport());
    assertEquals(3, of("{'vertx': {'eventLoopPoolSize': 3}}").vertx().getInteger("eventLoopPoolSize"));
    assertTrue(new VertxOptions(of("{'vertx': {'preferNativeTransport': true}}").vertx()).getPreferNativeTransport());
  }

  @Test
  void everyOptionOfTheHostCanBeSetAndNoOther() throws Exception {
    JsonObject properties = NodeConfig.schema().getJsonObject("properties");
    Set<String> offered = new TreeSet<>(properties.getJsonObject("limits").getJsonObject("properties").fieldNames());
    JsonObject known = new HostOptions().toJson();
    assertTrue(offered.removeAll(known.getJsonObject("timeouts").fieldNames()));
    assertEquals(List.of(), offered.stream().filter(name -> name.endsWith("TimeoutMillis")).toList());
    offered.addAll(List.of("node", "listen", "announce", "bootstrap", "agentVersion", "protocolVersion", "security",
        "muxers", "gater", "connections", "capacity", "shards", "peers", "timeouts"));
    assertEquals(new TreeSet<>(known.fieldNames()), offered);
  }

  @Test
  void limitsAndTimesGoToTheHost() throws Exception {
    HostOptions options = new HostOptions(of("{'limits': {'maxConnectionsPerPeer': 2, 'dialTimeoutMillis': 1,"
        + " 'upgradeTimeoutMillis': 2, 'negotiationTimeoutMillis': 3, 'stallTimeoutMillis': 4}}").hostOptions());
    assertEquals(2, options.getMaxConnectionsPerPeer());
    assertEquals(new Timeouts(1, 2, 3, 4), options.getTimeouts());
  }

  @Test
  void whereNamesAreAskedForAndWhoIsDialledAgainGoesToTheHost() throws Exception {
    NodeConfig config = of("{'dnsServer': '[::1]:5353', 'redial': 7, 'bootstrap': ['/dnsaddr/a.example']}");
    assertEquals(new PeerSources("[::1]:5353", "", 7), new HostOptions(config.hostOptions()).getPeers());
    assertTrue(config.keepsPeers());
    assertFalse(of("{'keepPeers': false}").keepsPeers());
    for (String server : List.of("127.0.0.1", "localhost:53", "::1:53", "[127.0.0.1]:53", "127.0.0.1:0")) {
      ConfigException wrong = assertThrows(ConfigException.class, () -> of("{'dnsServer': '" + server + "'}"));
      assertTrue(wrong.getMessage().contains("dnsServer: \"" + server
          + "\" is no ADDRESS:PORT such as 127.0.0.1:53 or [::1]:53"), wrong.getMessage());
    }
  }

  @Test
  void everyOptionOfVertxInTheSchemaExists() {
    JsonObject offered = NodeConfig.schema().getJsonObject("properties").getJsonObject("vertx")
        .getJsonObject("properties");
    JsonObject known = new VertxOptions().toJson();
    Set<String> unknown = new TreeSet<>(offered.fieldNames());
    unknown.removeAll(known.fieldNames());
    unknown.removeAll(List.of("metricsOptions", "tracingOptions"));
    assertEquals(Set.of(), unknown);
  }

  @Test
  void theBridgeIsOffUnlessItIsSwitchedOn() throws Exception {
    assertTrue(of("{}").bridge().isEmpty());
    assertTrue(of("{'bridge': {'port': 1}}").bridge().isEmpty());
    assertTrue(of("{'bridge': {'enabled': false}}").bridge().isEmpty());
    BridgeConfig bridge = of("{'bridge': {'enabled': true, 'plugins': [{'id': 'a', 'calls': ['b'],"
        + "'budget': {'streams': 7}}], 'limits': {'maxConnections': 3}}}").bridge().orElseThrow();
    assertEquals("127.0.0.1", bridge.host());
    assertEquals(BridgeConfig.DEFAULT_PORT, bridge.port());
    assertEquals("bridge.token", bridge.tokenFile());
    assertEquals(3, bridge.limits().maxConnections());
    assertEquals(BridgeLimits.DEFAULT.maxFrameBytes(), bridge.limits().maxFrameBytes());
    BridgeConfig.ForeignPlugin plugin = bridge.plugin("a").orElseThrow();
    assertEquals(List.of("b"), plugin.calls());
    assertEquals(7, plugin.streams());
    assertTrue(bridge.plugin("b").isEmpty());
  }

  @Test
  void everyMistakeInABridgeIsReportedAtOnce() {
    assertEquals(List.of(
        "bridge.host: \"example.org\" is not a loopback address: 127.0.0.1 or ::1. From elsewhere, forward the port"
            + " with ssh -L",
        "bridge.port: 65536 is out of range, 0 to 65535",
        "bridge.plugins[0]: \"id\" is missing",
        "bridge.plugins[1].id: \"bridge\" is the node's own and never open to a plugin over the bridge"),
        mistakes("{'bridge': {'host': 'example.org', 'port': 65536, 'plugins': [{}, {'id': 'bridge'}]}}"));
  }
}
