package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.ConfigText;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The schema of a plugin's settings, in its jar. */
final class SchemaEntry {

  static final String ENTRY = "META-INF/peerbus/settings.schema.json";

  private SchemaEntry() {}

  /** The schema, {@code null} when there is none. Fails when a validator could not be made of it. */
  static JsonObject read(String jar, JarContents contents) throws PluginException {
    byte[] bytes = contents.texts().get(ENTRY);
    if (bytes == null) {
      return null;
    }
    String where = jar + ": its " + ENTRY;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().strip();
      if (!text.startsWith("{")) {
        throw new PluginException(where + " must be one JSON object, {…}");
      }
      JsonObject schema = ConfigText.of(where, text);
      // The mistakes of a schema show when it is used.
      Validator.create(JsonSchema.of(schema.copy()), new JsonSchemaOptions().setBaseUri("urn:peerbus:plugin")
          .setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic)).validate(new JsonObject());
      return schema;
    } catch (CharacterCodingException e) {
      throw new PluginException(where + " is not UTF-8 text");
    } catch (ConfigException e) {
      throw new PluginException(e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      throw PluginException.of(where + " is no JSON Schema; correct it", e);
    }
  }
}
