package io.peerbus.mplex;

import io.peerbus.muxer.SendQueue;

/**
 * The state of one stream: what is queued to be sent, what its reader has not taken, and which halves have ended.
 *
 * <p>Not thread safe, owned by its session.
 */
final class MuxedStream {

  /** What the owner of the session calls it. */
  final int id;
  /** Its id on the wire, among those of its opener. */
  final long number;
  final boolean inbound;
  final SendQueue queue = new SendQueue();

  boolean newOwed;
  boolean resetOwed;
  boolean ending;
  boolean closeSent;
  boolean remoteEnded;
  /** Finished or reset: no longer in the session's tables. */
  boolean gone;

  /** Bytes that the reader was given and has not taken. */
  int unread;
  /** See {@link Backlog}. */
  boolean behind;

  MuxedStream(int id, long number, boolean inbound) {
    this.id = id;
    this.number = number;
    this.inbound = inbound;
    this.newOwed = !inbound;
  }

  /** All data is sent, only the close is not. */
  boolean isCloseDue() {
    return ending && !closeSent && queue.bytes() == 0;
  }

  boolean isReady() {
    return queue.bytes() > 0 || isCloseDue();
  }

  boolean owesControl() {
    return newOwed || resetOwed;
  }

  /** Drops what is queued and all that is owed. */
  void discard() {
    queue.clear();
    newOwed = false;
  }
}
