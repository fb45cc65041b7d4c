package io.peerbus.launcher.plugin.jar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a plugin's jar says of itself in its manifest.
 *
 * @param file the jar in the plugin folder
 * @param id {@code Plugin-Id}
 * @param version {@code Plugin-Version}
 * @param verticle {@code Plugin-Verticle}, the class that is deployed
 * @param api {@code Plugin-Api}, the version of the plugin API it was written for
 * @param requires {@code Plugin-Requires}, ids of plugins that must run before it, separated by commas; may be empty
 * @param startsByItself unless {@code Plugin-Autostart} is {@code false}: whether it is deployed although no config
 *     asks for it
 */
public record PluginJar(Path file, String id, String version, String verticle, int api,
    List<String> requires, boolean startsByItself) {

  /** The plugin API of this node. Grows when plugins written before would no longer run. */
  public static final int API = 1;

  /** Manifests are some hundred bytes; a larger one is there to fill memory. */
  private static final int MAX_MANIFEST = 64 << 10;

  /** Where in a jar the schema of its settings is. */
  static final String SCHEMA = "META-INF/peerbus/settings.schema.json";

  /** Schemas are some kilobytes; see above. */
  static final int MAX_SCHEMA = 256 << 10;

  /** Reads the manifest only; nothing is verified. Blocks. */
  static PluginJar read(Path file) throws PluginException {
    if (!Files.isRegularFile(file)) {
      throw new PluginException(file + " is not there");
    }
    byte[] manifest = entry(file, JarFile.MANIFEST_NAME, MAX_MANIFEST)
        .orElseThrow(() -> new PluginException(file.getFileName() + " is no plugin: it has no manifest"));
    try {
      return of(file, new Manifest(new ByteArrayInputStream(manifest)).getMainAttributes());
    } catch (IOException e) {
      throw PluginException.of(file.getFileName() + " is no plugin: its manifest cannot be read", e);
    }
  }

  /** The schema of the plugin's settings, {@value #SCHEMA} in the jar, if it brings one. Blocks. */
  Optional<byte[]> settingsSchema() throws PluginException {
    return entry(file, SCHEMA, MAX_SCHEMA);
  }

  private static Optional<byte[]> entry(Path file, String name, int most) throws PluginException {
    try (JarFile jar = new JarFile(file.toFile(), false)) {
      JarEntry entry = jar.getJarEntry(name);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = jar.getInputStream(entry)) {
        byte[] bytes = in.readNBytes(most + 1);
        if (bytes.length > most) {
          throw new PluginException(file.getFileName() + " cannot be used: its " + name + " is larger than " + most
              + " bytes");
        }
        return Optional.of(bytes);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw PluginException.of(file.getFileName() + " is not a readable jar", e);
    }
  }

  private static PluginJar of(Path file, Attributes manifest) throws PluginException {
    String id = attribute(file, manifest, "Plugin-Id", "[a-z0-9][a-z0-9-]{0,62}");
    String version = attribute(file, manifest, "Plugin-Version", "[A-Za-z0-9][A-Za-z0-9._+-]{0,62}");
    String verticle = attribute(file, manifest, "Plugin-Verticle", "([A-Za-z_$][\\w$]*\\.)*[A-Za-z_$][\\w$]*");
    String api = attribute(file, manifest, "Plugin-Api", "[0-9]{1,6}");
    String wanted = manifest.getValue("Plugin-Requires");
    String requires = wanted == null || wanted.isBlank() ? ""
        : attribute(file, manifest, "Plugin-Requires", "[a-z0-9][a-z0-9-]{0,62}( *, *[a-z0-9][a-z0-9-]{0,62})*");
    boolean autostart = manifest.getValue("Plugin-Autostart") == null
        || attribute(file, manifest, "Plugin-Autostart", "true|false").equals("true");
    return new PluginJar(file, id, version, verticle, Integer.parseInt(api),
        requires.isEmpty() ? List.of() : List.of(requires.split(" *, *")), autostart);
  }

  private static String attribute(Path file, Attributes manifest, String name, String form) throws PluginException {
    String value = manifest.getValue(name);
    if (value == null) {
      throw new PluginException(file.getFileName() + " is no plugin: its manifest has no " + name);
    }
    if (!value.trim().matches(form)) {
      throw new PluginException(file.getFileName() + ": " + name + " \"" + value + "\" is not of the form " + form);
    }
    return value.trim();
  }

  /** Fails when the plugin was written for an API that this node does not have. */
  void checkApi() throws PluginException {
    if (api != API) {
      throw new PluginException(file.getFileName() + " was made for plugin API " + api + ", this node has " + API
          + (api > API ? "; it needs a newer Peerbus" : "; it needs a newer version of the plugin"));
    }
  }
}
