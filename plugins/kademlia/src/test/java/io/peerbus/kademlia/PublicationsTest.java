package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PublicationsTest {

  private static final long HOUR = 3_600_000;
  private static final Verdict GOOD = Verdict.good(new byte[] {1}, 100 * HOUR);

  private final KademliaOptions options = new KademliaOptions();
  private final MemoryStorage storage = new MemoryStorage();
  private Publications publications = open(0);

  private Publications open(long now) {
    return new Publications(storage, options, new SplittableRandom(1), now);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  @Test
  void eachComesAgainAfterTheIntervalGiveOrTakeATenth() {
    publications.addRecord(0, key(1), new byte[] {7}, GOOD);
    publications.addContent(0, key(1));
    assertEquals(1, publications.records());
    assertEquals(1, publications.contents());
    assertEquals(List.of(), publications.due((long) (19.8 * HOUR) - 1, 10));
    List<Publication> due = publications.due((long) (24.2 * HOUR), 10);
    assertEquals(2, due.size());
    assertTrue(publications.nextAt() >= 44 * HOUR);
    assertTrue(publications.nextAt() <= 2 * 24.2 * HOUR);
    assertArrayEquals(new byte[] {7}, due.stream().filter(Publication::isRecord).findFirst().orElseThrow()
        .valueOrNull());
  }

  @Test
  void aThousandThatBeganTogetherAreSpreadAndComeInTheOrderOfKeys() {
    for (int i = 0; i < 1000; i++) {
      publications.addContent(0, key(i));
    }
    int first = publications.due(21 * HOUR, 2000).size();
    assertTrue(first > 150 && first < 400, first + " of 1000 in the first of four parts");
    List<Key> keys = new ArrayList<>();
    publications.due(25 * HOUR, 100).forEach(each -> keys.add(Key.of(each.key())));
    assertEquals(100, keys.size());
    assertEquals(keys.stream().sorted().toList(), keys);
  }

  @Test
  void aRecordIsPublishedUntilItIsOver() {
    publications.addRecord(0, key(1), new byte[] {7}, Verdict.good(new byte[0], 10 * HOUR));
    assertNotNull(publications.record(10 * HOUR - 1, key(1)));
    assertNull(publications.record(10 * HOUR, key(1)));
    assertEquals(List.of(), publications.due(30 * HOUR, 10));
    assertEquals(0, publications.records());
    assertEquals(Long.MAX_VALUE, publications.nextAt());
  }

  @Test
  void aNewerRecordTakesThePlaceOfTheOlder() {
    publications.addRecord(0, key(1), new byte[] {7}, GOOD);
    publications.addRecord(5 * HOUR, key(1), new byte[] {8}, GOOD);
    assertEquals(1, publications.records());
    assertArrayEquals(new byte[] {8}, publications.record(0, key(1)).valueOrNull());
    assertEquals(1, publications.due(100 * HOUR - 1, 10).size());
  }

  @Test
  void whatIsRemovedIsNotPublished() {
    publications.addRecord(0, key(1), new byte[] {7}, GOOD);
    publications.addContent(0, key(1));
    assertTrue(publications.provides(key(1)));
    assertTrue(publications.remove(key(1), false));
    assertFalse(publications.remove(key(1), false));
    assertFalse(publications.provides(key(1)));
    assertNotNull(publications.record(0, key(1)));
    assertTrue(publications.remove(key(1), true));
    assertEquals(Long.MAX_VALUE, publications.nextAt());
    assertEquals(0, open(0).records() + open(0).contents());
  }

  @Test
  void afterAStartAllGoesOnAndWhatWasMissedComesWithinAMinute() {
    publications.addRecord(0, key(1), new byte[] {7}, GOOD);
    publications.addContent(0, key(2));
    long next = publications.nextAt();
    assertEquals(next, open(HOUR).nextAt());
    storage.put(new byte[33], new byte[] {1, 2, 3});
    publications = open(40 * HOUR);
    assertEquals(List.of(), publications.due(40 * HOUR - 1, 10));
    assertEquals(2, publications.due(40 * HOUR + 60_000, 10).size());
  }

  @Test
  void thereIsALimit() {
    options.getLimits().setMaxOwn(2);
    publications = open(0);
    publications.addContent(0, key(1));
    assertFalse(publications.isFull());
    publications.addRecord(0, key(1), new byte[0], GOOD);
    assertTrue(publications.isFull());
  }
}
