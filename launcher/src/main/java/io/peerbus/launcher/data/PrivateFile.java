package io.peerbus.launcher.data;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
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
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Files only their owner may read, whatever the umask, and which are there whole or not at all. */
final class PrivateFile {

  private static final FileAttribute<?>[] NONE = {};

  private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.complementOf(EnumSet.of(
      PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

  private PrivateFile() {}

  /**
   * Looks whether {@code file} is a file that nobody else can read.
   *
   * @param what it is called in the message
   * @param advice what to do about one that is open to others
   * @throws StartException when it is not
   */
  static void check(Path file, String what, String advice) throws StartException, IOException {
    if (!Files.isRegularFile(file)) {
      throw new StartException(Exit.DATA, what + " " + file
          + (Files.exists(file) ? " is not a file" : " does not exist"));
    }
    if (!Collections.disjoint(modeOf(file), FOR_OTHERS)) {
      throw new StartException(Exit.DATA, what + " " + file + " is open to other users of this machine (mode "
          + PosixFilePermissions.toString(modeOf(file)) + "); " + advice);
    }
  }

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
