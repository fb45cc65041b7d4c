package io.peerbus.kademlia;

import io.peerbus.kademlia.Bucket.Entry;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who we know, by distance: up to k peers for each length of the prefix that their key has in common with ours.
 *
 * <p>A peer that is in stays in as long as it answers: those that were there long will be there longest, and nobody can
 * flush the table with new ids. One that fails makes way when somebody waits for its place, and in any case when it
 * has failed several times in a row: with nobody waiting, an old peer that was cut off for a moment is worth more than
 * a hole.
 *
 * <p>Not thread safe, owned by its machine. Spec: kad-dht, "Kademlia routing table"; limits by IP group are ours and
 * go's.
 */
public final class RoutingTable {

  /** What became of a peer that was offered. */
  public enum Outcome { ADDED, UPDATED,
    /** The bucket is full, and the peer is remembered for when it is not. */
    REMEMBERED,
    /** Too many peers of its IP group are there already. */
    TOO_MANY_OF_ITS_GROUP,
    /** It is ourselves. */
    SELF }

  /** A peer of the table as it is told to people; {@code bucket} is the length of the common prefix. Times as now. */
  public record Row(int bucket, Contact contact, long addedAt, long aliveAt, int failures) {}

  private final Key self;
  private final int k;
  private final int maxFailures;
  private final KademliaLimits limits;
  private final IpGroups groups;
  private final List<Bucket> buckets = new ArrayList<>();
  private final Map<PeerId, Entry> byPeer = new LinkedHashMap<>();

  public RoutingTable(Key self, KademliaOptions options) {
    this.self = self;
    this.k = options.getK();
    this.maxFailures = options.getMaxFailures();
    this.limits = options.getLimits();
    this.groups = new IpGroups(limits.getMaxPerGroupInTable());
  }

  /**
   * Offers a server that has just answered us, or updates where it is.
   *
   * @param remoteOrNull where it is as our side of the connection sees it: what it says of itself proves nothing
   */
  public Outcome add(long now, Contact contact, Multiaddr remoteOrNull) {
    Entry known = byPeer.get(contact.peer());
    if (known != null) {
      alive(now, contact.peer());
      if (!contact.addresses().isEmpty() && !contact.equals(known.contact)) {
        relocate(known, contact, IpGroups.of(contact, remoteOrNull));
      }
      return Outcome.UPDATED;
    }
    Key key = Key.of(contact.peer());
    if (key.equals(self)) {
      return Outcome.SELF;
    }
    Bucket bucket = bucket(self.commonPrefix(key));
    Entry entry = new Entry(key, contact, IpGroups.of(contact, remoteOrNull), now);
    if (!allows(bucket, entry)) {
      return Outcome.TOO_MANY_OF_ITS_GROUP;
    }
    if (bucket.entries.size() >= k) {
      bucket.remember(entry, limits.getMaxReplacements());
      return Outcome.REMEMBERED;
    }
    insert(bucket, entry);
    return Outcome.ADDED;
  }

  /** Whether a peer that is not in would come in if it answered now, so that it is worth asking. */
  boolean hasRoomFor(Contact contact, Multiaddr remoteOrNull) {
    int index = self.commonPrefix(Key.of(contact.peer()));
    if (index == Key.BITS || index < buckets.size() && buckets.get(index).entries.size() >= k) {
      return false;
    }
    long[] itsGroups = IpGroups.of(contact, remoteOrNull);
    return groups.allows(itsGroups) && (index >= buckets.size() || buckets.get(index).groups.allows(itsGroups));
  }

  /** A peer that was in the table of the machine before; its bucket is found anew. */
  void restore(Row row) {
    add(row.addedAt(), row.contact(), null);
    Entry entry = byPeer.get(row.contact().peer());
    if (entry != null) {
      entry.aliveAt = row.aliveAt();
      entry.checkedAt = row.aliveAt();
      entry.failures = row.failures();
    }
  }

  private boolean allows(Bucket bucket, Entry entry) {
    return groups.allows(entry.groups) && bucket.groups.allows(entry.groups);
  }

  private void insert(Bucket bucket, Entry entry) {
    bucket.entries.add(entry);
    bucket.groups.add(entry.groups);
    bucket.forget(entry.contact.peer());
    groups.add(entry.groups);
    byPeer.put(entry.contact.peer(), entry);
  }

  /** A peer that moved into a group that is full already stays known by its old addresses. */
  private void relocate(Entry entry, Contact contact, long[] newGroups) {
    Bucket bucket = buckets.get(self.commonPrefix(entry.key));
    long[] before = entry.groups;
    groups.remove(before);
    bucket.groups.remove(before);
    entry.groups = newGroups;
    if (allows(bucket, entry)) {
      entry.contact = contact;
    } else {
      entry.groups = before;
    }
    groups.add(entry.groups);
    bucket.groups.add(entry.groups);
  }

  /** The peer gave a sign of life. */
  public void alive(long now, PeerId peer) {
    Entry entry = byPeer.get(peer);
    if (entry != null) {
      entry.aliveAt = now;
      entry.failures = 0;
    }
  }

  /** The peer did not answer; says whether it left the table for that. */
  public boolean failed(long now, PeerId peer) {
    Entry entry = byPeer.get(peer);
    if (entry == null) {
      forgetReplacement(peer);
      return false;
    }
    Bucket bucket = buckets.get(self.commonPrefix(entry.key));
    if (++entry.failures >= maxFailures || bucket.hasReplacements()) {
      remove(now, peer);
      return true;
    }
    return false;
  }

  private void forgetReplacement(PeerId peer) {
    int index = self.commonPrefix(Key.of(peer));
    if (index < buckets.size()) {
      buckets.get(index).forget(peer);
    }
  }

  /** The peer is no server any more. Whoever waits for its place gets it. */
  public void remove(long now, PeerId peer) {
    Entry entry = byPeer.remove(peer);
    if (entry == null) {
      forgetReplacement(peer);
      return;
    }
    Bucket bucket = buckets.get(self.commonPrefix(entry.key));
    bucket.entries.remove(entry);
    bucket.groups.remove(entry.groups);
    groups.remove(entry.groups);
    for (Entry next : bucket.replacements()) {
      if (allows(bucket, next)) {
        insert(bucket, next);
        return;
      }
    }
  }

  private Bucket bucket(int index) {
    while (buckets.size() <= index) {
      buckets.add(new Bucket(limits.getMaxPerGroupInBucket()));
    }
    return buckets.get(index);
  }

  /** Up to {@code count} peers that are nearest to the target, nearest first, without {@code exceptOrNull}. */
  public List<Contact> closest(Key target, int count, PeerId exceptOrNull) {
    // Peers of the target's own bucket are nearer to it than those that share more bits with us, which in turn are
    // nearer than those that share fewer, bucket by bucket.
    Nearest nearest = new Nearest(target, count, exceptOrNull == null ? null : byPeer.get(exceptOrNull));
    int own = Math.min(self.commonPrefix(target), buckets.size());
    if (own < buckets.size()) {
      nearest.add(buckets.get(own));
    }
    if (!nearest.isFull()) {
      nearest.nextGroup();
      for (int i = own + 1; i < buckets.size(); i++) {
        nearest.add(buckets.get(i));
      }
    }
    for (int i = own - 1; i >= 0 && !nearest.isFull(); i--) {
      nearest.nextGroup();
      nearest.add(buckets.get(i));
    }
    return nearest.contacts();
  }

  /** The peer as the table has it, or {@code null}. */
  public Contact find(PeerId peer) {
    Entry entry = byPeer.get(peer);
    return entry == null ? null : entry.contact;
  }

  /** Peers that were neither alive nor asked in the last {@code age} nanoseconds. They count as asked now. */
  public List<Contact> quiet(long now, long age) {
    List<Contact> quiet = new ArrayList<>();
    for (Entry entry : byPeer.values()) {
      if (now - Math.max(entry.aliveAt, entry.checkedAt) >= age) {
        entry.checkedAt = now;
        quiet.add(entry.contact);
      }
    }
    return quiet;
  }

  /** A lookup for this key has begun: its bucket counts as refreshed. */
  public void lookedUp(long now, Key target) {
    int index = self.commonPrefix(target);
    if (index < buckets.size()) {
      buckets.get(index).refreshedAt = now;
    }
  }

  /** A bucket that no lookup went into for {@code age} nanoseconds or ever, or -1; none deeper than every peer. */
  public int staleBucket(long now, long age) {
    for (int i = 0; i < buckets.size() && i < Key.BITS; i++) {
      if (now - buckets.get(i).refreshedAt >= age) {
        return i;
      }
    }
    return -1;
  }

  public int size() {
    return byPeer.size();
  }

  /** Peers of this bucket and of all that are nearer to us. */
  int sizeFrom(int bucket) {
    int size = 0;
    for (int i = bucket; i < buckets.size(); i++) {
      size += buckets.get(i).entries.size();
    }
    return size;
  }

  /** Every peer, nearest bucket last. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      for (Entry entry : buckets.get(i).entries) {
        rows.add(new Row(i, entry.contact, entry.addedAt, entry.aliveAt, entry.failures));
      }
    }
    return rows;
  }
}
