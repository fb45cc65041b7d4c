package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.PluginConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** Reads a plugin's manifest (JAR specification, "JAR Manifest"; narrower: nothing twice, no way to other jars). */
final class PluginManifest {

  private static final String ID = "[a-z0-9][a-z0-9-]{0,62}";

  /** Most plugins that one may require. Each is looked for at every start. */
  private static final int MAX_REQUIRED = 32;

  private final String jar;
  private final Attributes main;

  private PluginManifest(String jar, Attributes main) {
    this.jar = jar;
    this.main = main;
  }

  /** The description in {@code manifest}; messages say {@code jar}. */
  static PluginJar read(String jar, Path file, byte[] manifest) throws PluginException {
    checkOnce(jar, manifest);
    try {
      Attributes main = new Manifest(new ByteArrayInputStream(manifest)).getMainAttributes();
      return new PluginManifest(jar, main).read(file);
    } catch (IOException | IllegalArgumentException e) {
      throw PluginException.of(jar + " has a manifest that cannot be read; build it anew", e);
    }
  }

  static PluginException missing(String jar) {
    return new PluginException(jar + " is no plugin: it has no manifest; build it with META-INF/MANIFEST.MF in it");
  }

  private PluginJar read(Path file) throws PluginException {
    String id = attribute("Plugin-Id", ID);
    if (PluginConfig.isTaken(id)) {
      throw new PluginException(jar + ": Plugin-Id " + Quoted.of(id)
          + " is the name of an address of the node itself: give the plugin another id");
    }
    String version = attribute("Plugin-Version", "[A-Za-z0-9][A-Za-z0-9._+-]{0,62}");
    String verticle = attribute("Plugin-Verticle", "([A-Za-z_$][\\w$]*\\.)*[A-Za-z_$][\\w$]*");
    int api = Integer.parseInt(attribute("Plugin-Api", "[0-9]{1,6}"));
    if (main.containsKey(Attributes.Name.CLASS_PATH)) {
      throw new PluginException(jar + " has a Class-Path in its manifest, which leads to jars that nobody has verified:"
          + " pack what it needs into it, and leave Class-Path out");
    }
    return new PluginJar(file, id, version, verticle, api, requires(id), startsByItself());
  }

  private boolean startsByItself() throws PluginException {
    return main.getValue("Plugin-Autostart") == null || attribute("Plugin-Autostart", "true|false").equals("true");
  }

  private List<String> requires(String id) throws PluginException {
    List<String> required = new ArrayList<>();
    String list = main.getValue("Plugin-Requires");
    if (list == null || list.isBlank()) {
      return required;
    }
    for (String one : list.split(",", -1)) {
      String other = one.strip();
      if (!other.matches(ID)) {
        throw new PluginException(jar + ": Plugin-Requires " + Quoted.of(list)
            + " is not a list of plugin ids with commas between them");
      }
      if (other.equals(id) || required.contains(other) || required.size() == MAX_REQUIRED) {
        throw new PluginException(jar + ": Plugin-Requires " + Quoted.of(list) + (other.equals(id)
            ? " names the plugin itself: leave it out" : required.contains(other) ? " names " + other + " twice"
            : " names more than " + MAX_REQUIRED + " plugins"));
      }
      required.add(other);
    }
    return required;
  }

  private String attribute(String name, String form) throws PluginException {
    String value = main.getValue(name);
    if (value == null) {
      throw new PluginException(jar + " is no plugin: its manifest has no " + name + "; add it to the manifest");
    }
    if (!value.strip().matches(form)) {
      throw new PluginException(jar + ": " + name + " " + Quoted.of(value) + " is not of the form " + form);
    }
    return value.strip();
  }

  /** Of an attribute that is there twice, which one counts is up to the reader: the JDK only logs a warning. */
  private static void checkOnce(String jar, byte[] manifest) throws PluginException {
    Set<String> names = new HashSet<>();
    for (String line : new String(manifest, StandardCharsets.UTF_8).split("\r\n|\r|\n")) {
      if (line.isEmpty()) {
        return; // the main section is over
      }
      int colon = line.indexOf(':');
      if (!line.startsWith(" ") && colon > 0 && !names.add(line.substring(0, colon).toLowerCase(Locale.ROOT))) {
        throw new PluginException(jar + " has " + Quoted.of(line.substring(0, colon))
            + " twice in its manifest: leave one");
      }
    }
  }
}
