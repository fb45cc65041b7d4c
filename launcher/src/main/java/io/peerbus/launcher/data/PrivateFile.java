package io.peerbus.launcher.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files only their owner may read, whatever the umask, and which are there whole or not at all. */
final class PrivateFile {

  private static final FileAttribute<?>[] NONE = {};

  private PrivateFile() {}

  static FileAttribute<?>[] fileMode(Path near) {
    return mode(near, "rw-------");
  }

  static FileAttribute<?>[] folderMode(Path near) {
    return mode(near, "rwx------");
  }

  private static FileAttribute<?>[] mode(Path near, String mode) {
    boolean posix = near.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))} : NONE;
  }

  /** The permissions of a file; none where the system does not know them. */
  static Set<PosixFilePermission> modeOf(Path file) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix ? Files.getPosixFilePermissions(file) : Set.of();
  }

  /**
   * Makes {@code file} with these bytes, on disk when this returns. The mode is set as the file is opened, so there is
   * no moment at which others could read it.
   *
   * @throws FileAlreadyExistsException when it is there; it is left alone
   */
  static void create(Path file, byte[] bytes) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + "-"
        + Thread.currentThread().getId() + ".tmp");
    try {
      try (FileChannel out = FileChannel.open(temporary,
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), fileMode(file))) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      publish(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(folder);
  }

  /** Gives the finished file its name. A link fails when the name is taken, where a rename would overwrite. */
  private static void publish(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException e) {
      Files.move(temporary, file);
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    if (!fileModeIsKnown(folder)) {
      return; // Windows cannot open a folder
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static boolean fileModeIsKnown(Path folder) {
    return fileMode(folder).length > 0;
  }
}
