package io.peerbus.kademlia;

/** What became of something that was to be stored. */
public enum Stored {
  NEW,
  /** In place of what was there under that key. */
  REPLACED,
  /** What is there is better. */
  WORSE,
  /** It is over already. */
  EXPIRED,
  /** The peer has its share. */
  SHARE_USED,
  /** There is no room, and nothing there matters less. */
  FULL;

  public boolean isStored() {
    return this == NEW || this == REPLACED;
  }
}
