package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.plugin.JarMaker;
import io.peerbus.launcher.plugin.jar.FolderContents.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FolderRepairTest {

  private static final String TEMPORARY = ".install-1.tmp";

  @TempDir
  private Path path;
  private Path plugins;
  private PluginFolder folder;
  private FolderContents contents;

  @BeforeEach
  void start() throws Exception {
    plugins = Files.createDirectory(path.resolve("plugins"));
    folder = new PluginFolder(plugins);
    contents = new FolderContents(folder);
  }

  private static Path jar(Path file, String version) throws Exception {
    return new JarMaker("echo", "x.Main").with("Plugin-Version", version).write(file);
  }

  private Path put(String name, String version) throws Exception {
    return jar(plugins.resolve(name), version);
  }

  private Set<String> names() throws Exception {
    try (Stream<Path> files = Files.list(plugins)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(FolderLock.NAME)).toList());
    }
  }

  private String version() throws Exception {
    return folder.list().find("echo").version();
  }

  private String repaired() throws Exception {
    String line = FolderRepair.of(folder).orElseThrow();
    String begin = "in plugin folder " + plugins + " an install was cut off: ";
    assertTrue(line.startsWith(begin), line);
    assertEquals(Optional.empty(), FolderRepair.of(folder), "once");
    return line.substring(begin.length());
  }

  @Test
  void aJarThatWasSetAsideWhenTheNodeWasKilledIsBack() throws Exception {
    put("echo-2.jar.previous", "2");
    put("echo-1.jar.previous.older", "1");
    put(TEMPORARY, "3");
    assertEquals("echo-2.jar is back, echo-1.jar.previous is back, .install-1.tmp is deleted", repaired());
    assertEquals(Set.of("echo-1.jar.previous", "echo-2.jar"), names());
    assertEquals("2", version());
  }

  @Test
  void betweenTheFirstRenameAndTheSecondAsWell() throws Exception {
    put("echo.jar", "2");
    put("echo.jar.previous.older", "1");
    put(TEMPORARY, "3");
    assertEquals("echo.jar.previous is back, .install-1.tmp is deleted", repaired());
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), names());
    assertEquals("2", version());
  }

  @Test
  void whatWasCutOffWhileItWasCopiedIsDeletedAndNothingElseTouched() throws Exception {
    put("echo.jar", "2");
    put("echo.jar.previous", "1");
    Files.writeString(plugins.resolve(TEMPORARY), "PK");
    Files.createFile(plugins.resolve(".install-2.tmp"));
    assertTrue(repaired().matches("(, |\\.install-[12]\\.tmp is deleted){3}"));
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), names());
    assertEquals("2", version());
  }

  @Test
  void whoTookAJarAwayDoesNotGetTheVersionBefore() throws Exception {
    put("echo.jar.previous", "1");
    assertEquals(Optional.empty(), FolderRepair.of(folder));
    assertEquals(Set.of("echo.jar.previous"), names());
    assertFalse(Files.exists(plugins.resolve(FolderLock.NAME)), "a folder that may be read-only is left alone");
    assertEquals(Optional.empty(), FolderRepair.of(new PluginFolder(path.resolve("none"))));
  }

  /** As many threads as nodes that share the folder, each of which installs its own version again and again. */
  @Test
  void twoThatInstallThePluginAtTheSameInstantDoNotDisturbEachOther() throws Exception {
    int rounds = 25;
    put("echo.jar", "0");
    CyclicBarrier instant = new CyclicBarrier(2);
    ExecutorService nodes = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int node = 0; node < 2; node++) {
        Path[] versions = {jar(path.resolve("a" + node + ".jar"), "a" + node),
            jar(path.resolve("b" + node + ".jar"), "b" + node)};
        done.add(nodes.submit(() -> {
          for (int round = 0; round < rounds; round++) {
            instant.await();
            Installed installed = contents.install(versions[round % 2]);
            if (round % 3 == 0) {
              contents.undo(installed);
            } else {
              contents.settle(installed);
            }
          }
          return null;
        }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      nodes.shutdownNow();
    }
    assertEquals(1, names().stream().filter(name -> name.endsWith(".jar")).count(), () -> "not one jar");
    assertTrue(names().stream().noneMatch(name -> name.startsWith(".install-")), "none is left");
    version();
  }

  @Test
  void anUndoLeavesWhatAnotherNodeHasInstalledSince() throws Exception {
    put("echo.jar", "1");
    Installed ours = contents.install(jar(path.resolve("echo.jar"), "2"));
    contents.settle(contents.install(jar(Files.createDirectory(path.resolve("other")).resolve("echo.jar"), "3")));
    contents.undo(ours);
    assertEquals("3", version());
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), names());
  }

  @Test
  void oneAtATimeHasTheLock() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    List<String> order = new ArrayList<>();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<?> first = threads.submit(() -> FolderLock.hold(plugins, () -> {
        held.countDown();
        try {
          assertTrue(free.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        return order.add("first");
      }));
      held.await();
      Thread.currentThread().interrupt();
      assertThrows(PluginException.class, () -> FolderLock.hold(plugins, () -> order.add("never")));
      assertTrue(Thread.interrupted());
      free.countDown();
      FolderLock.hold(plugins, () -> order.add("second"));
      first.get();
    } finally {
      threads.shutdownNow();
    }
    assertEquals(List.of("first", "second"), order);
  }
}
