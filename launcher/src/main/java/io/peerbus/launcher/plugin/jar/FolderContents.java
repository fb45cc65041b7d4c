package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.PluginConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is in the plugin folder as a whole, and how it is changed. Everything here blocks. */
public record FolderContents(PluginFolder folder) {

  /** What the jar that was in use is called after another took its place; not a {@code .jar}, so it does not count. */
  private static final String PREVIOUS = ".previous";

  /**
   * What a look at a file tells, without opening it.
   *
   * @param size in bytes
   * @param modified in milliseconds since 1970
   * @param key tells two files of one name apart, as one moved over the other
   */
  public record Stamp(long size, long modified, String key) {}

  /** The jars by name. A file that goes while we look is not there; neither is a folder that cannot be read. */
  public Map<String, Stamp> stamps() {
    Map<String, Stamp> stamps = new LinkedHashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.path(), "*.jar")) {
      for (Path file : all) {
        stamp(file, stamps);
      }
    } catch (IOException e) {
      return Map.of();
    }
    return stamps;
  }

  private static void stamp(Path file, Map<String, Stamp> stamps) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isRegularFile() && !file.getFileName().toString().startsWith(".")) {
        stamps.put(file.getFileName().toString(), new Stamp(attributes.size(),
            attributes.lastModifiedTime().toMillis(), String.valueOf(attributes.fileKey())));
      }
    } catch (IOException e) {
      // gone in the meantime
    }
  }

  /** Which plugin each usable jar holds, by the jar's name. */
  public Map<String, String> ids() {
    Map<String, String> ids = new LinkedHashMap<>();
    for (PluginJar jar : usable()) {
      ids.put(jar.file().getFileName().toString(), jar.id());
    }
    return ids;
  }

  private List<PluginJar> usable() {
    List<PluginJar> usable = new ArrayList<>();
    for (String name : stamps().keySet()) {
      try {
        usable.add(PluginJar.read(folder.path().resolve(name)));
      } catch (PluginException e) {
        // whoever asks for a plugin in it is told why it cannot be used
      }
    }
    return usable;
  }

  /** The id of the plugin in a jar of the folder. */
  public String idOf(String file) throws PluginException {
    return PluginJar.read(folder.path().resolve(file)).id();
  }

  /** Whether any jar holds that plugin. */
  public boolean holds(String id) {
    return usable().stream().anyMatch(jar -> jar.id().equals(id));
  }

  /** Plugins that start although no config asks for them. */
  public List<String> startingByThemselves() {
    return usable().stream().filter(PluginJar::startsByItself).map(PluginJar::id).distinct().toList();
  }

  /** The same plugins, those that others require first, otherwise in the order given. */
  public List<PluginConfig> inOrder(List<PluginConfig> wanted) throws PluginException {
    Map<String, PluginConfig> configs = new LinkedHashMap<>();
    Map<String, List<String>> requirements = new LinkedHashMap<>();
    for (PluginConfig config : wanted) {
      configs.put(config.id(), config);
      requirements.put(config.id(), folder.find(config).requires());
    }
    Set<String> ordered = new LinkedHashSet<>();
    for (String id : configs.keySet()) {
      visit(id, requirements, ordered, new LinkedHashSet<>());
    }
    return ordered.stream().map(configs::get).toList();
  }

  private static void visit(String id, Map<String, List<String>> requirements, Set<String> ordered, Set<String> path)
      throws PluginException {
    if (ordered.contains(id) || !requirements.containsKey(id)) {
      return; // what is not wanted is missed later, with a better message
    }
    if (!path.add(id)) {
      throw new PluginException("plugins require each other in a circle: " + String.join(", ", path));
    }
    for (String requirement : requirements.get(id)) {
      visit(requirement, requirements, ordered, path);
    }
    path.remove(id);
    ordered.add(id);
  }

  /**
   * Puts a copy of a jar into the folder, all at once; the jar that held the plugin before is kept under another name.
   * Verifies nothing but the manifest.
   *
   * @return the plugin's id
   */
  public String install(Path file) throws PluginException {
    PluginJar fresh = PluginJar.read(file);
    Path target = folder.path().resolve(file.getFileName().toString());
    try {
      if (!Files.exists(target) || !Files.isSameFile(file, target)) {
        Path temporary = Files.createTempFile(folder.path(), ".install-", ".tmp");
        try {
          Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
          for (PluginJar jar : usable()) {
            if (jar.id().equals(fresh.id())) {
              Files.move(jar.file(), jar.file().resolveSibling(jar.file().getFileName() + PREVIOUS),
                  StandardCopyOption.REPLACE_EXISTING);
            }
          }
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(temporary);
        }
      }
      return fresh.id();
    } catch (IOException e) {
      throw PluginException.of(file.getFileName() + " cannot be put into " + folder.path(), e);
    }
  }
}
