package io.peerbus.yamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamuxOptionsTest {

  @Test
  void everySettingIsKeptAndCopied() throws Exception {
    List<Method> setters = setters();
    assertEquals(YamuxOptions.class.getDeclaredFields().length, setters.size() + constants());
    YamuxOptions options = new YamuxOptions();
    for (Method setter : setters) {
      Object before = get(options, setter);
      set(options, setter, ((Number) before).longValue() + 1_000);
      assertNotEquals(before, get(options, setter), setter.getName());
    }
    YamuxOptions copy = new YamuxOptions(options);
    for (Method setter : setters) {
      assertEquals(get(options, setter), get(copy, setter), setter.getName());
    }
  }

  @Test
  void everySettingRefusesNonsenseByName() throws Exception {
    for (Method setter : setters()) {
      for (long nonsense : new long[] {-1, Integer.MAX_VALUE}) {
        InvocationTargetException error = assertThrows(InvocationTargetException.class,
          () -> set(new YamuxOptions(), setter, nonsense));
        String field = Character.toLowerCase(setter.getName().charAt(3)) + setter.getName().substring(4);
        String message = error.getCause().getMessage();
        assertEquals(field + ": " + nonsense, message.substring(0, Math.min(message.length(),
          (field + ": " + nonsense).length())));
      }
    }
  }

  @Test
  void theWindowIsNeverBelowTheInitialOneOfTheSpec() {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
      () -> new YamuxOptions().setMaxWindow(262_143));
    assertEquals("maxWindow: 262143 < 262144", error.getMessage());
  }

  private static List<Method> setters() {
    return Arrays.stream(YamuxOptions.class.getMethods()).filter(method -> method.getName().startsWith("set")).toList();
  }

  private static long constants() {
    return Arrays.stream(YamuxOptions.class.getDeclaredFields())
      .filter(field -> Modifier.isStatic(field.getModifiers())).count();
  }

  private static Object get(YamuxOptions options, Method setter) throws ReflectiveOperationException {
    return YamuxOptions.class.getMethod("g" + setter.getName().substring(1)).invoke(options);
  }

  private static void set(YamuxOptions options, Method setter, long value) throws ReflectiveOperationException {
    boolean isInt = setter.getParameterTypes()[0] == int.class;
    if (isInt) {
      setter.invoke(options, (int) value);
    } else {
      setter.invoke(options, value);
    }
  }
}
