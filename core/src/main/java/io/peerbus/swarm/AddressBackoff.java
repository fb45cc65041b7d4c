package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Which addresses of which peers failed lately, and until when they are better left alone. It only advises: the
 * dialer decides whether to wait for it or just to try such an address last.
 *
 * <p>Not thread safe, owned by its swarm.
 */
final class AddressBackoff {

  private record Key(PeerId peer, Multiaddr address) {}

  private record State(int failures, long until, long forgetAt) {}

  private final long base;
  private final long max;
  private final int capacity;
  private final RandomGenerator random;
  /** In the order of the last failure, so the eldest is the first that may be forgotten. */
  private final LinkedHashMap<Key, State> failing = new LinkedHashMap<>();

  AddressBackoff(SwarmOptions options, RandomGenerator random) {
    this.base = options.getBackoff().toNanos();
    this.max = options.getMaxBackoff().toNanos();
    this.capacity = options.getMaxBackoffEntries();
    this.random = random;
  }

  /** One more failure; {@code peer} is {@code null} when nobody in particular was expected there. */
  void onFailed(long now, PeerId peer, Multiaddr address) {
    forget(now);
    Key key = new Key(peer, address);
    State before = failing.remove(key);
    int failures = before == null ? 1 : before.failures + 1;
    long until = now + Backoff.delay(failures, base, max, random);
    failing.put(key, new State(failures, until, until + max));
  }

  void onConnected(PeerId peer, Multiaddr address) {
    failing.remove(new Key(peer, address));
  }

  /** When the address may be tried again without haste; {@code now} when at once. */
  long until(long now, PeerId peer, Multiaddr address) {
    State state = failing.get(new Key(peer, address));
    return state == null ? now : Math.max(now, state.until);
  }

  boolean isBackedOff(long now, PeerId peer, Multiaddr address) {
    return until(now, peer, address) > now;
  }

  int size() {
    return failing.size();
  }

  /** Two eldest for each new one: the map shrinks faster than it grows, at constant cost. */
  private void forget(long now) {
    Iterator<Map.Entry<Key, State>> eldest = failing.entrySet().iterator();
    for (int i = 0; i < 2 && eldest.hasNext(); i++) {
      if (eldest.next().getValue().forgetAt <= now || failing.size() >= capacity) {
        eldest.remove();
      }
    }
  }
}
