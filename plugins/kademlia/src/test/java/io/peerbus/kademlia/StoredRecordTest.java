package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** What is stored is read again as it was, or known to be damaged. */
class StoredRecordTest {

  private static final PeerId FROM = TestPeers.peer(1);

  @Property(tries = 200)
  void recordsAndPublicationsAndProvidersAreReadAgain(@ForAll @Size(max = 50) byte[] key,
      @ForAll @Size(max = 50) byte[] value, @ForAll @Size(max = 30) byte[] rank, @ForAll long time) {
    StoredRecord record = new StoredRecord(key, value, rank, FROM, time, ~time);
    assertEquals(record, StoredRecord.of(record.toBytes()));
    Publication publication = new Publication(key, value, rank, time + 1, time, ~time);
    assertEquals(publication, Publication.of(publication.toBytes()));
    Publication content = new Publication(key, null, new byte[0], time + 1, time, ~time);
    assertEquals(content, Publication.of(content.toBytes()));
    Provider provider = new Provider(Key.of(key), TestPeers.contact(2), time, ~time, time + 1);
    assertEquals(provider, Provider.of(provider.toBytes()));
  }

  @Example
  void everyFlippedBitAndEveryCutIsNoticed() {
    byte[] record = new StoredRecord(new byte[9], new byte[20], new byte[3], FROM, 5, 6).toBytes();
    byte[] provider = new Provider(Key.of(new byte[1]), TestPeers.contact(2), 1, 2, 3).toBytes();
    for (byte[] stored : List.of(record, provider)) {
      for (int bit = 0; bit < stored.length * 8; bit++) {
        byte[] flipped = stored.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertNull(StoredRecord.of(flipped));
        assertNull(Provider.of(flipped));
      }
      for (int length = 0; length < stored.length; length++) {
        assertNull(StoredRecord.of(Arrays.copyOf(stored, length)));
        assertNull(Provider.of(Arrays.copyOf(stored, length)));
      }
    }
    assertNull(StoredRecord.of(null));
    assertNull(StoredRecord.of(provider), "what is whole and something else");
    assertNull(Publication.of(provider));
  }

  private static StoredRecord record(String value, int rank, long time) {
    return new StoredRecord(new byte[1], TestPeers.utf8(value), rank < 0 ? new byte[0] : new byte[] {(byte) rank}, FROM,
        time, Long.MAX_VALUE);
  }

  @Example
  void theHigherRankIsKeptThenTheHigherValueAndWithoutRanksTheLater() {
    assertTrue(record("a", 2, 0).beats(record("b", 1, 9)));
    assertFalse(record("b", 1, 9).beats(record("a", 2, 0)));
    assertTrue(record("a", 200, 0).beats(record("b", 100, 9)), "ranks are unsigned");
    assertTrue(record("b", 1, 0).beats(record("a", 1, 9)));
    assertFalse(record("a", 1, 9).beats(record("b", 1, 0)));
    assertTrue(record("a", 1, 9).beats(record("a", 1, 9)));
    assertTrue(record("a", -1, 9).beats(record("b", -1, 8)));
    assertFalse(record("b", -1, 8).beats(record("a", -1, 9)));
  }
}
