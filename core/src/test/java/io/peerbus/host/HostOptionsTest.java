package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HostOptionsTest {

  private static List<Field> fields() {
    return Arrays.stream(HostOptions.class.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers())).toList();
  }

  private static String capital(Field field) {
    return Character.toUpperCase(field.getName().charAt(0)) + field.getName().substring(1);
  }

  private static Object get(HostOptions options, Field field) throws ReflectiveOperationException {
    String prefix = field.getType() == boolean.class ? "is" : "get";
    return HostOptions.class.getMethod(prefix + capital(field)).invoke(options);
  }

  private static Object otherThan(Object value, Field field) {
    if (value instanceof Integer number) {
      return number + 7;
    } else if (value instanceof Boolean flag) {
      return !flag;
    } else if (value instanceof String text) {
      return text.replace('/', '_').replace('.', '_') + "x";
    } else if (value instanceof List<?>) {
      return List.of(Multiaddr.tcp("127.0.0.1", 4000 + field.getName().length()));
    }
    throw new AssertionError("the test knows no other value of " + field);
  }

  private static HostOptions allDifferent() throws ReflectiveOperationException {
    HostOptions options = new HostOptions();
    for (Field field : fields()) {
      Method setter = HostOptions.class.getMethod("set" + capital(field), field.getType());
      Object other = otherThan(get(options, field), field);
      assertEquals(options, setter.invoke(options, other), "setters answer the options");
      assertEquals(other, get(options, field));
    }
    return options;
  }

  private static Map<String, Object> all(HostOptions options) throws ReflectiveOperationException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : fields()) {
      values.put(field.getName(), get(options, field));
    }
    return values;
  }

  @Test
  void everyOptionIsCopiedAndSurvivesJson() throws ReflectiveOperationException {
    HostOptions options = allDifferent();
    all(new HostOptions()).forEach((name, value) -> {
      try {
        assertNotEquals(value, all(options).get(name), name);
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    });
    assertEquals(all(options), all(new HostOptions(options)));
    assertEquals(all(options), all(new HostOptions(new JsonObject(options.toJson().encode()))));
    assertEquals(fields().stream().map(Field::getName).toList(),
        new ArrayList<>(options.toJson().fieldNames()).stream().sorted((a, b) -> order(a) - order(b)).toList());
  }

  private static int order(String name) {
    return fields().stream().map(Field::getName).toList().indexOf(name);
  }

  @Test
  void whatIsAbsentInJsonKeepsItsDefault() throws ReflectiveOperationException {
    assertEquals(all(new HostOptions()), all(new HostOptions(new JsonObject())));
  }

  private static void assertRefused(String beginning, Consumer<HostOptions> set) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> set.accept(new HostOptions())).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }

  @Test
  void nonsenseIsRefusedByName() throws ReflectiveOperationException {
    for (Field field : fields()) {
      if (field.getType() == int.class) {
        Method setter = HostOptions.class.getMethod("set" + capital(field), int.class);
        assertRefused(field.getName() + ": -1", options -> {
          try {
            setter.invoke(options, -1);
          } catch (ReflectiveOperationException e) {
            throw (IllegalArgumentException) e.getCause();
          }
        });
      }
    }
    assertRefused("node: \"a b\"", options -> options.setNode("a b"));
    assertRefused("node: \"\"", options -> options.setNode(""));
    assertRefused("shards: 1025", options -> options.setShards(1025));
    assertRefused("agentVersion: 129 characters", options -> options.setAgentVersion("x".repeat(129)));
    assertRefused("listen: /ip4/1.2.3.4/udp/1/quic-v1",
        options -> options.setListen(List.of(address("/ip4/1.2.3.4/udp/1/quic-v1"))));
    assertRefused("bootstrap: \"nonsense\"",
        options -> new HostOptions(new JsonObject().put("bootstrap", new JsonArray().add("nonsense"))));
  }

  private static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (io.peerbus.multiformats.FormatException e) {
      throw new AssertionError(e);
    }
  }
}
