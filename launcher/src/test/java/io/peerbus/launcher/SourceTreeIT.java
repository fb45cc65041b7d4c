package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in a tree of sources, where they build what is missing or stale first; and what the build packs. */
class SourceTreeIT {

  private static final String FIRST_USE = "peerbus: building Peerbus (first use, this takes a minute) ...\n";
  private static final String CHANGED = "peerbus: building Peerbus (sources have changed) ...\n";

  /** Does what a build leaves behind, and counts. */
  private static final String MAVEN = """
      #!/bin/sh
      if [ "$1" = -v ]; then echo "Apache Maven $MAVEN_VERSION (0)"; exit; fi
      echo built >>"$TREE/builds"
      if [ -e "$TREE/broken" ]; then echo "[ERROR] ';' expected"; exit 1; fi
      ln -sfn "$PROGRAM" "$TREE/launcher/target/peerbus"
      touch "$TREE/launcher/target/peerbus-1.tar.gz"
      """;

  @TempDir
  private Path folder;
  private Path tree;
  private Path source;

  @BeforeEach
  void plant() throws IOException {
    tree = Files.createDirectory(folder.resolve("tree"));
    Path bin = Files.createDirectories(tree.resolve("launcher/bin"));
    try (Stream<Path> scripts = Files.list(Path.of("bin"))) {
      for (Path script : scripts.toList()) {
        Files.copy(script, bin.resolve(script.getFileName().toString()));
      }
    }
    assertTrue(bin.resolve("peerbus").toFile().setExecutable(true));
    Files.createDirectories(tree.resolve("conf"));
    Files.createDirectories(tree.resolve("plugins"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    source = write("core/src/main/java/A.java");
    write("core/src/test/java/T.java");
    Path maven = Files.writeString(Files.createDirectory(folder.resolve("path")).resolve("mvn"), MAVEN);
    assertTrue(maven.toFile().setExecutable(true));
  }

  private Path write(String name) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "class A {}\n");
  }

  private Command start(String mavenVersion) throws IOException {
    return Command.start(folder, Map.of("TREE", tree.toString(), "PROGRAM", Command.HOME.toString(),
        "MAVEN_VERSION", mavenVersion, "PATH", folder.resolve("path") + ":" + System.getenv("PATH")),
        tree.resolve("launcher/bin/peerbus").toString(), "--version");
  }

  private void runs(String said) throws Exception {
    try (Command command = start("3.8.7")) {
      assertEquals(0, command.exitCode(), command.errors());
      assertTrue(command.seen().get(0).matches("peerbus \\d.*"), command.seen().toString());
      assertEquals(said, command.errors());
    }
  }

  private void fails(String mavenVersion, String... said) throws Exception {
    try (Command command = start(mavenVersion)) {
      assertEquals(1, command.exitCode(), command.errors());
      for (String part : said) {
        assertTrue(command.errors().contains(part), command.errors());
      }
    }
  }

  private int builds() throws IOException {
    return Files.readAllLines(tree.resolve("builds")).size();
  }

  /** As if all had been built a minute ago. */
  private void age() throws IOException {
    FileTime then = FileTime.fromMillis(System.currentTimeMillis() - Duration.ofMinutes(1).toMillis());
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
        Files.setLastModifiedTime(path, then);
      }
    }
  }

  @Test
  void theFirstUseBuildsAndTheNextDoesNot() throws Exception {
    runs(FIRST_USE);
    runs("");
    assertEquals(1, builds());
  }

  @Test
  void aChangedSourceIsBuiltAndAChangedTestIsNot() throws Exception {
    runs(FIRST_USE);
    age();
    write("core/src/test/java/T.java");
    runs("");
    Files.writeString(source, "class A { int more; }\n");
    runs(CHANGED);
    age();
    Files.delete(source);
    runs(CHANGED);
    runs("");
    assertEquals(3, builds());
  }

  @Test
  void ofTwoAtOnceOneBuilds() throws Exception {
    try (Command one = start("3.8.7"); Command two = start("3.8.7")) {
      assertEquals(0, one.exitCode(), one.errors());
      assertEquals(0, two.exitCode(), two.errors());
    }
    assertEquals(1, builds());
  }

  /** Whoever held the lock was killed. */
  @Test
  void aLockOfTheDeadIsNoLock() throws Exception {
    Path lock = Files.createDirectories(tree.resolve("launcher/target/.building"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), Long.toString(dead.pid()));
    runs(FIRST_USE);
  }

  @Test
  void whatMavenSaysOfABrokenBuildIsShownAndTheNextUseTriesAgain() throws Exception {
    Path broken = Files.createFile(tree.resolve("broken"));
    fails("3.8.7", FIRST_USE, "[ERROR] ';' expected", "peerbus: the build failed; what Maven said is above and in ");
    Files.delete(broken);
    runs(FIRST_USE);
  }

  @Test
  void anOldMavenIsRefused() throws Exception {
    fails("3.6.3", "peerbus: mvn is Maven 3.6; to build, Maven 3.8 or later is needed");
  }

  @Test
  void theArchiveIsTheWholeProgram() throws Exception {
    Path archive;
    try (Stream<Path> built = Files.list(Path.of("target"))) {
      archive = built.filter(file -> file.getFileName().toString().matches("peerbus-.*\\.tar\\.gz")).findFirst()
          .orElseThrow();
    }
    Process tar = new ProcessBuilder("tar", "-xzf", archive.toAbsolutePath().toString()).directory(folder.toFile())
        .inheritIO().start();
    assertEquals(0, tar.waitFor());
    Path unpacked;
    try (Stream<Path> commands = Files.find(folder, 3, (path, is) -> path.endsWith("bin/peerbus"))) {
      unpacked = commands.filter(path -> !path.startsWith(tree)).findFirst().orElseThrow();
    }
    Path conf = Files.writeString(folder.resolve("node.json"), """
        {"node": "unpacked", "listen": ["/ip4/127.0.0.1/tcp/0"], "plugins":
         [{"id": "identify"}, {"id": "ping"}, {"id": "gossipsub"}, {"id": "chat"}]}""");
    try (Command node = Command.start(folder, unpacked.resolveSibling("vertx").toString(), "run", "peerbus:node",
        "-conf", conf.toString())) {
      String address = node.line("^Listening on: (\\S+)").group(1);
      try (Command ping = Command.start(folder, unpacked.toString(), "ping", address, "--count", "1")) {
        assertEquals(0, ping.exitCode(), ping.errors());
      }
    }
  }
}
