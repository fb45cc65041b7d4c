package io.peerbus.launcher.plugin.jar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a plugin's jar says of itself in its manifest.
 *
 * @param file the jar
 * @param id {@code Plugin-Id}
 * @param version {@code Plugin-Version}
 * @param verticle {@code Plugin-Verticle}, the class that is deployed
 * @param api {@code Plugin-Api}, the version of the plugin API it was written for
 * @param requires {@code Plugin-Requires}, the ids of plugins that must run before it; mostly none
 * @param startsByItself unless {@code Plugin-Autostart} is {@code false}: whether it is deployed although no config
 *     asks for it
 */
public record PluginJar(Path file, String id, String version, String verticle, int api, List<String> requires,
    boolean startsByItself) {

  /** The plugin API of this node. Grows when plugins written before would no longer run. */
  public static final int API = 1;

  /** Manifests are some hundred bytes; a larger one is there to fill memory. */
  static final int MAX_MANIFEST = 64 << 10;

  /** Where in a jar the schema of its settings is. */
  static final String SCHEMA = "META-INF/peerbus/settings.schema.json";

  /** Schemas are some kilobytes, and all of one is parsed; see above. */
  static final int MAX_SCHEMA = 256 << 10;

  /** Its list is copied. */
  public PluginJar {
    requires = List.copyOf(requires);
  }

  /** Reads the manifest only, to find out which plugin it is; nothing else is verified. Blocks. */
  static PluginJar read(Path file) throws PluginException {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw new PluginException(file + (Files.exists(file) ? " is no file" : " is not there"));
    }
    try {
      WorkingCopy.checkSize(name, Files.size(file)); // its index comes into memory as soon as it is opened
    } catch (IOException e) {
      throw PluginException.of(name + " cannot be read", e);
    }
    byte[] manifest = entry(file, JarFile.MANIFEST_NAME, MAX_MANIFEST).orElseThrow(() -> PluginManifest.missing(name));
    return PluginManifest.read(name, file, manifest);
  }

  /** The schema of the plugin's settings, {@value #SCHEMA} in the jar, if it brings one. Blocks. */
  Optional<byte[]> settingsSchema() throws PluginException {
    return entry(file, SCHEMA, MAX_SCHEMA);
  }

  private static Optional<byte[]> entry(Path file, String name, int most) throws PluginException {
    try (ZipFile jar = new ZipFile(file.toFile())) {
      ZipEntry entry = jar.getEntry(name);
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

  /** Fails when the plugin was written for an API that this node does not have; {@code name} is for the message. */
  void checkApi(String name) throws PluginException {
    if (api != API) {
      throw new PluginException(name + " was made for plugin API " + api + ", this node has " + API
          + (api > API ? "; it needs a newer Peerbus" : "; it needs a newer version of the plugin"));
    }
  }
}
