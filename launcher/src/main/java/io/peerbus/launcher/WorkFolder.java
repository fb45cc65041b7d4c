package io.peerbus.launcher;

import io.peerbus.launcher.plugin.jar.PluginException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for the copies of jars that a command makes; only its user can look into it. */
final class WorkFolder {

  /** What is done with the folder. */
  interface Task<T> {
    T run(Path folder) throws PluginException;
  }

  private WorkFolder() {}

  /** Runs {@code task} with an empty folder, which is deleted afterwards. */
  static <T> T with(Task<T> task) throws StartException {
    try {
      Path folder = Files.createTempDirectory("peerbus-"); // mode 0700
      try {
        return task.run(folder);
      } finally {
        delete(folder);
      }
    } catch (PluginException e) {
      throw new StartException(Exit.FAILED, e.getMessage(), e);
    } catch (IOException e) {
      throw new StartException(Exit.FAILED, "a temporary folder cannot be used: " + e, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
