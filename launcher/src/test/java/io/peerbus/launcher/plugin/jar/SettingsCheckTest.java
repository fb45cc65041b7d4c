package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {

  @TempDir
  private Path path;

  private List<String> check(PluginRules.Entry... plugins) {
    return new SettingsCheck(new PluginFolder(path)).check(List.of(plugins)).stream().map(Object::toString).toList();
  }

  private static PluginRules.Entry entry(int index, String id, String jar, String settings) {
    return entry(index, id, jar, id, settings);
  }

  private static PluginRules.Entry entry(int index, String id, String jar, String plugin, String settings) {
    return new PluginRules.Entry("plugins[" + index + "]", id, plugin, jar,
        new JsonObject(settings.replace('\'', '"')));
  }

  private void put(String id, String schema) throws Exception {
    new JarMaker(id, "x.Y").withEntry(PluginJar.SCHEMA, schema.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        .write(path.resolve(id + ".jar"));
  }

  /** What is wrong with these settings by this schema; paths are printed without where the settings are. */
  private List<String> mistakes(String schema, String settings) throws Exception {
    put("x", schema);
    String settingsPath = "plugins[0].settings";
    return check(entry(0, "x", null, settings)).stream().map(mistake -> {
      assertTrue(mistake.startsWith(settingsPath), mistake);
      return mistake.substring(settingsPath.length());
    }).toList();
  }

  @Test
  void everyPluginsMistakesAreFoundAtOnceWithTheirWholePath() throws Exception {
    put("a", "{'additionalProperties': false, 'properties': {'n': {'type': 'integer', 'maximum': 5}}}");
    put("b", "{'properties': {'list': {'items': {'type': 'string'}}}}");
    assertEquals(List.of("plugins[0].settings.n: 6 is out of range, at most 5",
            "plugins[0].settings.nn: unknown name; did you mean \"n\"?",
            "plugins[1].settings.list[1]: is the number 7, must be a text \"…\"",
            "plugins[2].id: no jar in " + path + " holds plugin \"bb\"; did you mean \"b\"?",
            "plugins[3].jar: " + path.resolve("c.jar") + " is not there",
            "plugins[4].jar: a.jar holds plugin \"a\", not \"d\""),
        check(entry(0, "a", null, "{'n': 6, 'nn': 1}"), entry(1, "b", "b.jar", "{'list': ['x', 7]}"),
            entry(2, "bb", null, "{}"), entry(3, "c", "c.jar", "{}"), entry(4, "d", "a.jar", "{}")));
  }

  @Test
  void settingsOfAPluginWithoutASchemaAreTakenAsTheyAre() throws Exception {
    new JarMaker("x", "x.Y").write(path.resolve("x.jar"));
    assertEquals(List.of(), check(entry(0, "x", null, "{'any': [1, null]}")));
  }

  @Test
  void aPluginThatAnotherRequiresMustBeNamedUnlessItStartsByItself() throws Exception {
    new JarMaker("x", "x.Y").with("Plugin-Requires", "y,z").write(path.resolve("x.jar"));
    new JarMaker("y", "x.Y").with("Plugin-Autostart", "false").write(path.resolve("y.jar"));
    new JarMaker("z", "x.Y").with("Plugin-Autostart", "true").write(path.resolve("z.jar"));
    assertEquals(List.of("plugins[0]: \"x\" requires \"y\": name it in plugins, too"), check(entry(0, "x", null, "{}")));
    assertEquals(List.of(), check(entry(0, "x", null, "{}"), entry(1, "y", null, "{}")));
  }

  @Test
  void anEntryIsCheckedByTheJarOfThePluginThatItIs() throws Exception {
    put("a", "{'properties': {'n': {'type': 'integer'}}}");
    new JarMaker("x", "x.Y").with("Plugin-Requires", "y").write(path.resolve("x.jar"));
    new JarMaker("y", "x.Y").with("Plugin-Autostart", "true").write(path.resolve("y.jar"));
    assertEquals(List.of("plugins[0].settings.n: is the text \"1\", must be a whole number",
            "plugins[1].plugin: no jar in " + path + " holds plugin \"aa\"; did you mean \"a\"?",
            "plugins[2].jar: x.jar holds plugin \"x\", not \"a\"",
            "plugins[3]: \"u\" requires \"y\": name it in plugins, too; \"v\" is that plugin, not that id"),
        check(entry(0, "r", null, "a", "{'n': '1'}"), entry(1, "s", null, "aa", "{}"),
            entry(2, "t", "x.jar", "a", "{}"), entry(3, "u", null, "x", "{}"), entry(4, "v", null, "y", "{}")));
    assertEquals(List.of(), check(entry(0, "u", null, "x", "{}"), entry(1, "y", null, "a", "{}")));
  }

  @Test
  void aFolderThatIsMissingIsSaidOnce() {
    path = path.resolve("missing");
    assertEquals(List.of("pluginFolder: plugin folder " + path + " does not exist"),
        check(entry(0, "a", null, "{}"), entry(1, "b", null, "{}")));
    assertEquals(List.of(), check());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "[] | must be one JSON object, {…}",
      "{'type': | line 1, column ",
      "{'a': 1, 'a': 2} | line 1, column ",
      "{'type': 'strng'} | is no JSON Schema: #/type: ",
      "{'properties': {'a': {'minimum': 'x'}}} | is no JSON Schema: #/properties/a/minimum: ",
      "{'properties': {'a': 7}} | is no JSON Schema: #/properties/a: ",
      "{'$ref': '#/$defs/a'} | cannot be used: ",
      "{'$ref': 'https://example.org/schema'} | cannot be used: ",
      "{'$ref': '#'} | cannot be used: ",
      "{'additionalProperties': {'pattern': '('}} | is no JSON Schema: #/additionalProperties/pattern: ",
      "{'$schema': 'http://json-schema.org/draft-07/schema#'} | is written in http://json-schema.org/draft-07/schema#;"
          + " only https://json-schema.org/draft/2020-12/schema is understood",
  })
  void aBrokenSchemaIsThePluginsMistakeAndItsJarIsNamed(String schema, String reason) throws Exception {
    put("x", schema);
    List<String> found = check(entry(0, "x", null, "{'a': 'b'}"));
    assertEquals(1, found.size(), found.toString());
    assertTrue(found.get(0).startsWith("plugins[0].settings: cannot be checked, the plugin is broken: "
        + "x.jar!/META-INF/peerbus/settings.schema.json: " + reason), found.get(0));
  }

  @Test
  void aSchemaThatIsTooLargeOrNoTextIsNotRead() throws Exception {
    put("x", " ".repeat(PluginJar.MAX_SCHEMA) + "{}");
    assertEquals(List.of("plugins[0].settings: cannot be checked, the plugin is broken: x.jar cannot be used: its "
        + PluginJar.SCHEMA + " is larger than 262144 bytes"), check(entry(0, "x", null, "{}")));
    new JarMaker("x", "x.Y").withEntry(PluginJar.SCHEMA, new byte[] {'{', (byte) 0xFF, '}'})
        .write(path.resolve("x.jar"));
    assertTrue(check(entry(0, "x", null, "{}")).get(0).endsWith("is not UTF-8 text"));
    put("x", "[".repeat(100_000));
    assertTrue(check(entry(0, "x", null, "{}")).get(0).contains("must be one JSON object"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {
      "{'$defs': {'n': {'type': 'integer'}}, 'properties': {'a': {'$ref': '#/$defs/n'}}} | {'a': 'x'}"
          + " | .a: is the text \"x\", must be a whole number",
      "{'additionalProperties': {'type': 'boolean'}} | {'t': 1} | .t: is the number 1, must be true or false",
      "{'additionalProperties': {'type': 'boolean'}} | {'7': 1} | .7: is the number 1, must be true or false",
      "{'properties': {'a': {'type': ['string', 'null']}}} | {'a': 1} | .a: is the number 1, must be a text \"…\""
          + " or null",
      "{'properties': {'a': {'const': 5}}} | {'a': 1} | .a: is the number 1: Instance does not match 5",
      "{'properties': {'a': {'multipleOf': 5}}} | {'a': 1} | .a: is the number 1: 1 is not a multiple of 5",
      "{'properties': {'a': {'anyOf': [{'type': 'string'}, {'minimum': 5}]}}} | {'a': 1} | .a: is the number 1:"
          + " Instance does not match any subschemas",
      "{'properties': {'anyOf': {'type': 'string'}}} | {'anyOf': 1} | .anyOf: is the number 1, must be a text \"…\"",
      "{'patternProperties': {'^x': {'type': 'string'}}, 'additionalProperties': false} | {'xa': 1}"
          + " | .xa: is the number 1, must be a text \"…\"",
      "{'required': ['a', 'b']} | {'a': 1} | : \"b\" is missing",
      "{'not': {'required': ['a']}} | {'a': 1} | : is an object: Instance matched \"not\" schema",
      "{'properties': {'a': false}} | {'a': 1} | : is not as its schema wants it",
      "{'properties': {'a': {'type': 'string'}}} | {'a': 'x', 'b': 1} | -",
  })
  void anySchemaCanBeUsed(String schema, String settings, String mistake) throws Exception {
    assertEquals(Stream.ofNullable(mistake).toList(), mistakes(schema, settings));
  }
}
