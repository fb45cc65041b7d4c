package io.peerbus.kademlia;

/** Whether a node answers requests (kad-dht, "Client and server mode"). */
public enum Mode {
  /** A server as soon as the node is known to be dialable; in a private network, as soon as it listens. */
  AUTO,
  /** Asks only, and is in nobody's table. */
  CLIENT,
  SERVER;

  /** In lower case, as settings have it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
