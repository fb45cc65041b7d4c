package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who has which content, as the peers themselves told us. Bounded by contents, by providers of one, by all of them, by
 * the bytes of their addresses and for each peer. When there is too much, the content that is farthest from our own key
 * makes way for a nearer one; when one has too many providers, the newest of the IP group that has the most of them
 * makes way for one of a group with fewer, so that sybils of one net bury neither others nor who was there before them.
 *
 * <p>Provider records are in a {@link Storage}, their order is in memory. Times are milliseconds since 1970. Not thread
 * safe, owned by its machine.
 */
public final class ProviderStore {

  /** @param size bytes of its addresses */
  private record Entry(Key content, PeerId peer, long[] groups, int size, long expiresAt) {}

  /** Of one provider. Whoever asks for a content is told all of them: long ones would keep others out of the answer. */
  private static final int MAX_ADDRESS_BYTES = 1024;

  private static final Comparator<Entry> BY_EXPIRY =
      Comparator.comparingLong(Entry::expiresAt).thenComparing(Entry::content).thenComparing(Entry::peer);

  private final Storage storage;
  private final KademliaOptions options;
  private final KademliaLimits limits;
  private final TreeMap<Key, Map<PeerId, Entry>> contents;
  private final TreeSet<Entry> byExpiry = new TreeSet<>(BY_EXPIRY);
  private final Quota shares;
  private long bytes;

  /** Takes up what is in the storage and not expired; what is damaged or above the limits goes. */
  public ProviderStore(Key self, Storage storage, KademliaOptions options, long now) {
    this.storage = storage;
    this.options = options;
    this.limits = options.getLimits();
    this.contents = new TreeMap<>(self.byDistance());
    this.shares = new Quota(limits.getMaxProvidersPerPeer());
    List<byte[]> lost = new ArrayList<>();
    storage.forEach((key, value) -> {
      Provider provider = Provider.of(value);
      if (provider == null || provider.expiresAt() <= now || !Arrays.equals(key, provider.storageKey())
          || !take(entry(provider))) {
        lost.add(key);
      }
    });
    lost.forEach(storage::remove);
  }

  private boolean take(Entry entry) {
    Map<PeerId, Entry> others = contents.get(entry.content);
    boolean hasRoom = byExpiry.size() < limits.getMaxProviderRecords() && !shares.isFull(entry.peer)
        && bytes + entry.size <= limits.getMaxProviderBytes()
        && (others == null ? contents.size() < limits.getMaxProviderKeys()
        : others.size() < limits.getMaxProvidersPerKey());
    if (hasRoom) {
      index(entry);
    }
    return hasRoom;
  }

  /** The peer itself told that it has what the key stands for. Of its addresses the first are kept. */
  public Stored add(long now, byte[] key, Contact contact) {
    Provider provider = new Provider(Key.of(key), shortened(contact), now,
        now + options.getProviderAddressTtl().toMillis(), now + options.getProviderTtl().toMillis());
    Entry entry = entry(provider);
    Map<PeerId, Entry> others = contents.getOrDefault(entry.content, Map.of());
    Entry before = others.get(entry.peer);
    boolean tooMany = before == null && others.size() >= limits.getMaxProvidersPerKey();
    Entry replaced = tooMany ? mostCommon(others, entry.groups) : before;
    if (before == null && shares.isFull(entry.peer)) {
      return Stored.SHARE_USED;
    } else if (tooMany && replaced == null || !makeRoom(entry, replaced)) {
      return Stored.FULL;
    }
    if (tooMany) {
      drop(replaced);
    }
    storage.put(provider.storageKey(), provider.toBytes());
    index(entry);
    return before == null ? Stored.NEW : Stored.REPLACED;
  }

  /** No more addresses than are ever told, and of those no more than are of use to anybody. */
  private static Contact shortened(Contact contact) {
    List<Multiaddr> kept = new ArrayList<>();
    int size = 0;
    for (Multiaddr address : contact.addresses()) {
      size += address.toBytes().length;
      if (size <= MAX_ADDRESS_BYTES && kept.size() < MessageWriter.MAX_ADDRESSES) {
        kept.add(address);
      }
    }
    return new Contact(contact.peer(), kept);
  }

  /**
   * Lets farther contents go until this entry fits; answers whether it does. None goes for one that does not fit.
   *
   * @param replacedOrNull goes for it in any case
   */
  private boolean makeRoom(Entry entry, Entry replacedOrNull) {
    int records = byExpiry.size() + (replacedOrNull == null ? 1 : 0);
    long size = bytes + entry.size - (replacedOrNull == null ? 0 : replacedOrNull.size);
    int keys = contents.size() + (contents.containsKey(entry.content) ? 0 : 1);
    List<Entry> going = new ArrayList<>();
    Map.Entry<Key, Map<PeerId, Entry>> last = contents.lastEntry();
    while (records > limits.getMaxProviderRecords() || size > limits.getMaxProviderBytes()
        || keys > limits.getMaxProviderKeys()) {
      if (last == null || contents.comparator().compare(last.getKey(), entry.content) <= 0) {
        return false;
      }
      for (Entry each : last.getValue().values()) {
        going.add(each);
        size -= each.size;
        records--;
      }
      keys--;
      last = contents.lowerEntry(last.getKey());
    }
    going.forEach(this::drop);
    return true;
  }

  /** The newest entry of the IP group that has the most, unless the new one's has as many; else {@code null}. */
  private static Entry mostCommon(Map<PeerId, Entry> entries, long[] newGroups) {
    Map<Long, Integer> counts = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      for (long group : entry.groups) {
        counts.merge(group, 1, Integer::sum);
      }
    }
    int most = 1;
    for (long group : newGroups) {
      most = Math.max(most, counts.getOrDefault(group, 0) + 1);
    }
    Long largest = null;
    for (Map.Entry<Long, Integer> count : counts.entrySet()) {
      if (count.getValue() > most) {
        most = count.getValue();
        largest = count.getKey();
      }
    }
    Entry newest = null;
    for (Entry entry : entries.values()) {
      for (long group : entry.groups) {
        newest = largest != null && group == largest ? entry : newest;
      }
    }
    return newest;
  }

  /** Who has what the key stands for, whoever told so first before others; addresses only as long as they are fresh. */
  public List<Contact> get(long now, byte[] key) {
    Key content = Key.of(key);
    List<Contact> found = new ArrayList<>();
    for (Entry entry : List.copyOf(contents.getOrDefault(content, Map.of()).values())) {
      if (entry.expiresAt > now) {
        Provider provider = Provider.of(storage.get(Provider.storageKey(content, entry.peer)));
        if (provider == null) {
          drop(entry); // the disk lost it
        } else {
          found.add(provider.addressesUntil() > now ? provider.contact() : new Contact(entry.peer, List.of()));
        }
      }
    }
    return found;
  }

  /** Lets go of what is expired; answers how many provider records that were. */
  public int expire(long now) {
    int count = 0;
    while (!byExpiry.isEmpty() && byExpiry.first().expiresAt <= now) {
      drop(byExpiry.first());
      count++;
    }
    return count;
  }

  /** When the next provider record expires, or {@link Long#MAX_VALUE}. */
  public long nextExpiry() {
    return byExpiry.isEmpty() ? Long.MAX_VALUE : byExpiry.first().expiresAt;
  }

  private static Entry entry(Provider provider) {
    List<Multiaddr> addresses = provider.contact().addresses();
    int size = addresses.stream().mapToInt(address -> address.toBytes().length).sum();
    return new Entry(provider.content(), provider.contact().peer(), IpGroups.of(addresses), size,
        provider.expiresAt());
  }

  /** In the place of the one before, where there is one. */
  private void index(Entry entry) {
    Entry before = contents.computeIfAbsent(entry.content, content -> new LinkedHashMap<>()).put(entry.peer, entry);
    if (before == null) {
      shares.add(entry.peer);
    } else {
      byExpiry.remove(before);
      bytes -= before.size;
    }
    byExpiry.add(entry);
    bytes += entry.size;
  }

  private void unindex(Entry entry) {
    Map<PeerId, Entry> others = contents.get(entry.content);
    others.remove(entry.peer);
    if (others.isEmpty()) {
      contents.remove(entry.content);
    }
    byExpiry.remove(entry);
    shares.remove(entry.peer);
    bytes -= entry.size;
  }

  private void drop(Entry entry) {
    unindex(entry);
    storage.remove(Provider.storageKey(entry.content, entry.peer));
  }

  /** How many contents have a provider. */
  public int contents() {
    return contents.size();
  }

  /** Provider records of all contents. */
  public int size() {
    return byExpiry.size();
  }

  /** Bytes of all addresses. */
  public long bytes() {
    return bytes;
  }

  /** How many peers have a share. */
  int peers() {
    return shares.peers();
  }
}
