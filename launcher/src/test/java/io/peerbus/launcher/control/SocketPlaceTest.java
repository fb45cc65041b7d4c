package io.peerbus.launcher.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketPlaceTest {

  @TempDir
  private Path path;
  private Path folder;
  private Path runtime;

  @BeforeEach
  void makeFolders() throws Exception {
    path = path.toRealPath();
    folder = Files.createDirectory(path.resolve("data"));
    runtime = Files.createDirectory(path.resolve("run"));
    // As somebody might have made it, who then starts a node with it.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private Path longFolder() throws IOException {
    return Files.createDirectory(path.resolve("l".repeat(SocketPlace.MAX_PATH)));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static ServerSocketChannel bind(Path socket) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
  }

  private static List<Path> in(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void nobodyElseCanReachTheSocketAtAnyMoment() throws Exception {
    SocketPlace place = SocketPlace.prepare(folder, List.of());
    assertEquals("rwx------", mode(place.socket().getParent()), "before it is there");
    try (ServerSocketChannel server = bind(place.socket())) {
      place.publish();
      assertEquals(List.of(folder.resolve("control.sock")), in(folder));
      assertEquals("rw-------", mode(folder.resolve("control.sock")));
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(SocketPlace.find(folder)))) {
        assertTrue(client.isConnected() && server.isOpen());
      }
      place.remove();
    }
    assertEquals(List.of(), in(folder));
  }

  @Test
  void whereThePathIsTooLongALinkLeadsToAShorterOne() throws Exception {
    Path deep = longFolder();
    SocketPlace place = SocketPlace.prepare(deep, List.of(path.resolve("missing"), runtime));
    assertTrue(place.isLinked());
    assertEquals(runtime, place.socket().getParent().getParent());
    assertEquals("rwx------", mode(place.socket().getParent()));
    try (ServerSocketChannel server = bind(place.socket())) {
      place.publish();
      assertEquals("rw-------", mode(place.socket()));
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(SocketPlace.find(deep)))) {
        assertTrue(client.isConnected() && server.isOpen());
      }
      place.remove();
    }
    assertEquals(List.of(), in(deep));
    assertEquals(List.of(), in(runtime));
    IOException error = assertThrows(IOException.class, () -> SocketPlace.prepare(deep, List.of(deep)));
    assertTrue(error.getMessage().contains("is longer than " + SocketPlace.MAX_PATH + " bytes"), error.getMessage());
  }

  @Test
  void aSocketAtTheLimitOfTheLengthWorks() throws Exception {
    int rest = SocketPlace.MAX_PATH - path.toString().length() - 2 - "control.sock".length();
    Path just = Files.createDirectory(path.resolve("j".repeat(rest)));
    SocketPlace place = SocketPlace.prepare(just, List.of());
    assertFalse(place.isLinked());
    try (ServerSocketChannel server = bind(place.socket())) {
      place.publish();
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(SocketPlace.find(just)))) {
        assertTrue(client.isConnected() && server.isOpen());
      }
    }
  }

  @Test
  void whatADeadNodeLeftIsReplaced() throws Exception {
    for (Path data : List.of(folder, longFolder())) {
      SocketPlace dead = SocketPlace.prepare(data, List.of(runtime));
      bind(dead.socket()).close(); // Java leaves the file
      dead.publish();
      SocketPlace unfinished = SocketPlace.prepare(data, List.of(runtime));
      bind(unfinished.socket()).close();
      SocketPlace place = SocketPlace.prepare(data, List.of(runtime));
      try (ServerSocketChannel server = bind(place.socket())) {
        place.publish();
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(SocketPlace.find(data)))) {
          assertTrue(client.isConnected() && server.isOpen());
        }
        place.remove();
      }
      assertEquals(List.of(), in(data));
      assertFalse(Files.exists(dead.socket()));
    }
  }

  @Test
  void aLinkToElsewhereIsReplacedAndElsewhereLeftAlone() throws Exception {
    Path precious = Files.createDirectory(path.resolve("peerbus-precious"));
    Path target = Files.writeString(precious.resolve("file"), "x");
    Files.createSymbolicLink(folder.resolve("control.sock"), target);
    SocketPlace.prepare(folder, List.of());
    assertTrue(Files.exists(target));
    assertFalse(Files.exists(folder.resolve("control.sock"), LinkOption.NOFOLLOW_LINKS));
    Path socket = Files.writeString(precious.resolve("control.sock"), "x");
    Files.createSymbolicLink(folder.resolve("control.sock"), socket);
    SocketPlace.prepare(folder, List.of());
    assertTrue(Files.exists(target));
  }

  @Test
  void aFolderWithoutANodeHasNoSocket() {
    assertThrows(NoSuchFileException.class, () -> SocketPlace.find(folder));
    assertThrows(NoSuchFileException.class, () -> SocketPlace.find(path.resolve("missing")));
  }
}
