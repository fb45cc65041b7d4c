package io.peerbus.yamux;

import java.util.BitSet;

/**
 * Which stream ids the other side has used: its own parity, each once.
 *
 * <p>Ids are given out in order but may come out of order: rust-yamux sends the SYN with a stream's first data. So
 * the ids below the highest are remembered, as far back as {@link #REMEMBERED} of them and only once there was a gap.
 * Not thread safe, owned by its session.
 */
final class RemoteIds {

  /** A peer that leaves gaps on purpose makes us remember this much and no more: 512 bytes. */
  static final int REMEMBERED = 4096;

  enum Claim {
    NEW,
    /** So old that it may have been used or not. */
    FORGOTTEN,
    USED
  }

  private final int parity;
  private int highest;
  private BitSet used;

  /** {@code odd}: the ids of a dialer. */
  RemoteIds(boolean odd) {
    this.parity = odd ? 1 : 0;
    this.highest = odd ? -1 : 0;
  }

  boolean isValid(int id) {
    return id != Header.SESSION && (id & 1) == parity;
  }

  /** Marks the id as used and says whether it was before. */
  Claim claim(int id) {
    int index = id >>> 1;
    if (index > highest) {
      advance(index);
      return Claim.NEW;
    }
    if (used == null) {
      return Claim.USED;
    }
    if (highest - index >= REMEMBERED) {
      return Claim.FORGOTTEN;
    }
    int bit = index % REMEMBERED;
    if (used.get(bit)) {
      return Claim.USED;
    }
    used.set(bit);
    return Claim.NEW;
  }

  private void advance(int index) {
    int skipped = index - highest - 1;
    if (used == null && skipped > 0) {
      used = new BitSet(REMEMBERED);
      used.set(0, REMEMBERED);
    }
    if (used != null) {
      forget(skipped);
      used.set(index % REMEMBERED);
    }
    highest = index;
  }

  private void forget(int skipped) {
    if (skipped >= REMEMBERED) {
      used.clear();
      return;
    }
    int from = (highest + 1) % REMEMBERED;
    int to = from + skipped;
    used.clear(from, Math.min(to, REMEMBERED));
    if (to > REMEMBERED) {
      used.clear(0, to - REMEMBERED);
    }
  }
}
