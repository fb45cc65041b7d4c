package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.GossipsubOptions;
import io.peerbus.gossipsub.GossipsubOptionsTest;
import io.peerbus.gossipsub.MessageIdScheme;
import io.peerbus.gossipsub.SignaturePolicy;
import io.peerbus.gossipsub.TopicOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static String mistake(JsonObject settings) {
    FailureException failure = assertThrows(FailureException.class, () -> GossipsubSettings.ALL.read(settings));
    assertEquals(Failure.BAD_REQUEST, failure.failure());
    return failure.getMessage();
  }

  @Test
  void everyOptionIsASettingAndComesBackFromJson() {
    JsonObject defaults = GossipsubSettings.ALL.write(new GossipsubOptions());
    JsonObject json = GossipsubSettings.ALL.write(GossipsubOptionsTest.different());
    for (String name : json.fieldNames()) {
      assertNotEquals(defaults.getValue(name), json.getValue(name), name);
    }
    JsonObject parsed = new JsonObject(json.encode());
    assertEquals(parsed, new JsonObject(GossipsubSettings.ALL.write(GossipsubSettings.ALL.read(parsed)).encode()));
    assertEquals(setters(GossipsubOptions.class) + setters(GossipsubLimits.class) - 1, json.size(),
        "as many settings as there are options, but for the limits as a whole");
  }

  private static long setters(Class<?> type) {
    return Arrays.stream(type.getMethods()).map(Method::getName).filter(name -> name.startsWith("set")).count();
  }

  @Test
  void withoutSettingsTheDefaultsHold() {
    assertEquals(GossipsubSettings.ALL.write(new GossipsubOptions()), GossipsubSettings.ALL.write(GossipsubSettings.ALL.read(new JsonObject())));
  }

  @Test
  void theSettingsOfAnOwnNetworkAreRead() {
    GossipsubOptions options = GossipsubSettings.ALL.read(new JsonObject("""
        {"protocols": ["/my-chat/gossipsub/1.1.0", "/my-chat/gossipsub/1.0.0"], "d": 3, "dlo": 2, "dhi": 4,
         "heartbeatMillis": 10000, "policy": "StrictNoSign", "messageId": "sha256-data", "floodPublish": false,
         "topics": {"universal-connectivity": {"messageId": "siphash-data", "sharedIds": true}, "other": {}},
         "maxMessageSize": 65536}"""));
    assertEquals(List.of("/my-chat/gossipsub/1.1.0", "/my-chat/gossipsub/1.0.0"), options.getProtocols());
    assertEquals(3, options.getD());
    assertEquals(Duration.ofSeconds(10), options.getHeartbeat());
    assertEquals(SignaturePolicy.STRICT_NO_SIGN, options.getPolicy());
    assertEquals(MessageIdScheme.SHA256_DATA, options.getMessageId());
    assertEquals(Map.of("universal-connectivity", new TopicOptions(MessageIdScheme.SIPHASH_DATA, true),
        "other", new TopicOptions(null, false)), options.getTopics());
    assertEquals(65536, options.getLimits().getMaxMessageSize());
  }

  @Test
  void anUnknownSettingIsNamedWithThoseThereAre() {
    String mistake = mistake(new JsonObject().put("heartbeat", 1000));
    assertTrue(mistake.startsWith("gossipsub: settings.heartbeat: unknown; there are protocols, floodsub, policy, "),
        mistake);
    assertTrue(mistake.contains(", heartbeatMillis, "), mistake);
  }

  @Test
  void everyMistakeIsNamedAtOnceWithItsPathAndWhatIsValid() {
    String mistake = mistake(new JsonObject()
        .put("d", 0).put("dhi", "twelve").put("floodPublish", 1).put("policy", "strict").put("gossipFactor", 2.5)
        .put("protocols", new JsonArray().add(1)).put("heartbeatMillis", 1).put("messageId", 5)
        .put("maxSeen", 1L << 40).put("topics", new JsonObject()
            .put("t", new JsonObject().put("messageId", "md5"))));
    assertEquals("gossipsub: settings.d: 0 is not in 1 to 1000; "
        + "settings.dhi: \"twelve\" is no whole number of 32 bits; "
        + "settings.floodPublish: 1 is neither true nor false; "
        + "settings.policy: \"strict\" is none of StrictSign, StrictNoSign, Permissive; "
        + "settings.gossipFactor: 2.5 is not in 0 to 1; settings.protocols: [1] is no list of texts; "
        + "settings.heartbeatMillis: 1 ms is not in 10 to 86400000; settings.messageId: 5 is no text; "
        + "settings.maxSeen: 1099511627776 is no whole number of 32 bits; "
        + "settings.topics.t.messageId: \"md5\" is none of from-seqno, base58-seqno, hex-seqno, key-seqno, "
        + "sha256-data, sha256-seqno, siphash-data", mistake);
  }

  @Test
  void aTopicsSettingsAreCheckedToo() {
    assertEquals("gossipsub: settings.topics.t.shared: unknown; there are messageId, sharedIds",
        mistake(new JsonObject().put("topics", new JsonObject().put("t", new JsonObject().put("shared", true)))));
    assertEquals("gossipsub: settings.topics.t: true is no object",
        mistake(new JsonObject().put("topics", new JsonObject().put("t", true))));
    assertEquals("gossipsub: settings.topics: null is no object", mistake(new JsonObject().putNull("topics")));
  }

  @Test
  void valuesThatContradictEachOtherAreNamed() {
    assertEquals("gossipsub: settings.dlo: 5 is more than d, which is 3", mistake(new JsonObject().put("d", 3)));
  }
}
