package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes to its peer store is killed at any moment, again and again: each time the file opens with the
 * content of one of its batches, all of it and nothing else. {@code -Dpeers.kills} says how often.
 */
class PeerDiskKillTest {

  private static final int KILLS = Integer.getInteger("peers.kills", 8);

  @TempDir
  Path folder;

  @Test
  @Timeout(3_600)
  void aStoreSurvivesKillNineAtAnyMoment() throws Exception {
    Random random = new Random(9);
    Path file = folder.resolve("peers.mv");
    Map<String, byte[]> expected = new HashMap<>();
    int batch = 0;
    for (int round = 0; round < KILLS; round++) {
      int told = writeAndKill(file, batch + 1 + random.nextInt(60), random.nextInt(20_000_000));
      Map<String, byte[]> content = new HashMap<>();
      try (PeerDisk disk = PeerDisk.open(file, 1 << 20)) {
        disk.forEach(content::put);
        assertEquals(PeerDiskVictim.batchOf(content), disk.upMillis(), "round " + round);
      }
      int reached = PeerDiskVictim.batchOf(content);
      assertTrue(reached >= told - 1, "round " + round + ": " + told + " was told, " + reached + " is there");
      while (batch < reached) {
        PeerDiskVictim.batch(++batch).forEach((key, value) -> {
          if (value == null) {
            expected.remove(key);
          } else {
            expected.put(key, value);
          }
        });
      }
      assertEquals(expected.keySet(), content.keySet(), "round " + round);
      content.forEach((key, value) -> assertArrayEquals(expected.get(key), value, key));
    }
    assertTrue(batch > KILLS, batch + " batches");
    assertEquals(List.of(), aside());
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.toString().contains("damaged")).toList();
    }
  }

  /** Kills it some nanoseconds after it has told of that batch; answers the last one that it told of. */
  private static int writeAndKill(Path file, int until, int nanos) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process victim = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
        System.getProperty("java.class.path"), PeerDiskVictim.class.getName(), file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    int told = 0;
    try (BufferedReader out = victim.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches("\\d+")) {
          told = Integer.parseInt(line);
        }
        if (told == until) {
          long began = System.nanoTime();
          while (System.nanoTime() - began < nanos) {
            Thread.onSpinWait();
          }
          victim.toHandle().destroyForcibly(); // that of the process would close what it has said
        }
      }
    } finally {
      victim.destroyForcibly();
    }
    assertTrue(victim.waitFor(60, TimeUnit.SECONDS));
    assertTrue(told >= until, "it ended by itself, after " + told);
    return told;
  }
}
