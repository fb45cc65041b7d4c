package io.peerbus.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What holds for every options class: each field has a setter that answers the options, and a getter; a copy has all of
 * them; a setter names itself and the value when it refuses one. A field that is options or limits itself is left to
 * its own test.
 */
public final class OptionsCheck {

  private OptionsCheck() {
  }

  /** The properties by name, in the order of the fields. */
  public static Map<String, Object> values(Object options) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : options.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic() && !isOptions(field.getType())) {
        String prefix = field.getType() == boolean.class ? "is" : "get";
        values.put(field.getName(), call(options, method(options, prefix, field)));
      }
    }
    return values;
  }

  /** Sets each property to another value; {@code others} is asked for those that are no number, flag or duration. */
  public static <T> T different(T options, UnaryOperator<Object> others) {
    values(options).forEach((name, before) -> {
      Method setter = method(options, "set", field(options, name));
      Object other = another(before, others);
      assertSame(options, call(options, setter, other), name + ": a setter answers the options");
      assertEquals(other, values(options).get(name), name);
      assertNotEquals(before, other, name);
    });
    return options;
  }

  /** For options of numbers, flags and durations alone. */
  public static void assertCopiesAll(Class<?> type) {
    try {
      Object options = different(type.getConstructor().newInstance(), value -> {
        throw new AssertionError("the check knows no other value of " + value);
      });
      assertTrue(!values(options).isEmpty());
      assertEquals(values(options), values(type.getConstructor(type).newInstance(options)));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** No number of any options may be below zero, and no duration; the message begins with the name of the field. */
  public static void assertRefusesNonsense(Class<?> type) {
    assertRefuses(type, -1);
  }

  /** The same for another number than -1. */
  public static void assertRefuses(Class<?> type, int number) {
    try {
      Object options = type.getConstructor().newInstance();
      values(options).forEach((name, value) -> {
        Object nonsense = nonsense(value, number);
        if (nonsense != null) {
          InvocationTargetException thrown = refusal(options, method(options, "set", field(options, name)), nonsense);
          assertInstanceOf(IllegalArgumentException.class, thrown.getCause(), name);
          String message = thrown.getCause().getMessage();
          assertTrue(message.startsWith(name + ": " + nonsense), message);
        }
      });
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** What the setter of each whole number says when it is given this one; that it throws nothing else is asserted. */
  public static Map<String, String> refusals(Class<?> type, int number) {
    try {
      Object options = type.getConstructor().newInstance();
      Map<String, String> messages = new LinkedHashMap<>();
      values(options).forEach((name, value) -> {
        if (value instanceof Integer) {
          InvocationTargetException thrown = refusal(options, method(options, "set", field(options, name)), number);
          messages.put(name, assertInstanceOf(IllegalArgumentException.class, thrown.getCause(), name).getMessage());
        }
      });
      return messages;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Object nonsense(Object value, int number) {
    if (value instanceof Integer) {
      return number;
    } else if (value instanceof Long) {
      return (long) number;
    } else if (value instanceof Double) {
      return Double.NaN;
    }
    return value instanceof Duration ? Duration.ofSeconds(-1) : null;
  }

  private static Object another(Object value, UnaryOperator<Object> others) {
    if (value instanceof Integer number) {
      return number + 7;
    } else if (value instanceof Long number) {
      return number + 7;
    } else if (value instanceof Double number) {
      return number + 0.125;
    } else if (value instanceof Boolean flag) {
      return !flag;
    }
    return value instanceof Duration duration ? duration.plusSeconds(1) : others.apply(value);
  }

  private static boolean isOptions(Class<?> type) {
    return type.getSimpleName().endsWith("Options") || type.getSimpleName().endsWith("Limits");
  }

  private static Field field(Object options, String name) {
    try {
      return options.getClass().getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  private static Method method(Object options, String prefix, Field field) {
    String name = prefix + Character.toUpperCase(field.getName().charAt(0)) + field.getName().substring(1);
    try {
      return prefix.equals("set") ? options.getClass().getMethod(name, field.getType())
          : options.getClass().getMethod(name);
    } catch (NoSuchMethodException e) {
      throw new AssertionError("field " + field.getName() + " of " + options.getClass().getSimpleName() + " has no "
          + name, e);
    }
  }

  private static Object call(Object options, Method method, Object... arguments) {
    try {
      return method.invoke(options, arguments);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(method.getName() + ": " + e.getCause(), e);
    }
  }

  private static InvocationTargetException refusal(Object options, Method setter, Object nonsense) {
    try {
      setter.invoke(options, nonsense);
    } catch (InvocationTargetException e) {
      return e;
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError(setter.getName() + " takes " + nonsense);
  }
}
