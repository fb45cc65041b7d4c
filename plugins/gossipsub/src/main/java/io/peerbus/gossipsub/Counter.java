package io.peerbus.gossipsub;

/** What the machine counts, since it was made. */
public enum Counter {
  /** Messages of peers, whatever became of them. */
  RECEIVED,
  /** Messages that were accepted before. */
  DUPLICATE,
  /** Messages in topics we do not subscribe to. */
  UNWANTED,
  /** Messages that say they are our own. */
  OWN_RETURNED,
  /** Messages that lack what the policy demands, or have what it forbids. */
  UNFIT,
  /** Messages whose signature is wrong. */
  INVALID,
  /** Messages dropped because too many were being checked. */
  OVERLOAD,
  /** Messages accepted. */
  ACCEPTED,
  /** Messages of ours. */
  PUBLISHED,
  /** Messages put into the queue of a peer. */
  SENT,
  /** Messages for which the queue of a peer had no room. */
  DROPPED,
  /** Entries of RPCs that exceeded a limit. */
  SURPLUS,
  /** GRAFTs that we answered with PRUNE. */
  GRAFT_REFUSED,
  /** Offences: GRAFTs within a backoff, counted twice soon after the PRUNE. */
  OFFENCE,
  /** IHAVEs not looked at, because the peer sent too many. */
  IHAVE_IGNORED,
  /** Ids asked for by IWANT. */
  ASKED,
  /** Messages sent because a peer asked for them. */
  RETRANSMITTED;

  /** Counts by counter. Not thread safe, part of {@link Gossipsub}. */
  static final class Counts {
    private final long[] counts = new long[values().length];

    void add(Counter counter) {
      counts[counter.ordinal()]++;
    }

    void add(Counter counter, long count) {
      counts[counter.ordinal()] += count;
    }

    long get(Counter counter) {
      return counts[counter.ordinal()];
    }
  }
}
