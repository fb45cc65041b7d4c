package io.peerbus.kademlia;

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
public class KademliaOptionsTest {

  /** Options none of which has its default. */
  public static KademliaOptions different() {
    KademliaOptions options = OptionsCheck.different(new KademliaOptions(), KademliaOptionsTest::another);
    OptionsCheck.different(options.getLimits(), KademliaOptionsTest::another);
    return options;
  }

  private static Object another(Object value) {
    if (value instanceof String) {
      return "/my-chat/kad/1.0.0";
    }
    if (value instanceof List) {
      return List.of("chat");
    }
    return value instanceof Mode ? Mode.SERVER : AddressPolicy.ALL;
  }

  @Test
  void aCopyHasEveryValue() {
    KademliaOptions original = different();
    KademliaOptions copy = new KademliaOptions(original);
    assertEquals(OptionsCheck.values(original), OptionsCheck.values(copy));
    assertEquals(OptionsCheck.values(original.getLimits()), OptionsCheck.values(copy.getLimits()));
  }

  @Test
  void limitsAreTakenAsACopy() {
    KademliaLimits limits = new KademliaLimits();
    KademliaOptions options = new KademliaOptions().setLimits(limits);
    limits.setMaxRecords(7);
    assertEquals(16_384, options.getLimits().getMaxRecords());
  }

  @ParameterizedTest
  @ValueSource(classes = {KademliaOptions.class, KademliaLimits.class})
  void everyNumberHasItsBounds(Class<?> options) {
    for (int wrong : new int[] {Integer.MIN_VALUE, -1, Integer.MAX_VALUE}) {
      Map<String, String> refusals = OptionsCheck.refusals(options, wrong);
      assertFalse(refusals.isEmpty());
      refusals.forEach((name, said) -> assertTrue(said.contains(": " + wrong + " is not in "), said));
    }
  }

  @Test
  void theDefaultsAgreeWithEachOther() {
    new KademliaOptions().check();
  }

  @Test
  void valuesThatContradictEachOtherAreRefused() {
    assertMistake("beta: 21 is more than k, which is 20", new KademliaOptions().setBeta(21));
    assertMistake("quorum: 21 is more than k, which is 20", new KademliaOptions().setQuorum(21));
    assertMistake("peerTimeoutMillis: 61000 is more than queryTimeoutMillis, which is 60000",
        new KademliaOptions().setPeerTimeout(Duration.ofSeconds(61)));
    assertMistake("republishMillis: 172800000 is not less than recordTtlMillis, which is 172800000: records would "
        + "lapse",
        new KademliaOptions().setRepublish(Duration.ofHours(48)));
    assertMistake("reprovideMillis: 172800000 is not less than providerTtlMillis, which is 172800000: providers would "
        + "lapse", new KademliaOptions().setReprovide(Duration.ofHours(48)));
    assertThrows(IllegalArgumentException.class, () -> new KademliaOptions().setProtocol("kad"));
    assertThrows(IllegalArgumentException.class, () -> new KademliaOptions().setRefresh(Duration.ZERO));
  }

  private static void assertMistake(String expected, KademliaOptions options) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, options::check).getMessage());
  }
}
