package io.peerbus.swarm;

import io.peerbus.multiformats.PeerId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What peers are worth to the parts of a node: each part, here called an owner, may give a peer values under names of
 * its own, which are added up, and may protect it. What an owner said goes with it.
 *
 * <p>Peers need not be connected: a routing table knows what it would miss. Not thread safe, owned by its swarm.
 */
public final class Worth {

  /** Values and protections of one owner. One that never takes any back could otherwise fill the memory. */
  public static final int MAX_PER_OWNER = 65_536;

  private record Mark(long owner, String name) {}

  /** Of one peer; never empty while it is kept. */
  private static final class Marks {
    private final Map<Mark, Integer> values = new LinkedHashMap<>();
    private final Set<Mark> protections = new LinkedHashSet<>();

    private boolean isEmpty() {
      return values.isEmpty() && protections.isEmpty();
    }

    private void drop(long owner) {
      values.keySet().removeIf(mark -> mark.owner == owner);
      protections.removeIf(mark -> mark.owner == owner);
    }
  }

  private final Map<PeerId, Marks> peers = new HashMap<>();
  private final Map<Long, Integer> counts = new HashMap<>();

  /** Sets the value under a name, in place of the one before; answers whether there was room for it. */
  public boolean tag(long owner, PeerId peer, String name, int value) {
    Mark mark = new Mark(owner, name);
    Marks marks = peers.get(peer);
    boolean known = marks != null && marks.values.containsKey(mark);
    if (!known && !take(owner)) {
      return false;
    }
    marks(peer).values.put(mark, value);
    return true;
  }

  /** Takes a value back; one that is not there does no harm. */
  public void untag(long owner, PeerId peer, String name) {
    Marks marks = peers.get(peer);
    if (marks != null && marks.values.remove(new Mark(owner, name)) != null) {
      giveBack(owner);
      forgetEmpty(peer, marks);
    }
  }

  /** Has the peer's connections spared, as long as one protection is left; answers whether there was room for it. */
  public boolean protect(long owner, PeerId peer, String name) {
    Mark mark = new Mark(owner, name);
    Marks marks = peers.get(peer);
    boolean known = marks != null && marks.protections.contains(mark);
    if (!known && !take(owner)) {
      return false;
    }
    marks(peer).protections.add(mark);
    return true;
  }

  /** Takes a protection back; one that is not there does no harm. */
  public void unprotect(long owner, PeerId peer, String name) {
    Marks marks = peers.get(peer);
    if (marks != null && marks.protections.remove(new Mark(owner, name))) {
      giveBack(owner);
      forgetEmpty(peer, marks);
    }
  }

  /** The owner is gone, and with it all that it said. Linear in the peers that anybody said something of. */
  public void drop(long owner) {
    if (counts.remove(owner) == null) {
      return;
    }
    Iterator<Marks> all = peers.values().iterator();
    while (all.hasNext()) {
      Marks marks = all.next();
      marks.drop(owner);
      if (marks.isEmpty()) {
        all.remove();
      }
    }
  }

  /** All values of a peer together; 0 for one of which nothing was said. */
  public long value(PeerId peer) {
    Marks marks = peers.get(peer);
    long sum = 0;
    if (marks != null) {
      for (int value : marks.values.values()) {
        sum += value;
      }
    }
    return sum;
  }

  public boolean isProtected(PeerId peer) {
    Marks marks = peers.get(peer);
    return marks != null && !marks.protections.isEmpty();
  }

  /** Peers of which something was said. */
  int size() {
    return peers.size();
  }

  private Marks marks(PeerId peer) {
    return peers.computeIfAbsent(peer, added -> new Marks());
  }

  private boolean take(long owner) {
    int count = counts.getOrDefault(owner, 0);
    if (count >= MAX_PER_OWNER) {
      return false;
    }
    counts.put(owner, count + 1);
    return true;
  }

  private void giveBack(long owner) {
    counts.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
  }

  private void forgetEmpty(PeerId peer, Marks marks) {
    if (marks.isEmpty()) {
      peers.remove(peer);
    }
  }
}
