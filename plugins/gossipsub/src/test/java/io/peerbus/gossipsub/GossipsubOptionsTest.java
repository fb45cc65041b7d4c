package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Options are copied whole, and refuse what makes no sense. */
public class GossipsubOptionsTest {

  /** Options none of which has its default. */
  public static GossipsubOptions different() {
    GossipsubOptions options = new GossipsubOptions();
    setAll(options);
    setAll(options.getLimits());
    return options;
  }

  private static void setAll(Object options) {
    for (Method setter : options.getClass().getMethods()) {
      if (setter.getName().startsWith("set") && setter.getParameterCount() == 1) {
        try {
          setter.invoke(options, another(options, setter));
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(setter + ": " + e.getCause(), e);
        }
      }
    }
  }

  private static Object another(Object options, Method setter) throws ReflectiveOperationException {
    Class<?> type = setter.getParameterTypes()[0];
    String property = setter.getName().substring(3);
    Object value = options.getClass().getMethod((type == boolean.class ? "is" : "get") + property).invoke(options);
    if (value instanceof Integer number) {
      return number + 1;
    } else if (value instanceof Boolean flag) {
      return !flag;
    } else if (value instanceof Duration duration) {
      return duration.plusMillis(1000);
    } else if (value instanceof Double number) {
      return number + 0.125;
    } else if (value instanceof List<?>) {
      return List.of("/something/else");
    } else if (value instanceof Map<?, ?>) {
      return Map.of("t", new TopicOptions(MessageIdScheme.SIPHASH_DATA, true));
    } else if (value instanceof SignaturePolicy) {
      return SignaturePolicy.PERMISSIVE;
    } else if (value instanceof MessageIdScheme) {
      return MessageIdScheme.RUST;
    }
    return value;
  }

  private static List<Field> fields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()).toList();
  }

  @Test
  void aCopyHasEveryValue() throws ReflectiveOperationException {
    GossipsubOptions original = different();
    assertSame(original, new GossipsubOptions(original), new GossipsubOptions());
    assertSame(original.getLimits(), new GossipsubOptions(original).getLimits(), new GossipsubLimits());
  }

  private static void assertSame(Object original, Object copy, Object defaults) throws ReflectiveOperationException {
    for (Field field : fields(original.getClass())) {
      field.setAccessible(true);
      if (field.getType() != GossipsubLimits.class) {
        assertEquals(field.get(original), field.get(copy), field.getName());
        assertNotEquals(field.get(defaults), field.get(original), field.getName() + " was not set");
      }
    }
  }

  @Test
  void limitsAreTakenAsACopy() {
    GossipsubLimits limits = new GossipsubLimits();
    GossipsubOptions options = new GossipsubOptions().setLimits(limits);
    limits.setMaxSeen(7);
    assertEquals(100_000, options.getLimits().getMaxSeen());
  }

  static List<Object> both() {
    return List.of(new GossipsubOptions(), new GossipsubLimits());
  }

  @ParameterizedTest
  @MethodSource("both")
  void everyNumberHasItsBounds(Object options) throws ReflectiveOperationException {
    for (Method setter : options.getClass().getMethods()) {
      if (!setter.getName().startsWith("set") || setter.getParameterTypes()[0] != int.class) {
        continue;
      }
      for (int wrong : new int[] {Integer.MIN_VALUE, -1, Integer.MAX_VALUE}) {
        Throwable thrown = assertThrows(ReflectiveOperationException.class,
            () -> setter.invoke(options, wrong)).getCause();
        assertEquals(IllegalArgumentException.class, thrown.getClass());
        assertTrue(thrown.getMessage().contains(": " + wrong + " is not in "), thrown.getMessage());
      }
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
