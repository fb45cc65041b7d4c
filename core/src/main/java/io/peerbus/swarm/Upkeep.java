package io.peerbus.swarm;

import java.time.Duration;

/**
 * Has the peer store forget in time: it has no timer of its own, and a node that only listens and forgets must empty it
 * too. Rests while the store is empty. Not thread safe, owned by its swarm.
 */
final class Upkeep {

  private static final long INTERVAL = Duration.ofSeconds(30).toNanos();
  /** Peers looked at each time; a full store of the default size is through in five minutes. */
  private static final int SWEPT = 1_000;

  private final Agenda agenda;
  private final PeerStore store;
  private Agenda.Timer timer;
  private boolean closed;

  Upkeep(Agenda agenda, PeerStore store) {
    this.agenda = agenda;
    this.store = store;
  }

  /** Something may have come into the store. */
  void begin(long now) {
    if (timer == null && !closed) {
      timer = agenda.at(now + INTERVAL, this::sweep);
    }
  }

  private void sweep(long now) {
    timer = null;
    store.sweep(now, SWEPT);
    if (store.size() > 0) {
      begin(now);
    }
  }

  void close() {
    closed = true;
    agenda.cancel(timer);
  }
}
