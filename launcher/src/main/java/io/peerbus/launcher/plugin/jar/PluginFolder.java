package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.NearestName;
import io.peerbus.launcher.config.PluginConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The folder that plugin jars are found in. Files that start with a dot or do not end in {@code .jar} do not count. */
public record PluginFolder(Path path) {

  /** The system property that names the folder, before what the config says. */
  public static final String PROPERTY = "peerbus.plugins";

  /** The jar for one entry of the config; when there is none, the error lists what there is. Blocks. */
  public PluginJar find(PluginConfig wanted) throws PluginException {
    return wanted.jar() == null ? list().find(wanted.plugin()) : named(wanted.plugin(), wanted.jar());
  }

  /** The jar of this file name, if it holds that plugin. Blocks. */
  PluginJar named(String id, String file) throws PluginException {
    PluginJar jar = PluginJar.read(path.resolve(file));
    if (!jar.id().equals(id)) {
      throw new PluginException(file + " holds plugin \"" + jar.id() + "\", not \"" + id + "\"");
    }
    return jar;
  }

  /** Whether one jar holds the plugin with this id. Blocks. */
  public boolean holds(String id) {
    try {
      return list().find(id) != null;
    } catch (PluginException e) {
      return false;
    }
  }

  /** What there is now. Blocks. */
  Content list() throws PluginException {
    Content content = new Content(path, new ArrayList<>(), new ArrayList<>());
    for (Path file : files()) {
      try {
        content.jars().add(PluginJar.read(file));
      } catch (PluginException e) {
        content.broken().add(e.getMessage());
      }
    }
    return content;
  }

  /**
   * What was in the folder at one time.
   *
   * @param jars those that are plugins
   * @param broken why others are not
   */
  record Content(Path path, List<PluginJar> jars, List<String> broken) {

    /** The one jar with this id; when there is none, the error lists what there is. */
    PluginJar find(String id) throws PluginException {
      List<PluginJar> found = jars.stream().filter(jar -> jar.id().equals(id)).toList();
      if (found.size() > 1) {
        throw new PluginException("more than one jar in " + path + " holds plugin \"" + id + "\": "
            + String.join(", ", found.stream().map(jar -> jar.file().getFileName() + " (" + jar.version() + ")")
                .toList())
            + "; name one with \"jar\" in the config, or take the others away");
      }
      if (found.isEmpty()) {
        List<String> ids = jars.stream().map(PluginJar::id).toList();
        throw new PluginException("no jar in " + path + " holds plugin \"" + id + "\""
            + (ids.isEmpty() ? "; there is no plugin in it at all" : NearestName.hint(id, ids))
            + (broken.isEmpty() ? "" : " (unusable: " + String.join("; ", broken) + ")"));
      }
      return found.get(0);
    }
  }

  /** The jars in the folder, by name. Blocks. */
  private List<Path> files() throws PluginException {
    if (!Files.isDirectory(path)) {
      throw new PluginException("plugin folder " + path + " does not exist");
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(path, "*.jar")) {
      for (Path file : all) {
        if (!file.getFileName().toString().startsWith(".") && Files.isRegularFile(file)) {
          files.add(file);
        }
      }
    } catch (IOException e) {
      throw PluginException.of("plugin folder " + path + " cannot be read", e);
    }
    files.sort(Comparator.naturalOrder());
    return files;
  }
}
