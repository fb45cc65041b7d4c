package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The peers of one distance range, and those that would like to be. Owned by its table, which says who comes in. */
final class Bucket {

  /** One peer of the table. */
  static final class Entry {
    final Key key;
    final long addedAt;
    Contact contact;
    long[] groups;
    long aliveAt;
    /** When it was last asked for a sign of life, so that it is not asked again before it can have answered. */
    long checkedAt;
    int failures;

    Entry(Key key, Contact contact, long[] groups, long now) {
      this.key = key;
      this.contact = contact;
      this.groups = groups;
      this.addedAt = now;
      this.aliveAt = now;
      this.checkedAt = now;
    }
  }

  final List<Entry> entries = new ArrayList<>();
  final IpGroups groups;
  /** As now; long ago for a bucket that no lookup ever went into. */
  long refreshedAt = Long.MIN_VALUE / 2;
  /** Newest last. */
  private final Map<PeerId, Entry> replacements = new LinkedHashMap<>();

  Bucket(int maxPerGroup) {
    groups = new IpGroups(maxPerGroup);
  }

  /** Remembers a peer for which there is no room; the one remembered longest makes way. */
  void remember(Entry entry, int most) {
    replacements.remove(entry.contact.peer());
    replacements.put(entry.contact.peer(), entry);
    if (replacements.size() > most) {
      Iterator<PeerId> oldest = replacements.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void forget(PeerId peer) {
    replacements.remove(peer);
  }

  /** Newest first: it was seen last, so it is the likeliest to be there still. */
  List<Entry> replacements() {
    List<Entry> newestFirst = new ArrayList<>(replacements.values());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  boolean hasReplacements() {
    return !replacements.isEmpty();
  }
}
