package io.peerbus.launcher.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

/**
 * Where the control socket of a node lies: {@code control.sock} in its data folder. The socket is made in a folder of
 * mode 0700, gets mode 0600 there, and only then its name: there is no moment at which another user could connect, also
 * when the data folder is open to them.
 *
 * <p>The path of a Unix socket has room for some hundred bytes. Where the data folder's path is longer, the socket
 * stays in a folder of its own below {@code $XDG_RUNTIME_DIR}, or the system's folder for temporary files, and {@code
 * control.sock} is a symbolic link to it. All methods block.
 *
 * @param name the name by which it is found
 * @param workshop the folder it is made in
 * @param socket where it is made
 * @param isLinked whether it stays there and {@code name} is a link
 */
record SocketPlace(Path name, Path workshop, Path socket, boolean isLinked) {

  /** In a node's data folder. */
  static final String NAME = "control.sock";

  /** Longest path in bytes: {@code sun_path} holds 104 on macOS and 108 on Linux, of which Java leaves two. */
  static final int MAX_PATH = 102;

  private static final String PREFIX = "peerbus-";

  /**
   * Prepares the place for a node that holds {@code folder}; what a dead node left there goes away.
   *
   * @param shortFolders where the socket may lie instead, by preference
   */
  static SocketPlace prepare(Path folder, Iterable<Path> shortFolders) throws IOException {
    Path name = folder.resolve(NAME);
    Path workshop = folder.resolve(".control");
    removeOld(name, workshop);
    if (length(name) <= MAX_PATH) {
      Files.createDirectory(workshop,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return new SocketPlace(name, workshop, workshop.resolve("s"), false);
    }
    for (Path base : shortFolders) {
      if (Files.isDirectory(base) && Files.isWritable(base) && length(base) + 40 + NAME.length() <= MAX_PATH) {
        Path made = Files.createTempDirectory(base.toRealPath(), PREFIX); // with mode 0700
        return new SocketPlace(name, made, made.resolve(NAME), true);
      }
    }
    throw new IOException(name + " is longer than " + MAX_PATH + " bytes, and there is no folder for a shorter one in "
        + shortFolders);
  }

  /** To be called when the socket listens: gives it its mode and its name. */
  void publish() throws IOException {
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    if (!isLinked) {
      Files.move(socket, name, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(workshop);
      return;
    }
    Files.createSymbolicLink(name, socket);
  }

  /** Takes everything away. */
  void remove() throws IOException {
    Files.deleteIfExists(name);
    Files.deleteIfExists(socket);
    Files.deleteIfExists(workshop);
  }

  /**
   * Where the socket of the node in {@code folder} is.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws AccessDeniedException when it cannot be looked at, or belongs to somebody else than the folder
   */
  static Path find(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    Path real = folder.toRealPath();
    Path socket = real.resolve(NAME).toRealPath();
    UserPrincipal owner = Files.getOwner(socket);
    // A link could point to where others may write, and the node that had its socket there may be long dead.
    if (!owner.equals(Files.getOwner(real))) {
      throw new AccessDeniedException(socket.toString(), null, "it belongs to " + owner.getName());
    }
    return socket;
  }

  private static int length(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  private static void removeOld(Path name, Path workshop) throws IOException {
    if (Files.isSymbolicLink(name)) {
      removeLinked(Files.readSymbolicLink(name), Files.getOwner(name, LinkOption.NOFOLLOW_LINKS));
    }
    Files.deleteIfExists(name);
    if (Files.isDirectory(workshop, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(workshop)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(workshop);
  }

  /** Takes away what a dead node made for its link, and nothing that only looks like it. */
  private static void removeLinked(Path socket, UserPrincipal owner) throws IOException {
    Path folder = socket.getParent();
    if (folder != null && folder.getFileName() != null && folder.getFileName().toString().startsWith(PREFIX)
        && socket.endsWith(NAME) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
      Files.deleteIfExists(socket);
      try {
        Files.delete(folder);
      } catch (DirectoryNotEmptyException e) {
        // Not ours after all.
      }
    }
  }
}
