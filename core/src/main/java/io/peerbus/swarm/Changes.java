package io.peerbus.swarm;

import io.peerbus.multiformats.PeerId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Of whom something changed since it was last taken, for whoever keeps a peer store on disk. Bounded: when it is too
 * much to remember, all of it counts as changed.
 *
 * <p>Not thread safe, owned by its store.
 */
final class Changes {

  private final int most;
  private final Set<PeerId> changed = new LinkedHashSet<>();
  private boolean tracking;
  private boolean all;

  /** @param most peers that are remembered by name */
  Changes(int most) {
    this.most = most;
  }

  void track() {
    tracking = true;
  }

  void add(PeerId peer) {
    if (!tracking || all) {
      return;
    }
    changed.add(peer);
    if (changed.size() > most) {
      all = true;
      changed.clear();
    }
  }

  /** Whether there is nothing to take. */
  boolean isEmpty() {
    return !all && changed.isEmpty();
  }

  /** @param everybody whoever is known, asked only when all counts as changed */
  PeerStore.Changed take(Iterable<PeerId> everybody, Function<PeerId, StoredPeer> kept) {
    Map<PeerId, Optional<StoredPeer>> now = new LinkedHashMap<>();
    for (PeerId peer : all ? everybody : changed) {
      now.put(peer, Optional.ofNullable(kept.apply(peer)));
    }
    PeerStore.Changed taken = new PeerStore.Changed(all, now);
    changed.clear();
    all = false;
    return taken;
  }
}
