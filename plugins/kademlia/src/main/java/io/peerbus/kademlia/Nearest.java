package io.peerbus.kademlia;

import io.peerbus.kademlia.Bucket.Entry;
import java.util.List;

/**
 * The entries of a table that are nearest to a target, of those that were added, nearest first. They come in groups,
 * each of which is farther than all before it. Sorted by insertion, since they are few: finding them is most of the
 * work of an answer.
 */
final class Nearest {

  private final Key target;
  private final Entry exceptOrNull;
  private final Entry[] found;
  /** The first bits of how far each of those is, as an unsigned number: nearly always they say it. */
  private final long[] distances;
  private int size;
  private int groupBegin;

  Nearest(Key target, int count, Entry exceptOrNull) {
    this.target = target;
    this.exceptOrNull = exceptOrNull;
    this.found = new Entry[count];
    this.distances = new long[count];
  }

  void nextGroup() {
    groupBegin = size;
  }

  boolean isFull() {
    return size == found.length;
  }

  void add(Bucket bucket) {
    for (Entry entry : bucket.entries) {
      long distance = target.leadingDistance(entry.key);
      if (entry != exceptOrNull && (!isFull() || size > groupBegin && isNearer(entry, distance, size - 1))) {
        insert(entry, distance);
      }
    }
  }

  private boolean isNearer(Entry entry, long distance, int than) {
    int order = Long.compareUnsigned(distance, distances[than]);
    return order < 0 || order == 0 && target.compareDistance(entry.key, found[than].key) < 0;
  }

  private void insert(Entry entry, long distance) {
    int at = isFull() ? size - 1 : size++;
    for (; at > groupBegin && isNearer(entry, distance, at - 1); at--) {
      found[at] = found[at - 1];
      distances[at] = distances[at - 1];
    }
    found[at] = entry;
    distances[at] = distance;
  }

  List<Contact> contacts() {
    Contact[] contacts = new Contact[size];
    for (int i = 0; i < size; i++) {
      contacts[i] = found[i].contact;
    }
    return List.of(contacts);
  }
}
