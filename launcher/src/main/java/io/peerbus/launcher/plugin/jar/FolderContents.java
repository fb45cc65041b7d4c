package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is in the plugin folder as a whole, and how it is changed: under its {@link FolderLock}, since the nodes of one
 * installation share it. Everything here blocks.
 */
public record FolderContents(PluginFolder folder) {

  /** What the jar that was in use is called after another took its place; not a {@code .jar}, so it does not count. */
  static final String PREVIOUS = ".previous";

  /** What that is called, when there is one already, until it is clear that the other is of use. */
  static final String OLDER = ".older";

  /** A file of such a name is there while jars are moved, and after that only when the process was killed meanwhile. */
  static final String TEMPORARY_PREFIX = ".install-";
  static final String TEMPORARY_SUFFIX = ".tmp";

  /**
   * What a look at a file tells, without opening it.
   *
   * @param size in bytes
   * @param modified in milliseconds since 1970
   * @param key tells two files of one name apart, as one moved over the other
   */
  public record Stamp(long size, long modified, String key) {}

  /** The jars by name. A file that goes while we look is not there. */
  public Map<String, Stamp> stamps() throws PluginException {
    Map<String, Stamp> stamps = new LinkedHashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.path(), "*.jar")) {
      for (Path file : all) {
        stamp(file, stamps);
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw PluginException.of("plugin folder " + folder.path() + " cannot be read", e);
    }
    return stamps;
  }

  private static void stamp(Path file, Map<String, Stamp> stamps) {
    try {
      if (Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".")) {
        stamps.put(file.getFileName().toString(), stamp(file));
      }
    } catch (IOException e) {
      // gone in the meantime
    }
  }

  private static Stamp stamp(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(attributes.size(), attributes.lastModifiedTime().toMillis(),
        String.valueOf(attributes.fileKey()));
  }

  /** Which plugin each usable jar holds, by the jar's name. */
  public Map<String, String> ids() throws PluginException {
    Map<String, String> ids = new LinkedHashMap<>();
    for (PluginJar jar : usable()) {
      ids.put(jar.file().getFileName().toString(), jar.id());
    }
    return ids;
  }

  private List<PluginJar> usable() throws PluginException {
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
  public boolean holds(String id) throws PluginException {
    return usable().stream().anyMatch(jar -> jar.id().equals(id));
  }

  /** Plugins that start although no config asks for them. */
  public List<String> startingByThemselves() throws PluginException {
    return usable().stream().filter(PluginJar::startsByItself).map(PluginJar::id).distinct().toList();
  }

  /** Why the jars of these plugins would be refused under a policy; {@code work} is for copies. */
  public List<String> refusals(Collection<PluginConfig> plugins, Path work, PluginPolicy policy) {
    List<String> refusals = new ArrayList<>();
    for (PluginConfig each : plugins) {
      try {
        WorkingCopy.of(folder.find(each).file(), work, policy).close();
      } catch (PluginException e) {
        refusals.add(e.getMessage());
      }
    }
    return refusals;
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
   * What was put into the folder.
   *
   * @param id of the plugin
   * @param jar the new file; {@code null} when it was there already
   * @param stamp of the new file
   * @param before what was moved, from where to where, in that order: those that held the plugin, and what was in
   *     their way
   */
  public record Installed(String id, Path jar, Stamp stamp, Map<Path, Path> before) {

    private static Installed already(String id) {
      return new Installed(id, null, null, Map.of());
    }
  }

  /**
   * Puts a copy of a jar into the folder, all at once; the jar that held the plugin before is kept under another name.
   * Verifies nothing but the manifest.
   */
  public Installed install(Path file) throws PluginException {
    return FolderLock.hold(folder.path(), () -> install(file, file.getFileName().toString()));
  }

  private Installed install(Path file, String name) throws PluginException {
    PluginJar fresh = PluginJar.read(file);
    Path target = folder.path().resolve(name);
    try {
      if (Files.exists(target) && Files.isSameFile(file, target)) {
        return Installed.already(fresh.id());
      }
      if (isHeld(file, fresh.id())) {
        return Installed.already(fresh.id());
      }
      checkName(target, fresh);
      Path temporary = temporary();
      try {
        Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
        Installed installed = new Installed(fresh.id(), target, stamp(temporary), setAside(fresh.id()));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        return installed;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw PluginException.of(name + " cannot be put into " + folder.path(), e);
    }
  }

  /**
   * Has the folder hold a version that runs again, so that it is the one that comes with the node's next start. Does
   * nothing when the folder has something else by now than the version that was in use: that is to come yet.
   *
   * @param from SHA-256 of the version that was in use, or {@code null} for any
   * @param named the file that the config wants the plugin in, or {@code null}
   */
  public void putBack(WorkingCopy version, String from, String named) throws PluginException {
    FolderLock.hold(folder.path(), () -> {
      putBackNow(version, from, named);
      return null;
    });
  }

  private void putBackNow(WorkingCopy version, String from, String named) throws PluginException {
    String id = version.jar().id();
    List<PluginJar> there = usable().stream().filter(jar -> jar.id().equals(id)).toList();
    String held = there.size() == 1 ? hash(there.get(0).file()) : version.sha256();
    if (held.equals(version.sha256()) || from != null && !held.equals(from)) {
      return;
    }
    String name = named == null ? version.source() : named;
    boolean foreign = usable().stream()
        .anyMatch(jar -> !jar.id().equals(id) && jar.file().getFileName().toString().equals(name));
    settleNow(install(version.jar().file(), foreign ? id + "-" + version.jar().version() + ".jar" : name));
  }

  private static String hash(Path file) throws PluginException {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw PluginException.of(file.getFileName() + " cannot be read", e);
    }
  }

  /** The jar is of use: of the versions before, only the last is kept. */
  public void settle(Installed installed) throws PluginException {
    if (installed.before().isEmpty()) {
      return;
    }
    FolderLock.hold(folder.path(), () -> {
      settleNow(installed);
      return null;
    });
  }

  private void settleNow(Installed installed) throws PluginException {
    if (installed.before().isEmpty()) {
      return;
    }
    Path last = List.copyOf(installed.before().values()).get(installed.before().size() - 1);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.path(), "*.jar" + PREVIOUS + "{," + OLDER + "}")) {
      for (Path file : all) {
        if (!file.equals(last) && holds(file, installed.id())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw PluginException.of("old versions in " + folder.path() + " cannot be removed", e);
    }
  }

  /** A verified copy, in {@code work}, of the version that was in use before the one in the folder; or {@code null}. */
  public WorkingCopy kept(String id, Path work, PluginPolicy policy) throws PluginException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.path(), "*.jar" + PREVIOUS)) {
      for (Path file : all) {
        if (holds(file, id)) {
          String name = file.getFileName().toString();
          return WorkingCopy.of(name.substring(0, name.length() - PREVIOUS.length()), file, work, policy);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw PluginException.of("plugin folder " + folder.path() + " cannot be read", e);
    }
    return null;
  }

  static boolean holds(Path file, String id) {
    try {
      return PluginJar.read(file).id().equals(id);
    } catch (PluginException e) {
      return false; // not ours, or nobody knows whose
    }
  }

  /** Whether the one jar of the plugin is the same by whatever name: then the version before stays the one before. */
  private boolean isHeld(Path file, String id) throws IOException, PluginException {
    List<PluginJar> there = usable().stream().filter(jar -> jar.id().equals(id)).toList();
    return there.size() == 1 && Files.mismatch(file, there.get(0).file()) == -1;
  }

  private void checkName(Path target, PluginJar fresh) throws PluginException {
    String name = target.getFileName().toString();
    if (!name.endsWith(".jar") || name.startsWith(".")) {
      throw new PluginException(name + " would not count in the plugin folder: let its name end in .jar and not"
          + " start with a dot");
    }
    for (PluginJar jar : usable()) {
      if (jar.file().equals(target) && !jar.id().equals(fresh.id())) {
        throw new PluginException(name + " in the plugin folder holds plugin \"" + jar.id()
            + "\": give the jar of \"" + fresh.id() + "\" another name");
      }
    }
  }

  private Path temporary() throws IOException {
    return Files.createTempFile(folder.path(), TEMPORARY_PREFIX, TEMPORARY_SUFFIX);
  }

  /** After this {@link #PREVIOUS} is what was in use, and nothing else of the plugin. */
  private Map<Path, Path> setAside(String id) throws IOException, PluginException {
    Map<Path, Path> before = new LinkedHashMap<>();
    List<Path> jars = usable().stream().filter(jar -> jar.id().equals(id)).map(PluginJar::file).toList();
    Set<Path> inTheWay = new LinkedHashSet<>();
    if (!jars.isEmpty()) {
      inTheWay.addAll(named(PREVIOUS).stream().filter(file -> holds(file, id)).toList());
      jars.stream().map(FolderContents::aside).filter(Files::exists).forEach(inTheWay::add);
    }
    for (Path file : inTheWay) {
      move(file, file.resolveSibling(file.getFileName() + OLDER), before);
    }
    for (Path jar : jars) {
      move(jar, aside(jar), before);
    }
    return before;
  }

  private static Path aside(Path jar) {
    return jar.resolveSibling(jar.getFileName() + PREVIOUS);
  }

  private static void move(Path from, Path to, Map<Path, Path> moved) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    moved.put(from, to);
  }

  /** The files whose name ends so, after {@code .jar}. */
  List<Path> named(String suffix) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.path(), "*.jar" + suffix)) {
      all.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  /** Takes back what {@link #install} did: the jar was of no use. What another node has put there since stays. */
  public void undo(Installed installed) throws PluginException {
    if (installed.jar() == null) {
      return;
    }
    FolderLock.hold(folder.path(), () -> {
      try {
        undoNow(installed);
      } catch (IOException e) {
        throw PluginException.of("what was in " + folder.path() + " cannot be put back", e);
      }
      return null;
    });
  }

  private void undoNow(Installed installed) throws IOException {
    boolean there = Files.exists(installed.jar());
    if (there && !stamp(installed.jar()).equals(installed.stamp())) {
      return;
    }
    Path temporary = temporary(); // until the jars before are back
    if (there) {
      Files.move(installed.jar(), temporary, StandardCopyOption.ATOMIC_MOVE);
    }
    List<Map.Entry<Path, Path>> moves = new ArrayList<>(installed.before().entrySet());
    Collections.reverse(moves);
    for (Map.Entry<Path, Path> each : moves) {
      if (Files.exists(each.getValue())) { // or another node has settled it
        Files.move(each.getValue(), each.getKey(), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.delete(temporary);
  }
}
