package io.peerbus.launcher.plugin.jar;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Held while jars in a plugin folder are moved: nodes that share the folder take turns, of one process or of several.
 * The system takes it back when a process dies. Its file stays in the folder, where it does not count.
 */
final class FolderLock {

  static final String NAME = ".lock";

  /** Moving jars takes milliseconds, copying one from a slow disk perhaps a second. */
  private static final long PATIENCE_MILLIS = 10_000;

  private static final long PAUSE_MILLIS = 10;

  private FolderLock() {}

  /** What is done under the lock. */
  interface Task<T> {
    T run() throws PluginException;
  }

  /** Waits for the lock, runs the task and gives the lock back. Blocks. Not to be nested. */
  static <T> T hold(Path folder, Task<T> task) throws PluginException {
    try (FileChannel file = FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE,
        StandardOpenOption.WRITE)) {
      await(file, folder);
      return task.run(); // closing the file gives the lock back
    } catch (IOException e) {
      throw PluginException.of("plugin folder " + folder + " cannot be changed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PluginException.of("plugin folder " + folder + " was not changed", e);
    }
  }

  private static void await(FileChannel file, Path folder) throws IOException, PluginException, InterruptedException {
    long began = System.nanoTime();
    while (lock(file) == null) {
      if (System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
        throw new PluginException("plugin folder " + folder + " is being changed by another node for more than "
            + PATIENCE_MILLIS / 1_000 + " s: try again; " + NAME + " in it is the lock");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** {@code null} while somebody else has it: another process, or another node in this one. */
  private static FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
