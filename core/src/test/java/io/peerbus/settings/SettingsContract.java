package io.peerbus.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.peerbus.api.FailureException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Holds a plugin's schema of its settings ({@value #SCHEMA}) and the code that reads them together: the launcher checks
 * by the one before anything starts, the plugin by the other. Values at, just inside and just outside each bound of
 * the schema, and of each wrong type, are given to the code, which must judge them as the schema does.
 *
 * <p>Each setting is tried by itself. The schema may use only what this class can try.
 */
public final class SettingsContract {

  public static final String SCHEMA = "META-INF/peerbus/settings.schema.json";

  private static final Map<String, List<String>> KEYWORDS = Map.of(
      "object", List.of("properties", "additionalProperties"),
      "array", List.of("items", "minItems", "maxItems"),
      "string", List.of("enum", "pattern", "minLength", "maxLength"),
      "integer", List.of("minimum", "maximum"),
      "number", List.of("minimum", "maximum"),
      "boolean", List.of());

  private final Consumer<JsonObject> reader;
  private final List<String> names = new ArrayList<>();

  private SettingsContract(Consumer<JsonObject> reader) {
    this.reader = reader;
  }

  /**
   * Checks a plugin.
   *
   * @param plugin a class of it, beside whose root the schema is
   * @param names all settings that the code knows; what is inside an object as {@code topics.*.sharedIds}
   * @param reader reads settings, and throws {@link IllegalArgumentException} or {@link FailureException}
   */
  public static void check(Class<?> plugin, List<String> names, Consumer<JsonObject> reader) {
    check(schema(plugin), names, reader);
  }

  /** The same for a plugin that tries one of its settings itself, of which a schema cannot say enough. */
  public static void checkExcept(Class<?> plugin, String own, List<String> names, Consumer<JsonObject> reader) {
    JsonObject schema = schema(plugin);
    assertTrue(names.contains(own) && schema.getJsonObject("properties").remove(own) != null, own);
    check(schema, names.stream().filter(name -> !name.equals(own)).toList(), reader);
  }

  private static void check(JsonObject schema, List<String> names, Consumer<JsonObject> reader) {
    assertEquals("https://json-schema.org/draft/2020-12/schema", schema.getString("$schema"));
    SettingsContract contract = new SettingsContract(reader);
    contract.object("", schema, value -> (JsonObject) value);
    assertEquals(new TreeSet<>(names), new TreeSet<>(contract.names), "settings of the code, of the schema");
  }

  /** The values that the schema allows for a setting, by its name as above; to be compared with what the code has. */
  public static List<String> choices(Class<?> plugin, String name) {
    JsonObject at = schema(plugin);
    for (String step : name.split("\\.")) {
      at = step.equals("*")
          ? at.getJsonObject("additionalProperties") : at.getJsonObject("properties").getJsonObject(step);
    }
    return at.getJsonArray("enum").stream().map(String.class::cast).toList();
  }

  private static JsonObject schema(Class<?> plugin) {
    try (InputStream in = plugin.getResourceAsStream("/" + SCHEMA)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean accepts(JsonObject settings) {
    try {
      reader.accept(new JsonObject(settings.encode()));
      return true;
    } catch (IllegalArgumentException | FailureException e) {
      return false;
    }
  }

  private void good(JsonObject settings) {
    assertTrue(accepts(settings), () -> "the schema allows it, the code does not: " + settings);
  }

  private void bad(JsonObject settings) {
    assertFalse(accepts(settings), () -> "the code allows it, the schema does not: " + settings);
  }

  /** Tries the values of one place; {@code in} puts one there. */
  private void value(String name, JsonObject rule, Function<Object, JsonObject> in) {
    String type = rule.getString("type");
    for (String keyword : rule.fieldNames()) {
      if (!List.of("type", "description", "default").contains(keyword) && !KEYWORDS.get(type).contains(keyword)) {
        fail(name + ": \"" + keyword + "\" of a " + type + " is not tried here");
      }
    }
    otherTypes(type).forEach(other -> bad(in.apply(other)));
    bad(in.apply(null));
    if (rule.containsKey("default")) {
      good(in.apply(rule.getValue("default")));
    }
    switch (type) {
      case "object" -> object(name + ".", rule, in);
      case "array" -> array(name, rule, in);
      case "string" -> text(rule, in);
      case "boolean" -> List.of(true, false).forEach(either -> good(in.apply(either)));
      default -> number(type, rule, in);
    }
  }

  private static List<Object> otherTypes(String type) {
    JsonObject examples = new JsonObject().put("string", "7").put("boolean", true).put("object", new JsonObject())
        .put("array", new JsonArray()).put("number", 7.5);
    examples.remove(type);
    return examples.stream().map(Map.Entry::getValue).toList();
  }

  private void object(String prefix, JsonObject rule, Function<Object, JsonObject> in) {
    good(in.apply(new JsonObject()));
    JsonObject properties = rule.getJsonObject("properties", new JsonObject());
    for (String name : properties.fieldNames()) {
      names.add(prefix + name);
      value(prefix + name, properties.getJsonObject(name), inside -> in.apply(new JsonObject().put(name, inside)));
    }
    if (rule.getValue("additionalProperties") instanceof JsonObject others) {
      value(prefix + "*", others, inside -> in.apply(new JsonObject().put("any name", inside)));
    } else {
      assertEquals(false, rule.getValue("additionalProperties"), "an unknown setting is a mistake");
      bad(in.apply(new JsonObject().put("any name", 1)));
    }
  }

  private void array(String name, JsonObject rule, Function<Object, JsonObject> in) {
    JsonObject items = rule.getJsonObject("items");
    Function<Integer, JsonObject> of = count -> in.apply(new JsonArray(Collections.nCopies(count, sample(items, 2))));
    int least = rule.getInteger("minItems", 0);
    good(of.apply(least));
    if (least > 0) {
      bad(of.apply(least - 1));
    }
    int most = rule.getInteger("maxItems", 1000);
    good(of.apply(most));
    if (rule.containsKey("maxItems")) {
      bad(of.apply(most + 1));
    }
    value(name, items, inside -> in.apply(new JsonArray().add(inside)));
  }

  private void number(String type, JsonObject rule, Function<Object, JsonObject> in) {
    long least = rule.getLong("minimum");
    long most = rule.getLong("maximum");
    List.of(least, most, (double) least, (double) most).forEach(inside -> good(in.apply(inside)));
    List.of(least - 1, most + 1, least - 1e-3, most + 1e-3, 1L << 40, 1e20).forEach(outside -> bad(in.apply(outside)));
    if (type.equals("integer")) {
      bad(in.apply(least + 0.5));
    } else {
      good(in.apply((least + most) / 2.0));
    }
  }

  private void text(JsonObject rule, Function<Object, JsonObject> in) {
    if (rule.containsKey("enum")) {
      for (Object choice : rule.getJsonArray("enum")) {
        good(in.apply(choice));
        bad(in.apply(choice + "x"));
      }
      bad(in.apply(""));
      return;
    }
    int least = rule.getInteger("minLength", rule.containsKey("pattern") ? 1 : 0);
    int most = rule.getInteger("maxLength", 1000);
    good(in.apply(sample(rule, least)));
    good(in.apply(sample(rule, most)));
    if (rule.containsKey("maxLength")) {
      bad(in.apply(sample(rule, most + 1)));
    }
    if (least > 0) {
      bad(in.apply(sample(new JsonObject(), least - 1)));
    }
    if (rule.containsKey("pattern")) {
      String wrong = "x".repeat(least + 1);
      assertFalse(Pattern.compile(rule.getString("pattern")).matcher(wrong).find(), "this class needs another example");
      bad(in.apply(wrong));
    }
  }

  /** A text of this length that the rule allows. */
  private static Object sample(JsonObject rule, int length) {
    String text = (rule.containsKey("pattern") ? "/" : "x") + "x".repeat(Math.max(0, length - 1));
    assertTrue(Pattern.compile(rule.getString("pattern", "")).matcher(text).find(), "this class needs another example");
    return text.substring(0, length);
  }
}
