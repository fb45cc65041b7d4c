package io.peerbus.launcher.config;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever a config holds, it is accepted or refused with reasons: nothing else comes out. */
class NodeConfigPropertyTest {

  @Property(tries = 300)
  void anyObjectIsAcceptedOrRefusedWithReasons(@ForAll("objects") JsonObject json) {
    try {
      NodeConfig config = NodeConfig.of("property", json, Path.of(""));
      config.plugins();
      config.hostOptions();
      config.identityType();
      config.pluginPolicy();
    } catch (ConfigException e) {
      assertFalse(e.mistakes().isEmpty());
    }
  }

  @Property(tries = 500)
  void anyTextIsParsedOrRefusedWithReasons(@ForAll("texts") String text) {
    try {
      ConfigText.parse("property", text);
    } catch (ConfigException e) {
      assertFalse(e.mistakes().isEmpty());
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("{}[]\":,\\ \n\ttruefalsn0123456789.eE+-\u0000é").ofMaxLength(40)
        .map(text -> "{" + text);
  }

  @Provide
  Arbitrary<JsonObject> objects() {
    return object(Arbitraries.lazyOf(this::leaves, this::leaves, () -> object(leaves()), () -> list(leaves()),
        () -> list(object(leaves()))));
  }

  private Arbitrary<JsonObject> object(Arbitrary<Object> values) {
    Arbitrary<String> names = Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.of("node", "data", "identity", "listen", "bootstrap", "announce", "plugins",
            "vertx", "limits", "id", "settings", "threading", "type", "file", "shards", "muxers", "jar",
            "pluginPolicy", "publishers", "pins", "signed", "production")),
        Tuple.of(1, Arbitraries.strings().all().ofMaxLength(6)));
    return Arbitraries.maps(names, values).ofMaxSize(5).map(map -> {
      JsonObject json = new JsonObject();
      map.forEach(json::put);
      return json;
    });
  }

  private Arbitrary<Object> list(Arbitrary<?> values) {
    return values.list().ofMaxSize(3).map(list -> new JsonArray(new ArrayList<>(list)));
  }

  private Arbitrary<Object> leaves() {
    return Arbitraries.of("x", "", "ed25519", "/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/1/p2p/x", "worker", "a.jar", 0,
        -1, 4.5, 1L << 40, true, new JsonObject(), new JsonArray());
  }
}
