package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;

/** What {@link Gossipsub} asks of its owner. */
public sealed interface Action {

  /**
   * Open a stream to the peer by the first of our protocols that it has; answer {@link Gossipsub#onOpened} or
   * {@link Gossipsub#onOpenFailed}.
   */
  record Open(PeerId peer) implements Action {}

  /** Write {@link Gossipsub#next} to the peer's stream until it is {@code null} or the stream takes no more. */
  record Ready(PeerId peer) implements Action {}

  /** Read on from this peer, for which {@link Gossipsub#takesMore} was false. */
  record Resume(PeerId peer) implements Action {}

  /** Check {@link Signatures#verify}, on any thread, and answer {@link Gossipsub#onVerified}. Exactly once each. */
  record Verify(long validation, Message message) implements Action {}

  /** Sign these bytes in the domain {@link Signatures#DOMAIN} and answer {@link Gossipsub#onSigned}. Once each. */
  record Sign(long request, byte[] bytes) implements Action {}

  /** The answer to {@link Gossipsub#publish}. */
  record Published(long request, PublishResult result) implements Action {}

  /** The other answer to {@link Gossipsub#publish}: nothing was sent. */
  record NotPublished(long request, Cause cause, String message) implements Action {}

  /** A message for our subscribers of this topic; the message is valid and was not delivered before. */
  record Deliver(String topic, Message message, MessageId id, PeerId receivedFrom) implements Action {}

  /** The peer did not take messages fast enough in the last heartbeat; so many were dropped. */
  record Lagging(PeerId peer, long dropped) implements Action {}

  /** Why a message was not published. */
  enum Cause {
    /** The topic or the data cannot be sent to anyone. */
    UNFIT,
    /** Too many messages wait for their signature. */
    BUSY,
    NOT_SIGNED
  }
}
