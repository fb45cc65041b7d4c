package io.peerbus.muxer;

import java.nio.ByteBuffer;

/** What the model is to know of a muxer beside its interface. Made anew, with options by chance, for each world. */
public interface ModelKind {

  Muxer create(boolean dialer);

  /** Hands bytes over. All that {@link #name} needs is to be noted meanwhile. */
  void deliver(long now, Muxer to, ByteBuffer bytes);

  /** What both sides call a stream beside its opener, also when it is over. */
  long name(Muxer muxer, int stream);

  /** The most that may be unread of a stream, or -1 when it is over. */
  int unreadBound(Muxer muxer, int stream);

  /** Streams in its tables, and those it counts. */
  int held(Muxer muxer);

  /** Pings, where there is such a thing. */
  default void ping(long now, Muxer muxer) {
  }

  /** Whether the other side is told when one closes. */
  boolean tellsOfItsEnd();
}
