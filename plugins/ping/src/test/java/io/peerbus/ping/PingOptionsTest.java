package io.peerbus.ping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PingOptionsTest {

  private static List<Field> fields() {
    return Arrays.stream(PingOptions.class.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers())).toList();
  }

  private static String capital(Field field) {
    return Character.toUpperCase(field.getName().charAt(0)) + field.getName().substring(1);
  }

  private static Object get(PingOptions options, Field field) throws ReflectiveOperationException {
    return PingOptions.class.getMethod("get" + capital(field)).invoke(options);
  }

  private static void set(PingOptions options, Field field, int value) throws ReflectiveOperationException {
    Method setter = PingOptions.class.getMethod("set" + capital(field), field.getType());
    if (field.getType() == int.class) {
      setter.invoke(options, value);
    } else {
      setter.invoke(options, (long) value);
    }
  }

  @Test
  void aCopyHasEveryField() throws ReflectiveOperationException {
    PingOptions options = new PingOptions();
    int value = 1_000;
    for (Field field : fields()) {
      Object before = get(options, field);
      set(options, field, value++);
      assertNotEquals(before, get(options, field), field.getName());
    }
    PingOptions copy = new PingOptions(options);
    for (Field field : fields()) {
      assertEquals(get(options, field), get(copy, field), field.getName());
    }
  }

  @Test
  void nonsenseIsRefusedByName() {
    for (Field field : fields()) {
      InvocationTargetException thrown =
          assertThrows(InvocationTargetException.class, () -> set(new PingOptions(), field, -1));
      assertTrue(thrown.getCause().getMessage().startsWith(field.getName() + ": -1 < "), field.getName());
    }
  }
}
