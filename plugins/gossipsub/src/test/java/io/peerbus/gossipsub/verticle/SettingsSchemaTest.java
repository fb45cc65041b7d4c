package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.gossipsub.MessageIdScheme;
import io.peerbus.gossipsub.SignaturePolicy;
import io.peerbus.settings.SettingsContract;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    List<String> names = new ArrayList<>(GossipsubSettings.ALL.names());
    names.addAll(List.of("topics.*.messageId", "topics.*.sharedIds"));
    SettingsContract.check(GossipsubVerticle.class, names, GossipsubSettings.ALL::readEach);
  }

  @Test
  void everyPolicyAndEveryWayToMakeIdsCanBeChosen() {
    List<String> policies = new ArrayList<>();
    Stream.of(SignaturePolicy.values()).forEach(policy -> policies.add(policy.toString()));
    policies.add("Anonymous");
    assertEquals(policies, SettingsContract.choices(GossipsubVerticle.class, "policy"));
    List<String> schemes = Stream.of(MessageIdScheme.values()).map(MessageIdScheme::toString).toList();
    for (String setting : List.of("messageId", "topics.*.messageId")) {
      assertEquals(schemes, SettingsContract.choices(GossipsubVerticle.class, setting));
    }
  }
}
