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
    if (wanted.jar() != null) {
      PluginJar jar = PluginJar.read(path.resolve(wanted.jar()));
      if (!jar.id().equals(wanted.id())) {
        throw new PluginException(wanted.jar() + " holds plugin \"" + jar.id() + "\", not \"" + wanted.id() + "\"");
      }
      return jar;
    }
    List<PluginJar> found = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    for (Path file : files()) {
      try {
        PluginJar jar = PluginJar.read(file);
        ids.add(jar.id());
        if (jar.id().equals(wanted.id())) {
          found.add(jar);
        }
      } catch (PluginException e) {
        broken.add(e.getMessage());
      }
    }
    if (found.size() > 1) {
      throw new PluginException("more than one jar in " + path + " holds plugin \"" + wanted.id() + "\": "
          + String.join(", ", found.stream().map(jar -> jar.file().getFileName() + " (" + jar.version() + ")").toList())
          + "; name one with \"jar\" in the config, or take the others away");
    }
    if (found.isEmpty()) {
      throw new PluginException("no jar in " + path + " holds plugin \"" + wanted.id() + "\""
          + (ids.isEmpty() ? "; there is no plugin in it at all" : NearestName.hint(wanted.id(), ids))
          + (broken.isEmpty() ? "" : " (unusable: " + String.join("; ", broken) + ")"));
    }
    return found.get(0);
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
