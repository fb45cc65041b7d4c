package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @ParameterizedTest
  @ValueSource(classes = {SwarmOptions.class, InboundOptions.class, PeerStoreOptions.class})
  void everyFieldIsCopied(Class<?> type) throws ReflectiveOperationException {
    Object options = type.getConstructor().newInstance();
    for (Method setter : setters(type)) {
      Object before = getter(type, setter).invoke(options);
      setter.invoke(options, other(before));
      assertNotEquals(before, getter(type, setter).invoke(options), setter.getName());
    }
    Object copy = type.getConstructor(type).newInstance(options);
    for (Method setter : setters(type)) {
      assertEquals(getter(type, setter).invoke(options), getter(type, setter).invoke(copy), setter.getName());
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {SwarmOptions.class, InboundOptions.class, PeerStoreOptions.class})
  void nonsenseIsRefusedWithTheFieldItsValueAndTheBound(Class<?> type) throws ReflectiveOperationException {
    Object options = type.getConstructor().newInstance();
    for (Method setter : setters(type)) {
      Class<?> value = setter.getParameterTypes()[0];
      if (value != boolean.class) {
        Object nonsense = value == int.class ? 0 : value == double.class ? (Object) Double.NaN : Duration.ofSeconds(-1);
        Throwable error = assertThrows(ReflectiveOperationException.class, () -> setter.invoke(options, nonsense))
            .getCause();
        String field = Character.toLowerCase(setter.getName().charAt(3)) + setter.getName().substring(4);
        assertTrue(error instanceof IllegalArgumentException, error.toString());
        assertTrue(error.getMessage().startsWith(field + ": "), error.getMessage());
      }
    }
  }

  @Test
  void durationsAreBoundedSoThatTimesCannotOverflow() {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
        () -> new SwarmOptions().setDialTimeout(Duration.ofDays(366)));
    assertEquals("dialTimeout: PT8784H > PT8760H", error.getMessage());
  }

  @Test
  void aCopyDoesNotShareTheInboundOptions() {
    SwarmOptions options = new SwarmOptions();
    options.getInbound().setMaxPerIp(3);
    SwarmOptions copy = new SwarmOptions(options);
    assertNotSame(options.getInbound(), copy.getInbound());
    assertEquals(3, copy.getInbound().getMaxPerIp());
    InboundOptions inbound = new InboundOptions().setMaxPerIp(5);
    copy.setInbound(inbound);
    inbound.setMaxPerIp(6);
    assertEquals(5, copy.getInbound().getMaxPerIp());
  }

  private static List<Method> setters(Class<?> type) {
    List<Method> setters = new ArrayList<>();
    for (Method method : type.getMethods()) {
      if (method.getName().startsWith("set") && method.getParameterTypes()[0] != InboundOptions.class) {
        setters.add(method);
      }
    }
    assertTrue(setters.size() > 5);
    return setters;
  }

  private static Method getter(Class<?> type, Method setter) throws NoSuchMethodException {
    boolean flag = setter.getParameterTypes()[0] == boolean.class;
    return type.getMethod((flag ? "is" : "get") + setter.getName().substring(3));
  }

  private static Object other(Object value) {
    if (value instanceof Integer number) {
      return number + 1;
    }
    if (value instanceof Double number) {
      return number + 1;
    }
    return value instanceof Boolean flag ? (Object) !flag : ((Duration) value).plusMillis(1);
  }
}
