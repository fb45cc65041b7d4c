package io.peerbus.kademlia;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Our own records and contents, and when each is to be published again. Each time is moved at random by a tenth of the
 * interval, so that what began together does not come back together; what is due is handed out in the order of keys,
 * since neighbours in the key space go to the same peers.
 *
 * <p>Kept in a {@link Storage}. Times are milliseconds since 1970. Not thread safe, owned by its machine.
 */
final class Publications {

  /** What was due while the node was down is spread over this time. */
  private static final long CATCH_UP = 60_000;
  /** What there was nobody for is published after this time and up to as much more: a node may have come too early. */
  private static final long SOON = 30_000;

  private record Due(long at, Key key, boolean isRecord) {}

  private static final Comparator<Due> BY_TIME =
      Comparator.comparingLong(Due::at).thenComparing(Due::key).thenComparing(Due::isRecord);

  private final Storage storage;
  private final KademliaOptions options;
  private final RandomGenerator random;
  private final Map<Key, Due> records = new HashMap<>();
  private final Map<Key, Due> contents = new HashMap<>();
  private final TreeSet<Due> byTime = new TreeSet<>(BY_TIME);

  Publications(Storage storage, KademliaOptions options, RandomGenerator random, long now) {
    this.storage = storage;
    this.options = options;
    this.random = random;
    List<Publication> found = new ArrayList<>();
    List<byte[]> lost = new ArrayList<>();
    storage.forEach((key, value) -> {
      Publication publication = Publication.of(value);
      if (publication == null || publication.expiresAt() <= now) {
        lost.add(key);
      } else {
        found.add(publication);
      }
    });
    lost.forEach(storage::remove);
    found.forEach(each -> put(each.at(Math.max(each.nextAt(), now + random.nextLong(CATCH_UP)))));
  }

  /** Whether one more is allowed. */
  boolean isFull() {
    return byTime.size() >= options.getLimits().getMaxOwn();
  }

  /** Publishes a record again and again from now on, in place of one under the same key. */
  void addRecord(long now, byte[] key, byte[] value, Verdict verdict) {
    put(new Publication(key, value, verdict.rank(), now, now + interval(true), verdict.validUntil()));
  }

  /** Says again and again from now on that we have this content. */
  void addContent(long now, byte[] key) {
    put(new Publication(key, null, new byte[0], now, now + interval(false), Long.MAX_VALUE));
  }

  /** There was nobody to tell. */
  void again(long now, byte[] key, boolean isRecord) {
    Due due = all(isRecord).get(Key.of(key));
    Publication publication = due == null ? null : load(due);
    if (publication != null) {
      put(publication.at(now + SOON + random.nextLong(SOON)));
    }
  }

  private void put(Publication publication) {
    boolean isRecord = publication.isRecord();
    Key key = Key.of(publication.key());
    Due due = new Due(publication.nextAt(), key, isRecord);
    Due before = all(isRecord).put(key, due);
    if (before != null) {
      byTime.remove(before);
    }
    byTime.add(due);
    storage.put(publication.storageKey(), publication.toBytes());
  }

  private Map<Key, Due> all(boolean records) {
    return records ? this.records : contents;
  }

  private long interval(boolean isRecord) {
    long interval = (isRecord ? options.getRepublish() : options.getReprovide()).toMillis();
    long jitter = Math.max(1, interval / 10);
    return interval - jitter + random.nextLong(2 * jitter);
  }

  /** Our own record under the key, or {@code null}. */
  Publication record(long now, byte[] key) {
    Due due = records.get(Key.of(key));
    Publication found = due == null ? null : load(due);
    return found == null || found.expiresAt() <= now ? null : found;
  }

  /** Whether we said that we have what the key stands for. */
  boolean provides(byte[] key) {
    return contents.containsKey(Key.of(key));
  }

  private Publication load(Due due) {
    return Publication.of(storage.get(Publication.storageKey(due.key, due.isRecord)));
  }

  /** Stops publishing; answers whether there was anything. */
  boolean remove(byte[] key, boolean isRecord) {
    Due due = all(isRecord).get(Key.of(key));
    if (due != null) {
      forget(due);
    }
    return due != null;
  }

  /** Takes up to {@code most} that are due, ordered by key; their next time is set. */
  List<Publication> due(long now, int most) {
    List<Due> taken = new ArrayList<>();
    for (Due due : byTime) {
      if (due.at > now || taken.size() == most) {
        break;
      }
      taken.add(due);
    }
    taken.sort(Comparator.comparing(Due::key));
    List<Publication> publications = new ArrayList<>();
    for (Due due : taken) {
      Publication publication = load(due);
      if (publication == null || publication.expiresAt() <= now) {
        forget(due);
      } else {
        put(publication.at(now + interval(due.isRecord)));
        publications.add(publication);
      }
    }
    return publications;
  }

  private void forget(Due due) {
    byTime.remove(due);
    all(due.isRecord).remove(due.key);
    storage.remove(Publication.storageKey(due.key, due.isRecord));
  }

  /** When the next is due, or {@link Long#MAX_VALUE}. */
  long nextAt() {
    return byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().at;
  }

  int records() {
    return records.size();
  }

  int contents() {
    return contents.size();
  }
}
