package io.peerbus.api;

import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The event loops that a node's connections are on, for a plugin that is to be fast: what is done on the loop of a
 * connection saves the way from loop to loop, 20 µs and more a round trip, and the streams of several connections are
 * served on as many processors. What a plugin keeps on its own context it must not touch from there, and it must never
 * block there: all connections of that loop would wait.
 *
 * <p>Belongs to the plugin's context: its methods are called there, and their futures complete there. Where the loops
 * cannot be had, because the node runs in another JVM or the plugin on worker or virtual threads, everything is done on
 * the plugin's context as with {@link Host}.
 */
public interface Loops {

  /**
   * As {@link Host#handle(List, Handler)}, with a handler for each loop: a stream comes to the one on the loop of its
   * connection, and all that this handler does with it is done there. It may come before the plugin hears of the peer.
   * One more handler is on the plugin's own context, for streams of which the loop is not at hand.
   *
   * @param handlers called on the plugin's context; what it makes is called on one loop each, so it must not share
   *     with the others what is not thread safe
   */
  <H extends Handler<Stream>> Future<LoopRegistration<H>> handle(List<String> protocols, Supplier<H> handlers);

  /**
   * Does something on the loop of a peer's connection; connects first when there is none and an address is known. When
   * the peer is connected anew, on another loop, what was begun goes on where it is.
   *
   * @param work called on that loop, with what opens streams there
   * @return what {@code work} comes to; fails as {@link Host#open(PeerId, List)} does when the peer cannot be reached
   */
  <T> Future<T> at(PeerId peer, Function<Opener, Future<T>> work);
}
