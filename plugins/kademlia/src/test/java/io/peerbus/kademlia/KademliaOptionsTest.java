package io.peerbus.kademlia;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Options are copied whole, and refuse what makes no sense. */
public class KademliaOptionsTest {

  /** Options none of which has its default. */
  public static KademliaOptions different() {
    KademliaOptions options = new KademliaOptions();
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
    } else if (value instanceof String) {
      return "/my-chat/kad/1.0.0";
    } else if (value instanceof Mode) {
      return Mode.SERVER;
    } else if (value instanceof AddressPolicy) {
      return AddressPolicy.ALL;
    }
    return value;
  }

  private static List<Field> fields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()).toList();
  }

  @Test
  void aCopyHasEveryValue() throws ReflectiveOperationException {
    KademliaOptions original = different();
    assertSame(original, new KademliaOptions(original), new KademliaOptions());
    assertSame(original.getLimits(), new KademliaOptions(original).getLimits(), new KademliaLimits());
  }

  private static void assertSame(Object original, Object copy, Object defaults) throws ReflectiveOperationException {
    for (Field field : fields(original.getClass())) {
      field.setAccessible(true);
      if (field.getType() != KademliaLimits.class) {
        assertEquals(field.get(original), field.get(copy), field.getName());
        assertNotEquals(field.get(defaults), field.get(original), field.getName() + " was not set");
      }
    }
  }

  @Test
  void limitsAreTakenAsACopy() {
    KademliaLimits limits = new KademliaLimits();
    KademliaOptions options = new KademliaOptions().setLimits(limits);
    limits.setMaxRecords(7);
    assertEquals(16_384, options.getLimits().getMaxRecords());
  }

  static List<Object> both() {
    return List.of(new KademliaOptions(), new KademliaLimits());
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
