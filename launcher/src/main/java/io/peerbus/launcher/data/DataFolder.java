package io.peerbus.launcher.data;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder of one node, held by one process at a time: its identity, and working copies of its plugins. It is made
 * with mode 0700, and an operating system's lock on a file in it keeps a second node out, also after a crash.
 */
public final class DataFolder implements AutoCloseable {

  /**
   * Folders held by this process, the one place for it: the system keeps file locks per process, not per channel, and
   * drops a lock when any other channel to the file is closed. So a second attempt must not even open the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Takes the folder, making it where needed. Fails when it is in use or cannot be used. Blocks. */
  public static DataFolder open(Path folder) throws StartException {
    return tryOpen(folder).orElseThrow(() -> new StartException(Exit.DATA, "data folder " + folder
        + " is in use by another node" + holder(folder) + "; give this one its own with --name or --data"));
  }

  /** As {@link #open}, but empty when another node has it. */
  public static Optional<DataFolder> tryOpen(Path folder) throws StartException {
    try {
      Path path = create(folder);
      if (!HELD.add(path)) {
        return Optional.empty();
      }
      FileChannel lock = null;
      try {
        lock = lock(path);
      } finally {
        if (lock == null) {
          HELD.remove(path);
        }
      }
      return Optional.ofNullable(lock).map(channel -> new DataFolder(path, channel));
    } catch (IOException e) {
      throw new StartException(Exit.DATA, "data folder " + folder + " cannot be used: " + e, e);
    }
  }

  /** Makes the folder and those above it, mode 0700 each, or checks the one that is there. */
  static Path create(Path folder) throws IOException, StartException {
    Path absolute = folder.toAbsolutePath().normalize();
    if (!Files.exists(absolute)) {
      Files.createDirectories(absolute, PrivateFile.folderMode(absolute));
    }
    if (!Files.isDirectory(absolute)) {
      throw new StartException(Exit.DATA, folder + " is a file; a data folder is wanted");
    }
    if (PrivateFile.modeOf(absolute).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new StartException(Exit.DATA,
          "everybody may write to data folder " + folder + " and could exchange its key; chmod 700 " + folder);
    }
    return absolute.toRealPath();
  }

  private static FileChannel lock(Path folder) throws IOException {
    Path file = folder.resolve("lock");
    FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        PrivateFile.fileMode(file));
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
      if (locked) {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      }
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? channel : null;
  }

  private static String holder(Path folder) {
    try {
      if (HELD.contains(folder.toRealPath())) {
        return " of this process";
      }
      return " (process " + Files.readString(folder.resolve("lock")).trim() + ")";
    } catch (IOException e) {
      return "";
    }
  }

  public Path path() {
    return path;
  }

  /** Lets the folder go. */
  @Override
  public void close() throws IOException {
    lock.close();
    HELD.remove(path);
  }
}
