package io.peerbus.swarm;

/** Where an address of a peer comes from, the least trusted first; this decides how long it is kept. */
public enum Lifetime {
  /** Somebody else told. */
  HINT,
  /** The peer itself told, by identify. */
  IDENTIFIED,
  /** We reached the peer there. Kept while connected, and a while after. */
  CONNECTED,
  /** Our own configuration names it. Kept for good. */
  BOOTSTRAP
}
