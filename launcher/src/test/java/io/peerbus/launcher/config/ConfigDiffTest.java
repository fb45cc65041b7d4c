package io.peerbus.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDiffTest {

  private static NodeConfig of(String json) throws ConfigException {
    return NodeConfig.of("test", new JsonObject(json.replace('\'', '"')), Path.of("/"));
  }

  private static List<String> changes(String before, String after) throws ConfigException {
    return ConfigDiff.between(of(before), of(after)).stream().map(ConfigChange::text).toList();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{} | {}",
      "{'plugins': [{'id': 'identify'}, {'id': 'ping'}, {'id': 'gossipsub'}]} | {}",
      "{'plugins': [{'id': 'a'}]} | {'plugins': [{'id': 'a', 'settings': {}, 'budget': {}, 'threading': 'worker'}]}",
      "{'plugins': [{'id': 'ping'}]} | {'plugins': [{'id': 'ping', 'plugin': 'ping'}]}",
      "{'plugins': [{'id': 'a', 'plugin': 'ping'}]} | {'plugins': [{'id': 'a', 'plugin': 'ping',"
          + " 'threading': 'event-loop'}]}",
      "{'plugins': [{'id': 'a'}, {'id': 'b'}]} | {'plugins': [{'id': 'b'}, {'id': 'a'}]}",
      "{'pluginPolicy': {'signed': 'optional'}} | {'pluginPolicy': {}}",
      "{'limits': {}} | {}",
      "{'listen': ['/ip4/0.0.0.0/tcp/1']} | {}",
  })
  void whatComesToTheSameIsNoChange(String before, String after) throws Exception {
    assertEquals(List.of(), changes(before, after));
    assertEquals(List.of(), changes(after, before));
  }

  @Test
  void whatGoesComesFirstAndEachPartThatDiffersIsNamed() throws Exception {
    assertEquals(List.of("logging changed: a, b, c", "limits changed: maxPending, maxPerIp", "pluginPolicy changed",
        "plugin gone removed", "plugin fresh added", "plugin moved changed: jar, threading",
        "plugin tuned changed: budget, settings, supervision", "plugin b changed: plugin"),
        changes("{'logging': {'a': 'INFO', 'b': 'INFO', 'd': 'OFF'}, 'limits': {'maxPerIp': 1, 'maxConnections': 5},"
            + "'plugins': [{'id': 'gone'}, {'id': 'moved'}, {'id': 'tuned'}, {'id': 'same'},"
            + "{'id': 'b', 'plugin': 'a'}]}",
            "{'logging': {'a': 'DEBUG', 'c': 'INFO', 'd': 'OFF'}, 'limits': {'maxPending': 1, 'maxConnections': 5},"
            + "'pluginPolicy': {'pins': {'same': '" + "0".repeat(64) + "'}},"
            + "'plugins': [{'id': 'moved', 'jar': 'x.jar', 'threading': 'event-loop'}, {'id': 'fresh'}, {'id': 'same'},"
            + "{'id': 'tuned', 'settings': {'topic': 'x'}, 'budget': {'streams': 1},"
            + "'supervision': {'restarts': 1}}, {'id': 'b', 'plugin': 'c'}]}"));
  }

  @Test
  void limitsCarryAllOfThemAndNotOnlyWhatDiffers() throws Exception {
    NodeConfig after = of("{'node': 'n', 'limits': {'maxPending': 1, 'maxPerIp': 2}}");
    ConfigChange.Limits limits = (ConfigChange.Limits) ConfigDiff.between(of("{'limits': {'maxPending': 1}}"), after)
        .get(0);
    assertEquals(after.hostOptions(), limits.hostOptions());
    assertEquals(List.of("maxPerIp"), limits.names());
  }

  @Test
  void theGaterChangesAtOnceWithAllOfItsRules() throws Exception {
    NodeConfig after = of("{'gater': {'deny': ['10.0.0.0/8']}}");
    ConfigChange change = ConfigDiff.between(of("{'gater': {'allow': ['*']}}"), after).get(0);
    assertEquals("gater changed", change.text());
    assertEquals(after.hostOptions(), ((ConfigChange.Gater) change).hostOptions());
    assertEquals(List.of("10.0.0.0/8"), after.hostOptions().getJsonObject("gater").getJsonArray("deny").getList());
    assertEquals(List.of(), changes("{'gater': {}}", "{}"));
    assertEquals(List.of(), ConfigDiff.restart(of("{}"), after));
  }

  @Test
  void howManyConnectionsAreKeptIsALimit() throws Exception {
    assertEquals(List.of("limits changed: connections, maxPerIp"),
        changes("{'limits': {'maxPerIp': 1}}", "{'connections': {'high': 7}}"));
    assertEquals(List.of(), changes("{'connections': {}, 'capacity': {}}", "{}"));
    assertEquals(List.of("limits changed: capacity, profile"),
        changes("{'profile': 'small'}", "{'capacity': {'streams': 7}}"));
  }

  @Test
  void whatNeedsARestartIsNamed() throws Exception {
    assertEquals(List.of("node", "identity", "data", "listen", "announce", "bootstrap", "agentVersion",
        "protocolVersion", "muxers", "shards", "dnsServer", "keepPeers", "redial", "pluginFolder", "bridge",
        "vertx"),
        ConfigDiff.restart(of("{'listen': ['/ip4/0.0.0.0/tcp/1'], 'shards': 1}"),
            of("{'node': 'n', 'identity': {'type': 'secp256k1'}, 'data': 'd', 'announce': ['/ip4/1.2.3.4/tcp/1'],"
                + "'bootstrap': ['/ip4/1.2.3.4/tcp/1'], 'agentVersion': 'a', 'protocolVersion': 'p',"
                + "'muxers': ['mplex'], 'dnsServer': '127.0.0.1:53', 'keepPeers': false, 'redial': 1,"
                + "'pluginFolder': 'p', 'bridge': {'enabled': true}, 'vertx': {'workerPoolSize': 1}}")));
    assertEquals(List.of(), ConfigDiff.restart(of("{}"), of("{'node': 'node', 'listen': [], 'vertx': {},"
        + "'identity': {'file': 'identity.key', 'type': 'ed25519'}, 'limits': {'maxPending': 1}, '$schema': 'x'}")));
  }
}
