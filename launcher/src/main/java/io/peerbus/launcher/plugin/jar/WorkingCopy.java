package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * A verified copy of a plugin's jar, and what is known of it. Everything is checked on the copy whose SHA-256 this is,
 * and classes are loaded from the copy only: the jar in the plugin folder may be exchanged at any time, also between
 * check and use. None of its classes has run. Immutable, any thread; the copy lives until {@link #close()}.
 *
 * @param source the name of the jar that was copied
 * @param jar what the copy's own manifest says; its file is the copy
 * @param sha256 of the whole file, in hexadecimal
 * @param publisher whose signature it has, checked; {@code null} when it has none
 * @param schema of its settings; {@code null} when it has none
 */
public record WorkingCopy(String source, PluginJar jar, String sha256, PeerId publisher, JsonObject schema)
    implements AutoCloseable {

  /** Largest jar; a plugin is some hundred kilobytes. */
  static final long MAX_JAR = 64L << 20;

  /** Largest schema of settings; all of it is parsed. */
  static final int MAX_SCHEMA = PluginJar.MAX_SCHEMA;

  /** Largest signature: an envelope of an Ed25519 key has some 200 bytes. */
  static final int MAX_SIGNATURE = 1 << 10;

  /** The entries that are looked into. */
  static final Map<String, Integer> TEXTS = Map.of(JarFile.MANIFEST_NAME, PluginJar.MAX_MANIFEST,
      PluginSignature.ENTRY, MAX_SIGNATURE, SchemaEntry.ENTRY, MAX_SCHEMA);

  /**
   * Copies a jar into {@code folder} and verifies the copy, also that {@code policy} takes it. Blocks, for about ten
   * milliseconds a megabyte.
   *
   * @param folder made when it is missing; nobody but the node may write into it
   * @throws PluginException with the one reason why it is refused; nothing is left of the copy
   */
  public static WorkingCopy of(Path source, Path folder, PluginPolicy policy) throws PluginException {
    return of(String.valueOf(source.getFileName()), source, folder, policy);
  }

  /** Deletes the copies that a crash left behind in a folder, which nobody else may use. Blocks. */
  public static Void deleteAll(Path folder) throws PluginException {
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      return null;
    } catch (IOException e) {
      throw PluginException.of("folder " + folder + " cannot be emptied", e);
    }
  }

  /** The same for a jar that messages call {@code name}. */
  static WorkingCopy of(String name, Path source, Path folder, PluginPolicy policy) throws PluginException {
    Path file = null;
    try {
      Files.createDirectories(folder);
      file = Files.createTempFile(folder, ".plugin-", ".tmp"); // mode 0600
      String sha256 = copy(name, source, file);
      // The number makes two copies of one jar two files: the old one may still be in use.
      Path named = file.resolveSibling(sha256 + file.getFileName().toString().replaceAll("[^0-9]", "-") + ".jar");
      file = Files.move(file, named, StandardCopyOption.ATOMIC_MOVE);
      makeReadOnly(file);
      WorkingCopy copy = verify(name, file, sha256, policy);
      file = null;
      return copy;
    } catch (IOException | RuntimeException e) {
      throw PluginException.of(name + " cannot be used", e);
    } finally {
      delete(file);
    }
  }

  private static WorkingCopy verify(String name, Path file, String sha256, PluginPolicy policy)
      throws IOException, PluginException {
    JarContents contents = JarScan.of(name, file, TEXTS);
    byte[] manifest = contents.texts().get(JarFile.MANIFEST_NAME);
    if (manifest == null) {
      throw PluginManifest.missing(name);
    }
    PluginJar jar = PluginManifest.read(name, file, manifest);
    jar.checkApi(name);
    PeerId publisher = PluginSignature.publisher(name, contents);
    WorkingCopy copy = new WorkingCopy(name, jar, sha256, publisher, SchemaEntry.read(name, contents));
    PluginSignature.check(copy, policy);
    VerticleCheck.check(name, jar, contents);
    return copy;
  }

  private static String copy(String name, Path source, Path target) throws IOException, PluginException {
    if (!Files.isRegularFile(source)) {
      throw new PluginException(name + (Files.exists(source) ? " is no file" : " is not there")
          + ": name the file of a jar");
    }
    BasicFileAttributes before = Files.readAttributes(source, BasicFileAttributes.class);
    MessageDigest digest = Sha256.start();
    long total = 0;
    try (InputStream in = Files.newInputStream(source);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
      byte[] chunk = new byte[64 << 10];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        total += n;
        checkSize(name, total);
        digest.update(chunk, 0, n);
        out.write(chunk, 0, n);
      }
    }
    BasicFileAttributes after = Files.readAttributes(source, BasicFileAttributes.class);
    if (total != before.size() || total != after.size()
        || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
      throw new PluginException(name + " changed while it was read: put it there under another name, then rename it");
    }
    return Sha256.hex(digest);
  }

  static void checkSize(String name, long bytes) throws PluginException {
    if (bytes > MAX_JAR) {
      throw new PluginException(name + " is larger than " + MAX_JAR
          + " bytes: leave out what the plugin does not need");
    }
  }

  /**
   * A loader for the classes of the plugin that runs under {@code id}. Blocks: it opens the copy, then makes sure that
   * it is still the one that was verified.
   */
  public PluginLoader newLoader(String id) throws PluginException {
    try {
      PluginLoader loader = new PluginLoader(id, jar.version(), jar.file());
      loader.findResource(JarFile.MANIFEST_NAME); // from now on it has the file open
      if (!sha256.equals(Sha256.of(jar.file()))) {
        loader.close();
        throw new PluginException("the copy of " + source + " was changed after it was verified: who else writes into "
            + jar.file().getParent() + "?");
      }
      return loader;
    } catch (IOException e) {
      throw PluginException.of("the copy of " + source + " cannot be loaded", e);
    }
  }

  /** A copy. */
  @Override
  public JsonObject schema() {
    return schema == null ? null : schema.copy();
  }

  /** Deletes the copy. Blocks. */
  @Override
  public void close() {
    delete(jar.file());
  }

  private static void makeReadOnly(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Left behind; the next start of the node empties the folder.
    }
  }
}
