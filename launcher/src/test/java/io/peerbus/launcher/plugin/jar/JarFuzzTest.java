package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.peerbus.launcher.config.PluginPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars with something wrong by chance: nothing but a {@link PluginException} comes out, or the plugin unharmed. */
class JarFuzzTest {

  private static final int ROUNDS = Integer.getInteger("jar.fuzz", 2_000);

  @TempDir
  private Path folder;

  private byte[] whole() throws IOException {
    byte[] data = new byte[600];
    new Random(1).nextBytes(data);
    return Signed.sign(Signed.PUBLISHER, Fixture.good().withEntry("data", data)
        .withEntry(SchemaEntry.ENTRY, "{\"type\":\"object\"}".getBytes(StandardCharsets.UTF_8)))
        .bytes();
  }

  /** Whether it was refused. */
  private boolean isRefused(String round, byte[] bytes) throws IOException {
    Path jar = Files.write(folder.resolve("a.jar"), bytes);
    try (WorkingCopy copy = WorkingCopy.of(jar, folder.resolve("work"), PluginPolicy.OPEN)) {
      // It is signed: what was taken is what was signed.
      assertEquals("fixture", copy.jar().id(), round);
      assertEquals(Signed.PUBLISHER.publicKey().peerId(), copy.publisher(), round);
      return false;
    } catch (PluginException e) {
      assertTrue(e.getMessage().startsWith("a.jar"), round + ": " + e.getMessage());
      return true;
    } catch (RuntimeException | Error e) {
      return fail(round, e);
    }
  }

  private void assertNothingIsLeft() throws IOException {
    assertNull(System.getProperty(Fixture.RAN));
    try (var files = Files.list(folder.resolve("work"))) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void aJarCutAnywhereIsRefused() throws Exception {
    byte[] whole = whole();
    for (int length = 0; length < whole.length; length += 5) {
      assertTrue(isRefused("cut at " + length, Arrays.copyOf(whole, length)), "cut at " + length);
    }
    assertNothingIsLeft();
  }

  @Test
  void aJarWithAFlippedBitIsRefusedOrUnharmed() throws Exception {
    byte[] whole = whole();
    int refused = 0;
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      refused += isRefused("bit " + i % 8 + " of byte " + i, flipped) ? 1 : 0;
    }
    // What may pass is times, versions and flags of entries, which the JVM does not look at either.
    assertTrue(refused > 0.7 * whole.length, refused + " of " + whole.length);
    assertNothingIsLeft();
  }

  @Test
  void aJarChangedInManyPlacesIsRefusedOrUnharmed() throws Exception {
    byte[] whole = whole();
    for (int seed = 0; seed < ROUNDS; seed++) {
      isRefused("seed " + seed, mutate(whole, new Random(seed)));
    }
    assertNothingIsLeft();
  }

  private static byte[] mutate(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 8; n--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(1 + random.nextInt(8), bytes.length - at);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : -1));
        case 2 -> System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
        case 3 -> bytes = without(bytes, at, length);
        case 4 -> bytes = twice(bytes, at, Math.min(random.nextInt(200), bytes.length - at));
        default -> {
          // The index and its end are where most can go wrong.
          int late = bytes.length - 1 - random.nextInt(Math.min(300, bytes.length));
          bytes[late] = (byte) random.nextInt();
        }
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int at, int length) {
    byte[] out = Arrays.copyOf(bytes, bytes.length - length);
    System.arraycopy(bytes, at + length, out, at, out.length - at);
    return out;
  }

  private static byte[] twice(byte[] bytes, int at, int length) {
    byte[] out = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, at, out, at + length, bytes.length - at);
    return out;
  }
}
