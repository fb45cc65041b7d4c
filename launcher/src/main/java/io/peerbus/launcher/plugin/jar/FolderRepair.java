package io.peerbus.launcher.plugin.jar;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts a plugin folder right in which a node was killed while it installed a jar. Its temporary file says so: who took a
 * jar away by hand does not get the version before.
 */
public final class FolderRepair {

  private final FolderContents contents;
  private final List<String> done = new ArrayList<>();

  private FolderRepair(FolderContents contents) {
    this.contents = contents;
  }

  /**
   * For before the folder is read: puts jars back that were on their way, and takes away what is left over. Blocks.
   *
   * @return what was done, in one line; empty when all is well or there is no folder
   */
  public static Optional<String> of(PluginFolder folder) throws PluginException {
    FolderRepair repair = new FolderRepair(new FolderContents(folder));
    if (!Files.isDirectory(folder.path()) || repair.temporaries().isEmpty()) {
      return Optional.empty();
    }
    FolderLock.hold(folder.path(), () -> { // now no install is under way that these could belong to
      try {
        for (Path temporary : repair.temporaries()) {
          repair.undo(temporary);
        }
      } catch (IOException e) {
        throw PluginException.of("plugin folder " + folder.path() + " cannot be put right", e);
      }
      return null;
    });
    return repair.done.isEmpty() ? Optional.empty() : Optional.of("in plugin folder " + folder.path()
        + " an install was cut off: " + String.join(", ", repair.done));
  }

  private List<Path> temporaries() throws PluginException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(contents.folder().path(),
        FolderContents.TEMPORARY_PREFIX + "*" + FolderContents.TEMPORARY_SUFFIX)) {
      all.forEach(files::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw PluginException.of("plugin folder " + contents.folder().path() + " cannot be read", e);
    }
    return files;
  }

  private void undo(Path temporary) throws IOException, PluginException {
    try {
      String id = PluginJar.read(temporary).id();
      if (!contents.holds(id)) {
        putBack(id, FolderContents.PREVIOUS, "");
      }
      putBack(id, FolderContents.PREVIOUS + FolderContents.OLDER, FolderContents.PREVIOUS);
    } catch (PluginException e) {
      // cut off while it was copied: nothing was moved yet
    }
    Files.deleteIfExists(temporary);
    done.add(temporary.getFileName() + " is deleted");
  }

  private void putBack(String id, String from, String to) throws IOException {
    for (Path file : contents.named(from)) {
      String name = file.getFileName().toString();
      Path target = file.resolveSibling(name.substring(0, name.length() - from.length()) + to);
      if (FolderContents.holds(file, id) && !Files.exists(target)) {
        Files.move(file, target);
        done.add(target.getFileName() + " is back");
      }
    }
  }
}
