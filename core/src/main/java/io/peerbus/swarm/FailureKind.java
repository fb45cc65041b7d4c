package io.peerbus.swarm;

/** What a connect request came to when it did not come to a connection. */
public enum FailureKind {
  /** No address of the peer is known, nor was one given. */
  NOT_FOUND,
  /** Every address was tried, and each failed. */
  DIAL_FAILED,
  /** The request's total time ran out first. */
  TIMED_OUT,
  /** Whoever asked took it back, or the node is closing. */
  CANCELLED,
  /** A limit of this node forbids one more; the message names it. */
  LIMIT_REACHED,
  /** The gater keeps the peer, or all of its addresses, out; the message names the rule. */
  FORBIDDEN,
  /** The request contradicts itself, or names this node. */
  BAD_REQUEST
}
