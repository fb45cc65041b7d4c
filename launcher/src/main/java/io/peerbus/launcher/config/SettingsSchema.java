package io.peerbus.launcher.config;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The JSON Schema of one plugin's settings, a schema for sure: it was checked against the schema of schemas, since a
 * mistake of the plugin's author must not look like one of its user.
 */
public final class SettingsSchema {

  private static final String DIALECT = "https://json-schema.org/draft/2020-12/";

  /** The parts of the schema of schemas, resources of the validator's jar. */
  private static final List<String> PARTS = List.of("schema", "meta/core", "meta/applicator", "meta/validation",
      "meta/meta-data", "meta/format-annotation", "meta/content", "meta/unevaluated");

  /** Immutable; made of eight files, so only once. */
  private static final Validator META_SCHEMA = metaSchema();

  private final String source;
  private final JsonObject schema;

  private SettingsSchema(String source, JsonObject schema) {
    this.source = source;
    this.schema = schema;
  }

  /**
   * Reads a schema.
   *
   * @param source what errors call it
   * @throws ConfigException when it is no JSON Schema 2020-12
   */
  public static SettingsSchema parse(String source, byte[] utf8) throws ConfigException {
    JsonObject schema = ConfigText.parse(source, utf8);
    Object dialect = schema.getValue("$schema", DIALECT + "schema");
    if (!(DIALECT + "schema").equals(dialect)) {
      throw new ConfigException(source, "is written in " + dialect + "; only " + DIALECT + "schema is understood");
    }
    OutputUnit result = META_SCHEMA.validate(schema);
    if (!result.getValid()) {
      throw new ConfigException(source, "is no JSON Schema: " + innermost(result));
    }
    SettingsSchema read = new SettingsSchema(source, schema);
    read.check(new JsonObject(), ""); // finds references that lead nowhere
    return read;
  }

  /** Every mistake in {@code settings}, their paths below {@code path}. */
  public List<Mistake> check(JsonObject settings, String path) throws ConfigException {
    try {
      return SchemaCheck.check(schema, settings, path);
    } catch (RuntimeException | StackOverflowError e) { // a pattern that is none, a reference to itself
      throw new ConfigException(source, "cannot be used: " + e);
    }
  }

  private static Validator metaSchema() {
    SchemaRepository parts = SchemaRepository.create(new JsonSchemaOptions()
        .setBaseUri(DIALECT).setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic));
    for (String part : PARTS) {
      parts.dereference(DIALECT + part, JsonSchema.of(resource("/json-schema.org/draft/2020-12/" + part)));
    }
    return parts.validator(DIALECT + "schema");
  }

  private static JsonObject resource(String name) {
    try (InputStream in = SchemaRepository.class.getResourceAsStream(name)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The error that is deepest in the schema: the others only say that something within is wrong. */
  private static String innermost(OutputUnit result) {
    OutputUnit deepest = result.getErrors().get(0);
    for (OutputUnit error : result.getErrors()) {
      if (depth(error) >= depth(deepest)) {
        deepest = error;
      }
    }
    return deepest.getInstanceLocation() + ": " + deepest.getError();
  }

  private static long depth(OutputUnit error) {
    return error.getInstanceLocation().chars().filter(character -> character == '/').count();
  }
}
