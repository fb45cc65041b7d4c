package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.plugin.FolderWatch.Change;
import io.peerbus.launcher.plugin.jar.FolderContents.Stamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FolderWatchTest {

  private static final Stamp OLD = new Stamp(10, 1, "a");
  private static final Stamp NEWER = new Stamp(10, 2, "a");

  private final FolderWatch watch = new FolderWatch();
  private final Map<String, Stamp> files = new LinkedHashMap<>();

  private List<Change> scan() {
    return watch.onScan(files);
  }

  private void begin(String file, Stamp stamp) {
    files.put(file, stamp);
    watch.begin(files);
  }

  @Test
  void whatIsThereAtTheBeginningIsNoChange() {
    begin("x.jar", OLD);
    assertEquals(List.of(), scan());
    assertEquals(List.of(), scan());
  }

  @Test
  void aFileCountsOnceAndOnlyWhenItHasStoppedGrowing() {
    for (int size = 0; size < 5; size++) {
      files.put("x.jar", new Stamp(size, size, "a"));
      assertEquals(List.of(), scan(), "still growing at " + size);
    }
    assertEquals(List.of(new Change("x.jar", new Stamp(4, 4, "a"))), scan());
    assertEquals(List.of(), scan());
  }

  @Test
  void aFileOfTheSameSizeCountsWhenItIsNewer() {
    begin("x.jar", OLD);
    files.put("x.jar", NEWER);
    assertEquals(List.of(), scan());
    assertEquals(List.of(new Change("x.jar", NEWER)), scan());
  }

  @Test
  void anotherFileMovedIntoThePlaceCountsAlsoWhenItLooksTheSame() {
    begin("x.jar", OLD);
    Stamp moved = new Stamp(OLD.size(), OLD.modified(), "b");
    files.put("x.jar", moved);
    scan();
    assertEquals(List.of(new Change("x.jar", moved)), scan());
  }

  @Test
  void aRenameIsTheNewNameFirstThenTheEndOfTheOldOne() {
    begin("x.jar", OLD);
    files.remove("x.jar");
    files.put("y.jar", OLD);
    assertEquals(List.of(), scan());
    assertEquals(List.of(new Change("y.jar", OLD), new Change("x.jar", null)), scan());
  }

  @Test
  void aFileThatIsBackBeforeTheNextLookWasNeverGone() {
    begin("x.jar", OLD);
    files.remove("x.jar");
    assertEquals(List.of(), scan());
    files.put("x.jar", OLD);
    assertEquals(List.of(), scan());
    assertEquals(List.of(), scan());
  }

  @Test
  void aFileThatGoesAndReturnsIsTwoChanges() {
    begin("x.jar", OLD);
    files.remove("x.jar");
    scan();
    assertEquals(List.of(new Change("x.jar", null)), scan());
    assertEquals(List.of(), scan(), "once");
    files.put("x.jar", OLD);
    scan();
    assertEquals(List.of(new Change("x.jar", OLD)), scan());
  }

  @Test
  void aForgottenFileComesAgainAndItsEndIsStillNoticed() {
    files.put("x.jar", OLD);
    scan();
    scan();
    watch.forget("x.jar");
    assertEquals(List.of(new Change("x.jar", OLD)), scan());
    watch.forget("x.jar");
    files.remove("x.jar");
    scan();
    assertEquals(List.of(new Change("x.jar", null)), scan());
  }

  /** Files come, change and go at any moment of an hour of virtual time, in any order. */
  @Property(tries = 200)
  void everyChangeIsFoundAtTheSecondLookThatSeesItWithinOneSecond(@ForAll Random random) {
    watch.begin(files);
    Map<String, Stamp> known = new LinkedHashMap<>();
    Map<String, Long> pending = new LinkedHashMap<>(); // when the file became what it is
    long look = 0;
    for (long now = 1 + random.nextInt(1_500); now < 60_000; now += 1 + random.nextInt(1_500)) {
      for (; look <= now; look += FolderKeeper.POLL_MILLIS) {
        for (Change change : scan()) {
          long took = look - pending.remove(change.file());
          assertTrue(took > 0 && took <= 1_000, change + " was found " + took + " ms later");
          known.put(change.file(), change.stamp());
        }
      }
      String file = random.nextInt(3) + ".jar";
      boolean settled = !pending.containsKey(file);
      if (files.containsKey(file) && random.nextBoolean() && settled) {
        files.remove(file);
      } else if (settled) {
        files.put(file, new Stamp(10, now, "a"));
      }
      if (settled) {
        pending.put(file, now);
      }
    }
    assertTrue(known.size() == 3, "each of them changed");
  }

  @Test
  void whatIsAcknowledgedIsNoChangeAndHidesNoOther() {
    begin("x.jar", OLD);
    files.put("x.jar", NEWER);
    files.put("other.jar", OLD);
    assertEquals(List.of(), scan());
    watch.acknowledge("x.jar", NEWER);
    assertEquals(List.of(new Change("other.jar", OLD)), scan());
    files.remove("x.jar");
    watch.acknowledge("x.jar", null);
    assertEquals(List.of(), scan());
    assertEquals(List.of(), scan());
  }
}
