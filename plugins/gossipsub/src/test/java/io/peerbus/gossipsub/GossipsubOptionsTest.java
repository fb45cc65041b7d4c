package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.OptionsCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options are copied whole, and refuse what makes no sense. */
public class GossipsubOptionsTest {

  /** Options none of which has its default. */
  public static GossipsubOptions different() {
    GossipsubOptions options = OptionsCheck.different(new GossipsubOptions(), GossipsubOptionsTest::another);
    OptionsCheck.different(options.getLimits(), GossipsubOptionsTest::another);
    return options;
  }

  private static Object another(Object value) {
    if (value instanceof List<?>) {
      return List.of("/something/else");
    } else if (value instanceof Map<?, ?>) {
      return Map.of("t", new TopicOptions(MessageIdScheme.SIPHASH_DATA, true));
    }
    return value instanceof SignaturePolicy ? SignaturePolicy.PERMISSIVE : MessageIdScheme.RUST;
  }

  @Test
  void aCopyHasEveryValue() {
    GossipsubOptions original = different();
    GossipsubOptions copy = new GossipsubOptions(original);
    assertEquals(OptionsCheck.values(original), OptionsCheck.values(copy));
    assertEquals(OptionsCheck.values(original.getLimits()), OptionsCheck.values(copy.getLimits()));
  }

  @Test
  void limitsAreTakenAsACopy() {
    GossipsubLimits limits = new GossipsubLimits();
    GossipsubOptions options = new GossipsubOptions().setLimits(limits);
    limits.setMaxSeen(7);
    assertEquals(100_000, options.getLimits().getMaxSeen());
  }

  @ParameterizedTest
  @ValueSource(classes = {GossipsubOptions.class, GossipsubLimits.class})
  void everyNumberHasItsBounds(Class<?> options) {
    for (int wrong : new int[] {Integer.MIN_VALUE, -1, Integer.MAX_VALUE}) {
      Map<String, String> refusals = OptionsCheck.refusals(options, wrong);
      assertFalse(refusals.isEmpty());
      refusals.forEach((name, said) -> assertTrue(said.contains(": " + wrong + " is not in "), said));
    }
  }

  @Test
  void valuesThatContradictEachOtherAreRefused() {
    assertMistake("dlo: 7 is more than d, which is 6", new GossipsubOptions().setDLow(7));
    assertMistake("dhi: 5 is less than d, which is 6", new GossipsubOptions().setDHigh(5));
    assertMistake("historyGossip: 6 is more than historyLength, which is 5",
        new GossipsubOptions().setHistoryGossip(6));
    assertMistake("maxControlSize: 16000 is more than maxRpcSize, 2000",
        new GossipsubOptions().setLimits(new GossipsubLimits().setMaxRpcSize(2000)));
    assertMistake("messageId: from-seqno needs an author, and policy StrictNoSign allows none; take sha256-data",
        new GossipsubOptions().setPolicy(SignaturePolicy.STRICT_NO_SIGN).setMessageId(MessageIdScheme.FROM_SEQNO));
    assertMistake("topics.t.messageId: key-seqno needs an author, and policy StrictNoSign allows none",
        new GossipsubOptions().setPolicy(SignaturePolicy.STRICT_NO_SIGN)
            .setTopics(Map.of("t", new TopicOptions(MessageIdScheme.JS, false))));
    assertThrows(IllegalArgumentException.class, () -> new GossipsubOptions().setProtocols(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new GossipsubOptions().setProtocols(List.of("meshsub")));
    assertThrows(IllegalArgumentException.class, () -> new GossipsubOptions().setHeartbeat(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> new GossipsubOptions().setGossipFactor(Double.NaN));
  }

  private static void assertMistake(String expected, GossipsubOptions options) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, options::check).getMessage());
  }

  @Test
  void unsignedMessagesHaveIdsOfTheirContentUnlessSaidOtherwise() {
    GossipsubOptions options = new GossipsubOptions();
    assertEquals(MessageIdScheme.FROM_SEQNO, options.schemeOf("t"));
    options.setPolicy(SignaturePolicy.STRICT_NO_SIGN);
    assertEquals(MessageIdScheme.SHA256_DATA, options.schemeOf("t"));
    options.setTopics(Map.of("t", new TopicOptions(MessageIdScheme.SIPHASH_DATA, true),
        "u", new TopicOptions(null, true)));
    assertEquals(MessageIdScheme.SIPHASH_DATA, options.schemeOf("t"));
    assertEquals(MessageIdScheme.SHA256_DATA, options.schemeOf("u"));
    assertTrue(options.sharesIds("u"));
  }

  @Test
  void policiesAreFoundByName() {
    for (SignaturePolicy policy : SignaturePolicy.values()) {
      assertEquals(policy, SignaturePolicy.named(policy.toString()));
    }
    assertEquals(SignaturePolicy.STRICT_NO_SIGN, SignaturePolicy.named("Anonymous"));
    assertEquals("\"strict\" is none of StrictSign, StrictNoSign, Permissive",
        assertThrows(IllegalArgumentException.class, () -> SignaturePolicy.named("strict")).getMessage());
  }
}
