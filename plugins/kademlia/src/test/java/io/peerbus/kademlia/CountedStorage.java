package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A storage that counts by itself what is in it, and fails in the moment in which that is more than it may be. */
final class CountedStorage implements Storage {

  /** What counts of something stored: the key it belongs to, the peer who has a share of it, and its bytes. */
  record Item(Key key, PeerId peer, int bytes) {}

  /** The most there may be. */
  record Caps(long count, long bytes, int keys, int perKey, int perPeer) {}

  private final Storage storage;
  private final Function<byte[], Item> reader;
  private final Caps caps;
  private final Map<ByteBuffer, Item> items = new HashMap<>();
  private final Map<Key, Integer> perKey = new HashMap<>();
  private final Map<PeerId, Integer> perPeer = new HashMap<>();
  private long bytes;
  private long mostBytes;
  private long puts;

  private CountedStorage(Storage storage, Function<byte[], Item> reader, Caps caps) {
    this.storage = storage;
    this.reader = reader;
    this.caps = caps;
  }

  static CountedStorage ofRecords(Storage storage, KademliaLimits limits) {
    return new CountedStorage(storage, bytes -> {
      StoredRecord record = StoredRecord.of(bytes);
      return new Item(Key.of(record.key()), record.from(), record.size());
    }, new Caps(limits.getMaxRecords(), limits.getMaxRecordBytes(), limits.getMaxRecords(), 1,
        limits.getMaxRecordsPerPeer()));
  }

  static CountedStorage ofProviders(Storage storage, KademliaLimits limits) {
    return new CountedStorage(storage, bytes -> {
      Provider provider = Provider.of(bytes);
      Contact contact = provider.contact();
      int size = contact.addresses().stream().map(Multiaddr::toBytes).mapToInt(address -> address.length).sum();
      return new Item(provider.content(), contact.peer(), size);
    }, new Caps(limits.getMaxProviderRecords(), limits.getMaxProviderBytes(), limits.getMaxProviderKeys(),
        limits.getMaxProvidersPerKey(), limits.getMaxProvidersPerPeer()));
  }

  @Override
  public byte[] get(byte[] key) {
    return storage.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    forget(key);
    Item item = reader.apply(value);
    items.put(ByteBuffer.wrap(key), item);
    bytes += item.bytes;
    mostBytes = Math.max(mostBytes, bytes);
    puts++;
    within("records", items.size(), caps.count);
    within("bytes", bytes, caps.bytes);
    within("of one key", perKey.merge(item.key, 1, Integer::sum), caps.perKey);
    within("keys", perKey.size(), caps.keys);
    within("of one peer", perPeer.merge(item.peer, 1, Integer::sum), caps.perPeer);
    storage.put(key, value);
  }

  private static void within(String what, long is, long most) {
    assertTrue(is <= most, () -> is + " " + what + ", the most is " + most);
  }

  @Override
  public void remove(byte[] key) {
    forget(key);
    storage.remove(key);
  }

  private void forget(byte[] key) {
    Item before = items.remove(ByteBuffer.wrap(key));
    if (before != null) {
      bytes -= before.bytes;
      perKey.merge(before.key, -1, (a, b) -> a + b == 0 ? null : a + b);
      perPeer.merge(before.peer, -1, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  @Override
  public void forEach(BiConsumer<byte[], byte[]> visitor) {
    storage.forEach(visitor);
  }

  int count() {
    return items.size();
  }

  @Override
  public String toString() {
    return items.size() + " of " + perKey.size() + " keys and " + perPeer.size() + " peers, " + bytes + " bytes (most "
        + mostBytes + "), stored " + puts + " times";
  }
}
