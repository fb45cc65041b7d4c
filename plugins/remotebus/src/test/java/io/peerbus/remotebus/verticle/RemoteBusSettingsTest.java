package io.peerbus.remotebus.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.FailureException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.settings.SettingsContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteBusSettingsTest {

  private static final String PEER = "12D3KooWFScC6ESkJ6dQHaefQx7CMBeQhyjRWicNnSArnxdpuLya";

  private static JsonObject allow(Object list) {
    return new JsonObject().put("allow", list);
  }

  private static JsonObject entry(Object peer, Object addresses) {
    return new JsonObject().put("peer", peer).put("addresses", addresses);
  }

  private static String refusal(JsonObject settings) {
    return assertThrows(FailureException.class, () -> RemoteBusSettings.of(settings)).getMessage();
  }

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.checkExcept(RemoteBusVerticle.class, "allow", RemoteBusSettings.ALL.names(),
        RemoteBusSettings::of);
  }

  @Test
  void whoMaySendWhereIsRead() throws Exception {
    JsonArray list = new JsonArray().add(entry(PEER, new JsonArray().add("orders.").add("x")));
    RemoteBusSettings settings = RemoteBusSettings.of(allow(list));
    assertTrue(settings.allowed().allows(PeerId.parse(PEER), "orders.new"));
    assertFalse(settings.allowed().allows(PeerId.parse(PEER), "order"));
    assertEquals(262_144, settings.options().maxMessageBytes());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "''                       | allow[0]: addresses: an empty prefix",
      "'peerbus.server.control' | allow[0]: addresses: \"peerbus.server.control\"",
      "7                        | allow[0]: addresses: a text of at most 1024",
  })
  void addressesThatWouldOpenTooMuchAreRefused(String prefix, String message) {
    JsonArray addresses = new JsonArray("[" + prefix.replace('\'', '"') + "]");
    String said = refusal(allow(new JsonArray().add(entry(PEER, addresses))));
    assertTrue(said.contains(message), said);
  }

  @Test
  void whatIsNoListOfPeersAndAddressesIsRefused() {
    JsonArray one = new JsonArray().add("x");
    for (Object wrong : List.of("all", new JsonArray().add(7), new JsonArray().add(new JsonObject().put("peer", PEER)),
        new JsonArray().add(entry(7, one)), new JsonArray().add(entry("nobody", one)),
        new JsonArray().add(entry(PEER, new JsonArray())),
        new JsonArray().add(entry(PEER, new JsonArray(Collections.nCopies(1_025, "x")))),
        new JsonArray().add(entry(PEER, new JsonArray().add("x".repeat(1_025)))),
        new JsonArray(Collections.nCopies(1_025, entry(PEER, one))))) {
      String said = refusal(allow(wrong));
      assertTrue(said.contains("settings.allow"), said);
    }
    RemoteBusSettings.of(allow(new JsonArray(Collections.nCopies(1_024, entry(PEER, one)))));
  }
}
