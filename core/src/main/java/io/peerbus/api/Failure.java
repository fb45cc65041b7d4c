package io.peerbus.api;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Why something that was asked of a node, or of a stream, did not come about. The list is closed, and each failure
 * has a number that survives the event bus as the code of a {@link ReplyException}.
 */
public enum Failure {
  /** The request was not understood, or a value in it is out of range. */
  BAD_REQUEST(1),
  /** Nobody by that name: a peer without known addresses, a topic, a registration that is gone. */
  NOT_FOUND(2),
  /** No address of the peer could be reached, secured and multiplexed. */
  DIAL_FAILED(3),
  /** The peer was reached and does not speak any of the protocols asked for. */
  UNSUPPORTED_PROTOCOL(4),
  /** A limit of this node or of the peer forbids one more. The message names the limit. */
  LIMIT_REACHED(5),
  /** The time for it ran out. */
  TIMED_OUT(6),
  /** The other side reset the stream. */
  RESET_BY_PEER(7),
  /** The connection below is gone. */
  CONNECTION_CLOSED(8),
  /** The other side broke the rules of the protocol. */
  PROTOCOL_ERROR(9),
  /** We gave up on it ourselves: reset, undeployed, cancelled. */
  CANCELLED(10),
  /** Two registrations want the same protocol id, or two nodes the same name. */
  ALREADY_TAKEN(11),
  /** Not allowed to this caller. */
  FORBIDDEN(12),
  /** The node or the plugin that should answer is not there, or is closing. */
  UNAVAILABLE(13),
  /** A mistake in our own code. */
  INTERNAL(14),
  /** An address that the node is to listen on is taken, is not ours, or is not allowed. The node did not start. */
  CANNOT_LISTEN(15);

  private final int code;

  Failure(int code) {
    this.code = code;
  }

  /** The number on the event bus. Numbers are never used again for something else. */
  public int code() {
    return code;
  }

  /** An exception of this failure; the message says what failed, where and why. */
  public FailureException because(String message) {
    return new FailureException(this, message);
  }

  /** The failure with this number; {@link #INTERNAL} for an unknown one. */
  public static Failure of(int code) {
    for (Failure failure : values()) {
      if (failure.code == code) {
        return failure;
      }
    }
    return INTERNAL;
  }

  /** What an error amounts to, also one that crossed the event bus. Never {@code null}. */
  public static FailureException of(Throwable error) {
    if (error instanceof FailureException failure) {
      return failure;
    }
    if (error instanceof ReplyException reply) {
      if (reply.failureType() == ReplyFailure.TIMEOUT) {
        return TIMED_OUT.because(reply.getMessage());
      }
      if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
        return UNAVAILABLE.because(reply.getMessage());
      }
      return of(reply.failureCode()).because(reply.getMessage());
    }
    return INTERNAL.because(error.toString());
  }
}
