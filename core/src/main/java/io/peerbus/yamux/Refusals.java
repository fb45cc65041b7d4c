package io.peerbus.yamux;

/**
 * Resets owed to streams that we refused, in order. Ids of streams follow each other, so what is kept is runs of them:
 * any number that a peer opens at once costs as much as one.
 *
 * <p>Not thread safe, owned by its outbox.
 */
final class Refusals {

  /**
   * Runs that wait to be sent; one more ends the session. A peer that leaves gaps between its ids on purpose, and does
   * not read, could otherwise grow this for ever. 8 KiB.
   */
  static final int MAX_RUNS = 1024;

  private static final int USUAL = 4;
  private static final int STEP = 2;

  private int[] ids = {}; // the first of each run, a ring
  private int[] counts = {};
  private int first;
  private int size;

  /** Whether there was room for it. */
  boolean add(int id) {
    int last = size == 0 ? -1 : (first + size - 1) % ids.length;
    if (last >= 0 && ids[last] + STEP * counts[last] == id) {
      counts[last]++;
      return true;
    }
    if (size == MAX_RUNS) {
      return false;
    }
    if (size == ids.length) {
      grow();
    }
    int next = (first + size) % ids.length;
    ids[next] = id;
    counts[next] = 1;
    size++;
    return true;
  }

  private void grow() {
    int[] moreIds = new int[Math.max(USUAL, 2 * ids.length)];
    int[] moreCounts = new int[moreIds.length];
    for (int i = 0; i < size; i++) {
      int from = (first + i) % ids.length;
      moreIds[i] = ids[from];
      moreCounts[i] = counts[from];
    }
    ids = moreIds;
    counts = moreCounts;
    first = 0;
  }

  /** The next id to reset. */
  int next() {
    int id = ids[first];
    ids[first] += STEP;
    counts[first]--;
    if (counts[first] == 0) {
      first = (first + 1) % ids.length;
      size--;
    }
    return id;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    size = 0;
  }
}
