package io.peerbus.kademlia;

/** Which addresses that peers tell, of themselves and of others, are taken; and which of ours are told. */
public enum AddressPolicy {
  /**
   * What the teller can itself reach: on loopback all, in a private network all but loopback, elsewhere public ones
   * only. So a lab works by itself, and a stranger cannot have us dial into our own network.
   */
  AUTO,
  /** Public ones only. */
  PUBLIC,
  /** Private and loopback ones only: a DHT of the local network. */
  PRIVATE,
  ALL;

  /** In lower case, as settings have it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
