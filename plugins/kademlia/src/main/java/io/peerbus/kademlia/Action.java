package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;

/** What {@link Kademlia} asks of its owner. */
public sealed interface Action {

  /**
   * Send this to the peer, connecting to it first where need be, and report {@link Kademlia#onResponse} or
   * {@link Kademlia#onRequestFailed}. An {@code ADD_PROVIDER} is not answered: report it once it is written.
   */
  record Request(long request, Contact peer, Message message) implements Action {}

  /** The answer to this request is not wanted any more. Nothing is to be reported. */
  record Cancel(long request) implements Action {}

  /** Answer {@link Kademlia#onRequest}; with {@code null}, nothing is to be said and the next request may come. */
  record Respond(long exchange, Message messageOrNull) implements Action {}

  /** Reset the stream of {@link Kademlia#onRequest} instead of an answer. */
  record Refuse(long exchange, String reason) implements Action {}

  /** Have the validator judge this record, on any thread, and report {@link Kademlia#onChecked}. Exactly once each. */
  record Check(long check, Validator validator, byte[] key, byte[] value, long wallMillis) implements Action {}

  /** Serve the protocol from now on, or stop to. */
  record Serve(boolean serve) implements Action {}

  /** An operation has found a record that is better than the one before. */
  record Better(long operation, ValueRecord record, PeerId from) implements Action {}

  /** An operation has found one more provider. */
  record ProviderFound(long operation, Contact provider) implements Action {}

  /** An operation is over. */
  record Done(long operation, Outcome outcome) implements Action {}
}
