package io.peerbus.kademlia;

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
 * Who has which content, as the peers themselves told us. Bounded by contents, by providers of one, by all of them and
 * for each peer. When there are too many contents, the farthest from our own key makes way for a nearer one; when one
 * has too many providers, one of the IP group that has the most of them makes way for one of a group with fewer, so
 * that sybils of one net cannot bury the others.
 *
 * <p>Provider records are in a {@link Storage}, their order is in memory. Times are milliseconds since 1970. Not thread
 * safe, owned by its machine.
 */
public final class ProviderStore {

  private record Entry(Key content, PeerId peer, long[] groups, long expiresAt) {}

  private static final Comparator<Entry> BY_EXPIRY =
      Comparator.comparingLong(Entry::expiresAt).thenComparing(Entry::content).thenComparing(Entry::peer);

  private final Storage storage;
  private final KademliaOptions options;
  private final KademliaLimits limits;
  private final TreeMap<Key, Map<PeerId, Entry>> contents;
  private final TreeSet<Entry> byExpiry = new TreeSet<>(BY_EXPIRY);
  private final Quota shares;

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
          || !hasRoom(provider)) {
        lost.add(key);
      } else {
        index(provider);
      }
    });
    lost.forEach(storage::remove);
  }

  private boolean hasRoom(Provider provider) {
    Map<PeerId, Entry> others = contents.get(provider.content());
    return byExpiry.size() < limits.getMaxProviderRecords() && !shares.isFull(provider.contact().peer())
        && (others == null ? contents.size() < limits.getMaxProviderKeys()
        : others.size() < limits.getMaxProvidersPerKey());
  }

  /** The peer itself told that it has what the key stands for. */
  public Stored add(long now, byte[] key, Contact contact) {
    Key content = Key.of(key);
    Provider provider = new Provider(content, contact, now,
        now + options.getProviderAddressTtl().toMillis(), now + options.getProviderTtl().toMillis());
    Map<PeerId, Entry> others = contents.get(content);
    Entry before = others == null ? null : others.get(contact.peer());
    if (before != null) {
      unindex(before);
    } else if (shares.isFull(contact.peer())) {
      return Stored.SHARE_USED;
    } else if (!makeRoom(content, others, IpGroups.of(contact.addresses()))) {
      return Stored.FULL;
    }
    storage.put(provider.storageKey(), provider.toBytes());
    index(provider);
    return before == null ? Stored.NEW : Stored.REPLACED;
  }

  private boolean makeRoom(Key content, Map<PeerId, Entry> others, long[] groups) {
    if (others != null && others.size() >= limits.getMaxProvidersPerKey()) {
      Entry least = mostCommon(others, groups);
      if (least == null) {
        return false;
      }
      drop(least);
      return true;
    }
    boolean tooManyContents = others == null && contents.size() >= limits.getMaxProviderKeys();
    if (!tooManyContents && byExpiry.size() < limits.getMaxProviderRecords()) {
      return true;
    }
    Key farthest = contents.lastKey();
    if (contents.comparator().compare(farthest, content) <= 0) {
      return false;
    }
    List.copyOf(contents.get(farthest).values()).forEach(this::drop);
    return true;
  }

  /** The oldest entry of the IP group that has the most, unless the new one's has as many; else {@code null}. */
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
    Entry found = null;
    for (Entry entry : entries.values()) {
      for (long group : entry.groups) {
        if (counts.get(group) > most) {
          most = counts.get(group);
          found = entry;
        }
      }
    }
    return found;
  }

  /** Who has what the key stands for, oldest first; addresses only as long as they are fresh. */
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

  private void index(Provider provider) {
    Contact contact = provider.contact();
    Entry entry = new Entry(provider.content(), contact.peer(), IpGroups.of(contact.addresses()), provider.expiresAt());
    contents.computeIfAbsent(entry.content, content -> new LinkedHashMap<>()).put(entry.peer, entry);
    byExpiry.add(entry);
    shares.add(entry.peer);
  }

  private void unindex(Entry entry) {
    Map<PeerId, Entry> others = contents.get(entry.content);
    others.remove(entry.peer);
    if (others.isEmpty()) {
      contents.remove(entry.content);
    }
    byExpiry.remove(entry);
    shares.remove(entry.peer);
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

  /** How many peers have a share. */
  int peers() {
    return shares.peers();
  }
}
