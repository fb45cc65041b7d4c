package io.peerbus.swarm;

import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * The wish for a connection in place of a worn one. With the new one there, the old one is closed as soon as nobody
 * uses it. When there is none to be had, the old one is closed at once: the peer may come back by itself, and whoever
 * wants a stream hears why there is none, instead of waiting for one that cannot be opened.
 *
 * <p>Not thread safe, owned by its swarm.
 */
record Replacement(ConnectionInfo worn, Queue<Swarm.Action> out, BiConsumer<Long, String> close)
    implements Request.Answer {

  private static final String WORN = "nearly all stream ids of the connection are used";

  @Override
  public void done(long now, ConnectionInfo connection) {
    out.add(new Swarm.Action.CloseWhenIdle(worn.id(), WORN + ", and there is another one"));
  }

  @Override
  public void failed(long now, FailureKind kind, String message) {
    close.accept(now, WORN + ", and there is no other one: " + message);
  }
}
