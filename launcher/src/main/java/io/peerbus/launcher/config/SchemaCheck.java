package io.peerbus.launcher.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks JSON against a JSON Schema and says in plain words what is wrong: the validator's answer holds one entry for
 * every level between the root and the mistake, of which only the innermost helps.
 *
 * <p>It has words for {@code additionalProperties: false, required, type, enum, pattern, minimum, maximum, minLength,
 * maxLength, minItems, maxItems,
 * uniqueItems}; a failed {@code pattern} is explained by the {@code description} beside it. For other
 * keywords the validator's words are taken.
 */
final class SchemaCheck {

  /** Keywords that only say that something further inside is wrong, which has an error of its own. */
  private static final List<String> LEVELS = List.of("properties", "patternProperties", "additionalProperties",
      "unevaluatedProperties", "propertyNames", "items", "prefixItems", "unevaluatedItems", "allOf", "then", "else",
      "if", "$ref", "$dynamicRef", "dependentSchemas");

  private static final Pattern IN_A_BRANCH = Pattern.compile("(?<!/properties)/(anyOf|oneOf|not|contains)/");

  private final JsonObject schema;
  private final JsonObject instance;
  private final String root;

  private SchemaCheck(JsonObject schema, JsonObject instance, String root) {
    this.schema = schema;
    this.instance = instance;
    this.root = root;
  }

  /** Every mistake in {@code instance}, their paths below {@code root}; in the order of the schema. */
  static List<Mistake> check(JsonObject schema, JsonObject instance, String root) {
    OutputUnit result = Validator.create(JsonSchema.of(schema.copy()), new JsonSchemaOptions()
        .setBaseUri("urn:peerbus:config").setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic))
        .validate(instance);
    List<Mistake> mistakes = new ArrayList<>();
    if (!result.getValid() && result.getErrors() != null) {
      SchemaCheck check = new SchemaCheck(schema, instance, root);
      for (OutputUnit error : result.getErrors()) {
        check.explain(error).filter(mistake -> !mistakes.contains(mistake)).ifPresent(mistakes::add);
      }
    }
    if (!result.getValid() && mistakes.isEmpty()) {
      mistakes.add(new Mistake(root, "is not as its schema wants it"));
    }
    return mistakes;
  }

  private Optional<Mistake> explain(OutputUnit error) {
    String location = error.getKeywordLocation();
    if (IN_A_BRANCH.matcher(location).find()) {
      return Optional.empty(); // one of several ways to be right; that none is right is said by an error of its own
    }
    int slash = location.lastIndexOf('/');
    String keyword = location.substring(slash + 1);
    JsonObject rule = resolve(schema, steps(location.substring(0, slash))) instanceof JsonObject found
        ? found : new JsonObject();
    List<String> path = steps(error.getInstanceLocation());
    String message = LEVELS.contains(keyword) ? null
        : rule.containsKey(keyword) ? explain(keyword, rule, resolve(instance, path), error) : error.getError();
    if (keyword.equals("additionalProperties") && Boolean.FALSE.equals(rule.getValue(keyword))) {
      message = unknown(path.get(path.size() - 1), rule);
    }
    return Optional.ofNullable(message).map(text -> new Mistake(print(path), text));
  }

  private static String explain(String keyword, JsonObject rule, Object value, OutputUnit error) {
    return switch (keyword) {
      case "required" -> missing(rule, value);
      case "type" -> "is " + typeOf(value) + ", must be " + types(rule.getValue("type"));
      case "enum" -> oneOf(value, rule.getJsonArray("enum"));
      case "pattern" -> "\"" + value + "\" is not " + rule.getString("description", rule.getString("pattern"));
      case "minimum", "maximum" -> value + " is out of range, " + range(rule);
      case "minLength" -> "is too short, at least " + rule.getValue(keyword) + " characters";
      case "maxLength" -> "is too long, at most " + rule.getValue(keyword) + " characters";
      case "minItems" -> "has too few entries, at least " + rule.getValue(keyword);
      case "uniqueItems" -> "has an entry twice";
      case "maxItems" -> "has too many entries, at most " + rule.getValue(keyword);
      default -> "is " + typeOf(value) + ": " + error.getError(); // the validator's own words
    };
  }

  private static String unknown(String name, JsonObject rule) {
    List<String> known = new ArrayList<>(rule.getJsonObject("properties", new JsonObject()).fieldNames());
    Set<String> patterns = rule.getJsonObject("patternProperties", new JsonObject()).fieldNames();
    if (known.contains(name) || patterns.stream().anyMatch(pattern -> Pattern.compile(pattern).matcher(name).find())) {
      return null; // the validator counts a known property with a wrong value among the unknown ones
    }
    known.removeIf(candidate -> candidate.startsWith("$"));
    return "unknown name" + NearestName.hint(name, known);
  }

  private static String missing(JsonObject rule, Object value) {
    List<String> missing = new ArrayList<>();
    for (Object name : rule.getJsonArray("required")) {
      if (!((JsonObject) value).containsKey((String) name)) {
        missing.add("\"" + name + "\"");
      }
    }
    return String.join(" and ", missing) + (missing.size() == 1 ? " is missing" : " are missing");
  }

  private static String oneOf(Object value, JsonArray allowed) {
    List<String> names = new ArrayList<>();
    allowed.forEach(name -> names.add(String.valueOf(name)));
    String near = NearestName.of(String.valueOf(value), names)
        .map(name -> "; did you mean \"" + name + "\"?").orElse("");
    return "\"" + value + "\" is not one of " + String.join(", ", names) + near;
  }

  private static String range(JsonObject rule) {
    Object low = rule.getValue("minimum");
    Object high = rule.getValue("maximum");
    return low == null ? "at most " + high : high == null ? "at least " + low : low + " to " + high;
  }

  private static String typeOf(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof JsonObject) {
      return "an object";
    }
    if (value instanceof JsonArray) {
      return "a list";
    }
    if (value instanceof Number number) {
      return "the number " + number;
    }
    return value instanceof Boolean ? "the truth value " + value : "the text \"" + shorten((String) value) + "\"";
  }

  private static String types(Object type) {
    return type instanceof JsonArray several
        ? several.stream().map(each -> article((String) each)).collect(Collectors.joining(" or "))
        : article((String) type);
  }

  private static String article(String type) {
    return switch (type) {
      case "object" -> "an object {…}";
      case "array" -> "a list […]";
      case "string" -> "a text \"…\"";
      case "boolean" -> "true or false";
      case "integer" -> "a whole number";
      case "null" -> "null";
      default -> "a " + type.toLowerCase(Locale.ROOT);
    };
  }

  private static String shorten(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private String print(List<String> steps) {
    StringBuilder path = new StringBuilder(root);
    Object at = instance;
    for (String step : steps) {
      if (at instanceof JsonArray) {
        path.append('[').append(step).append(']');
      } else {
        path.append(path.length() == 0 ? "" : ".").append(step.isEmpty() ? "\"\"" : step);
      }
      at = resolve(at, List.of(step));
    }
    return path.toString();
  }

  private static List<String> steps(String pointer) {
    List<String> steps = new ArrayList<>();
    String[] parts = pointer.split("/", -1);
    for (int i = 1; i < parts.length; i++) {
      steps.add(unescape(parts[i]));
    }
    return steps;
  }

  private static String unescape(String step) {
    String plain = step;
    try {
      plain = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // The validator escapes control characters with one digit only: such a name stays as it is.
    }
    return plain.replace("~1", "/").replace("~0", "~");
  }

  private Object resolve(Object from, List<String> steps) {
    Object at = from;
    for (String step : steps) {
      if (at instanceof JsonObject object) {
        at = object.getValue(step);
        if (step.equals("$ref") && at instanceof String reference && reference.matches("#(/.*)?")) {
          at = resolve(schema, steps(reference));
        }
      } else if (at instanceof JsonArray array) {
        at = array.getValue(Integer.parseInt(step));
      }
    }
    return at;
  }
}
