package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;

/** What a machine keeps: records of others, providers, its own, and peers to come back to. Times: ms since 1970. */
final class Stores {

  final RecordStore records;
  final ProviderStore providers;
  final Publications own;
  final RememberedPeers peers;
  private final PeerId self;
  private final KademliaOptions options;

  Stores(PeerId self, Storages storages, KademliaOptions options, RandomGenerator random, long wall) {
    Key key = Key.of(self);
    this.self = self;
    this.options = options;
    this.records = new RecordStore(key, storages.records(), options.getLimits(), wall);
    this.providers = new ProviderStore(key, storages.providers(), options, wall);
    this.own = new Publications(storages.own(), options, random, wall);
    this.peers = new RememberedPeers(storages.peers());
  }

  /** Keeps a record that was judged to be valid. */
  Stored put(long wall, ValueRecord record, Verdict verdict, PeerId from) {
    long end = Math.min(wall + options.getRecordTtl().toMillis(), verdict.validUntil());
    return records.put(wall, new StoredRecord(record.key(), record.value(), verdict.rank(), from, wall, end));
  }

  /** The best record under the key, our own or another's, or {@code null}. */
  StoredRecord best(long wall, byte[] key) {
    Publication ours = own.record(wall, key);
    StoredRecord kept = records.get(wall, key);
    if (ours == null) {
      return kept;
    }
    StoredRecord put = new StoredRecord(key, ours.valueOrNull(), ours.rank(), self, ours.putAt(), ours.expiresAt());
    return kept != null && kept.beats(put) ? kept : put;
  }

  /** The record under the key as it is told, or {@code null}. */
  ValueRecord find(long wall, byte[] key) {
    StoredRecord best = best(wall, key);
    return best == null ? null : new ValueRecord(key, best.value(), time(best.receivedAt()));
  }

  private static String time(long wall) {
    return Instant.ofEpochMilli(wall).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** The earliest time at which something is to be done. */
  long nextAt() {
    return Math.min(own.nextAt(), Math.min(records.nextExpiry(), providers.nextExpiry()));
  }
}
