package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.List;

/** How an operation ended, with every hop of its lookup. */
public sealed interface Outcome {

  List<Hop> trace();

  /**
   * A record was put, or a content provided.
   *
   * @param peers who took it, as far as one can know
   * @param failed how many of those it was sent to did not
   */
  record Published(List<PeerId> peers, int failed, List<Hop> trace) implements Outcome {}

  /** The best record. {@code peers} told it. */
  record Value(ValueRecord record, List<PeerId> peers, List<Hop> trace) implements Outcome {}

  /** Peers: the nearest ones, the providers, or the one that was looked for. */
  record Peers(List<Contact> contacts, List<Hop> trace) implements Outcome {}

  /** The lookup is over and did not find it. */
  record NotFound(String message, List<Hop> trace) implements Outcome {}

  /** Nothing was sent. */
  record Refused(Cause cause, String message) implements Outcome {
    @Override
    public List<Hop> trace() {
      return List.of();
    }
  }

  /** Why nothing was sent. */
  enum Cause {
    /** The request cannot be right: a key without a validator, a record that is not valid. */
    UNFIT,
    /** A limit of ours. */
    BUSY,
    CANCELLED
  }
}
