package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The records that others put here, each checked before. Bounded by number, by bytes and for each peer; when it is
 * full, the record farthest from our own key makes way for a nearer one, as it is the one that others are the least
 * likely to look for here.
 *
 * <p>Records are in a {@link Storage}, their order is in memory. Times are milliseconds since 1970. Not thread safe,
 * owned by its machine.
 */
public final class RecordStore {

  private record Entry(Key key, PeerId from, int size, long expiresAt) {}

  private static final Comparator<Entry> BY_EXPIRY =
      Comparator.comparingLong(Entry::expiresAt).thenComparing(Entry::key);

  private final Storage storage;
  private final KademliaLimits limits;
  private final Map<Key, Entry> entries = new HashMap<>();
  private final TreeMap<Key, Entry> byDistance;
  private final TreeSet<Entry> byExpiry = new TreeSet<>(BY_EXPIRY);
  private final Quota shares;
  private long bytes;

  /** Takes up what is in the storage and not expired; what is damaged or above the limits goes. */
  public RecordStore(Key self, Storage storage, KademliaLimits limits, long now) {
    this.storage = storage;
    this.limits = limits;
    this.byDistance = new TreeMap<>(self.byDistance());
    this.shares = new Quota(limits.getMaxRecordsPerPeer());
    List<byte[]> lost = new ArrayList<>();
    storage.forEach((key, value) -> {
      StoredRecord record = StoredRecord.of(value);
      if (record == null || record.expiresAt() <= now || !take(key, record)) {
        lost.add(key);
      }
    });
    lost.forEach(storage::remove);
  }

  /** Of records above a limit that was lowered since, the ones that come last go, whichever they are. */
  private boolean take(byte[] storedUnder, StoredRecord record) {
    Key key = Key.of(record.key());
    if (!Arrays.equals(storedUnder, key.toBytes()) || entries.size() >= limits.getMaxRecords()
        || bytes + record.size() > limits.getMaxRecordBytes() || shares.isFull(record.from())) {
      return false;
    }
    index(key, record);
    return true;
  }

  /** Keeps a record that is valid, unless a better one is there or there is no room. */
  public Stored put(long now, StoredRecord record) {
    if (record.expiresAt() <= now) {
      return Stored.EXPIRED;
    }
    Key key = Key.of(record.key());
    Entry before = entries.get(key);
    StoredRecord kept = before == null ? null : get(now, record.key());
    if (kept != null && !record.beats(kept)) {
      return Stored.WORSE;
    }
    boolean sameOwner = before != null && before.from.equals(record.from());
    if (!sameOwner && shares.isFull(record.from())) {
      return Stored.SHARE_USED;
    }
    if (!makeRoom(key, record, before)) {
      return Stored.FULL;
    }
    before = entries.get(key);
    if (before != null) {
      unindex(before);
    }
    storage.put(key.toBytes(), record.toBytes());
    index(key, record);
    return before == null ? Stored.NEW : Stored.REPLACED;
  }

  /** Lets farther records go until this one fits; answers whether it does. None goes for one that does not fit. */
  private boolean makeRoom(Key key, StoredRecord record, Entry before) {
    int count = entries.size() + (before == null ? 1 : 0);
    long size = bytes + record.size() - (before == null ? 0 : before.size);
    if (record.size() > limits.getMaxRecordBytes()) {
      return false;
    }
    Map.Entry<Key, Entry> last = byDistance.lastEntry();
    int going = 0;
    while (count - going > limits.getMaxRecords() || size > limits.getMaxRecordBytes()) {
      if (last == null || byDistance.comparator().compare(last.getKey(), key) <= 0) {
        return false;
      }
      size -= last.getValue().size;
      going++;
      last = byDistance.lowerEntry(last.getKey());
    }
    for (; going > 0; going--) {
      drop(byDistance.lastEntry().getValue());
    }
    return true;
  }

  /** The record under the key, or {@code null}; never one that is expired. */
  public StoredRecord get(long now, byte[] key) {
    Entry entry = entries.get(Key.of(key));
    if (entry == null || entry.expiresAt <= now) {
      return null;
    }
    StoredRecord record = StoredRecord.of(storage.get(entry.key.toBytes()));
    if (record == null) {
      drop(entry); // the disk lost it
    }
    return record;
  }

  /** Lets go of what is expired; answers how many records that were. */
  public int expire(long now) {
    int count = 0;
    while (!byExpiry.isEmpty() && byExpiry.first().expiresAt <= now) {
      drop(byExpiry.first());
      count++;
    }
    return count;
  }

  /** When the next record expires, or {@link Long#MAX_VALUE}. */
  public long nextExpiry() {
    return byExpiry.isEmpty() ? Long.MAX_VALUE : byExpiry.first().expiresAt;
  }

  private void index(Key key, StoredRecord record) {
    Entry entry = new Entry(key, record.from(), record.size(), record.expiresAt());
    entries.put(key, entry);
    byDistance.put(key, entry);
    byExpiry.add(entry);
    shares.add(entry.from);
    bytes += entry.size;
  }

  private void unindex(Entry entry) {
    entries.remove(entry.key);
    byDistance.remove(entry.key);
    byExpiry.remove(entry);
    shares.remove(entry.from);
    bytes -= entry.size;
  }

  private void drop(Entry entry) {
    unindex(entry);
    storage.remove(entry.key.toBytes());
  }

  public int size() {
    return entries.size();
  }

  /** Bytes of all records. */
  public long bytes() {
    return bytes;
  }

  /** How many peers have a share. */
  int peers() {
    return shares.peers();
  }
}
