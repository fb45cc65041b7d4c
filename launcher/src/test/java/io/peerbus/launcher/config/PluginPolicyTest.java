package io.peerbus.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginPolicyTest {

  private static final String PUBLISHER = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  private static PluginPolicy of(String policy) throws ConfigException {
    return NodeConfig.of("-conf", ("{'pluginPolicy': " + policy + "}").replace('\'', '"').replace("ID", PUBLISHER)
        .replace("SHA256", SHA256), (folder, plugins) -> List.of()).pluginPolicy();
  }

  @Test
  void withoutAWordEverySoundJarIsTaken() throws Exception {
    assertEquals(PluginPolicy.OPEN, NodeConfig.defaults().pluginPolicy());
    assertEquals(PluginPolicy.OPEN, of("{}"));
    assertEquals(PluginPolicy.OPEN, of("{'signed': 'optional', 'production': false}"));
  }

  @Test
  void whereThereArePublishersAJarMustBeSigned() throws Exception {
    PluginPolicy policy = of("{'publishers': ['ID'], 'pins': {'chat': 'SHA256'}}");
    assertEquals(List.of(PeerId.parse(PUBLISHER)), policy.publishers());
    assertEquals(Map.of("chat", SHA256), policy.pins());
    assertTrue(policy.signed());
    assertTrue(of("{'publishers': ['ID'], 'production': true, 'signed': 'required'}").signed());
    assertFalse(of("{'pins': {'chat': 'SHA256'}}").signed());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'production': true} | pluginPolicy: production is true, but publishers names nobody whose signature would"
          + " count: add the peer ids that \"peerbus plugin sign\" printed",
      "{'signed': 'required', 'publishers': []} | pluginPolicy: signed is \"required\", but publishers names nobody"
          + " whose signature would count: add the peer ids that \"peerbus plugin sign\" printed",
      "{'signed': 'optional', 'publishers': ['ID']} | pluginPolicy.signed: cannot be \"optional\" when publishers are"
          + " given: leave it out",
      "{'signed': 'optional', 'publishers': ['ID'], 'production': true} | pluginPolicy.signed: cannot be \"optional\""
          + " when production is true: leave it out",
      "{'signed': 'requird', 'publishers': ['ID']} | pluginPolicy.signed: \"requird\" is not one of required, optional;"
          + " did you mean \"required\"?",
      "{'publisher': []} | pluginPolicy.publisher: unknown name; did you mean \"publishers\"?",
      "{'publishers': 'ID'} | pluginPolicy.publishers: is the text"
          + " \"12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F…\", must be a list […]",
      "{'publishers': [7]} | pluginPolicy.publishers[0]: is the number 7, must be a text \"…\"",
      "{'publishers': ['ID', 'ID']} | pluginPolicy.publishers[1]: " + PUBLISHER + " is there twice",
      "{'publishers': ['QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N']} | pluginPolicy.publishers[0]:"
          + " QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N is not the peer id of an ed25519 key",
      "{'pins': []} | pluginPolicy.pins: is a list, must be an object {…}",
      "{'pins': {'Chat': 'SHA256'}} | pluginPolicy.pins.Chat: is no plugin id: small letters, digits and -, at most 63",
      "{'pins': {'chat': 'abc'}} | pluginPolicy.pins.chat: is no SHA-256: 64 hexadecimal digits, as sha256sum prints"
          + " them",
      "{'pins': {'chat': 7}} | pluginPolicy.pins.chat: is no SHA-256: 64 hexadecimal digits, as sha256sum prints them",
  })
  void eachMistakeIsNamedWithItsPathAndWhatWouldBeRight(String policy, String mistake) {
    ConfigException error = assertThrows(ConfigException.class, () -> of(policy));
    assertEquals(List.of(mistake), error.mistakes().stream().map(Mistake::toString).toList());
  }

  @Test
  void whatIsNoPeerIdIsNamed() {
    ConfigException error = assertThrows(ConfigException.class, () -> of("{'publishers': ['alice']}"));
    assertTrue(error.getMessage().startsWith("-conf: pluginPolicy.publishers[0]: peer id 'alice': "),
        error.getMessage());
  }
}
