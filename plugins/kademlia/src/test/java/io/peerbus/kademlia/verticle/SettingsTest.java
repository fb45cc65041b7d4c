package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.kademlia.AddressPolicy;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.KademliaOptionsTest;
import io.peerbus.kademlia.Mode;
import io.peerbus.settings.SettingsContract;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void everyOptionGoesToJsonAndBack() {
    JsonObject json = KademliaSettings.ALL.write(KademliaOptionsTest.different());
    assertEquals(json, KademliaSettings.ALL.write(KademliaSettings.ALL.readEach(json)));
    for (String name : json.fieldNames()) {
      assertTrue(!json.getValue(name).equals(KademliaSettings.ALL.write(new KademliaOptions()).getValue(name)), name);
    }
  }

  @Test
  void settingsAreRead() {
    KademliaOptions options = KademliaSettings.ALL.read(new JsonObject()
        .put("protocol", "/my-chat/kad/1.0.0").put("mode", "server")
        .put("strict", false).put("addresses", "private").put("k", 5).put("refreshMillis", 300_000.0)
        .put("recordTtlMillis", 31_536_000_000L).put("maxRecords", 7).put("file", "dht.db"));
    assertEquals("/my-chat/kad/1.0.0", options.getProtocol());
    assertEquals(Mode.SERVER, options.getMode());
    assertEquals(AddressPolicy.PRIVATE, options.getAddresses());
    assertEquals(5, options.getK());
    assertEquals(Duration.ofMinutes(5), options.getRefresh());
    assertEquals(Duration.ofDays(365), options.getRecordTtl());
    assertEquals(7, options.getLimits().getMaxRecords());
    assertNull(KademliaSettings.file(new JsonObject()));
  }

  @Test
  void everyMistakeIsNamed() {
    FailureException failure = assertThrows(FailureException.class, () -> KademliaSettings.ALL.read(new JsonObject()
        .put("mode", "fast").put("k", 0).put("alpha", "ten").put("strict", 1).put("protocol", "kad").put("file", "")));
    assertEquals(Failure.BAD_REQUEST, failure.failure());
    assertEquals("kademlia: settings.mode: \"fast\" is none of auto, client, server; "
        + "settings.k: 0 is not in 1 to 1000; settings.alpha: \"ten\" is no whole number of 32 bits; "
        + "settings.strict: 1 is neither true nor false; "
        + "settings.protocol: \"kad\" does not begin with / or has more than 256 characters; settings.file: empty",
        failure.getMessage());
    assertEquals("kademlia: settings.beta: 3 is more than k, which is 2",
        assertThrows(FailureException.class, () -> KademliaSettings.ALL.read(new JsonObject().put("k", 2)))
            .getMessage());
    assertTrue(assertThrows(FailureException.class, () -> KademliaSettings.ALL.read(new JsonObject().put("kk", 2)))
        .getMessage().startsWith("kademlia: settings.kk: unknown; there are protocol, mode, "));
  }

  /** The launcher checks a config by the schema before anything starts. */
  @Test
  void theSchemaAndTheCodeAllowTheSame() {
    SettingsContract.check(KademliaVerticle.class, KademliaSettings.ALL.names(), KademliaSettings.ALL::readEach);
    assertEquals(Stream.of(Mode.values()).map(Mode::toString).toList(),
        SettingsContract.choices(KademliaVerticle.class, "mode"));
    assertEquals(Stream.of(AddressPolicy.values()).map(AddressPolicy::toString).toList(),
        SettingsContract.choices(KademliaVerticle.class, "addresses"));
  }
}
