package io.peerbus.bus;

import io.peerbus.api.FailureException;
import io.peerbus.api.Opener;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;

/**
 * A plugin's place on one event loop that has connections: an inbox and streams of its own.
 *
 * <p>Made on the plugin's context; all else belongs to its own, and is called there.
 */
final class Seat implements Opener {

  private final BusHost host;
  private final Context home;
  private final LoopContext own;
  private final Context context;
  private final int number;
  private final BusStreams streams;
  private MessageConsumer<StreamFrame> inbox;

  /** @param number 1 to {@link Addresses#MAX_SEAT} */
  Seat(BusHost host, Vertx vertx, Context onLoop, int number) {
    this.host = host;
    this.home = vertx.getOrCreateContext();
    this.number = number;
    this.own = new LoopContext(vertx, onLoop, home);
    this.context = own.context();
    this.streams = new BusStreams(vertx, context, number);
    // Errors of the plugin are the plugin's, wherever they happen.
    context.exceptionHandler(e -> home.runOnContext(now -> raise(e)));
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable error) throws E {
    throw (E) error;
  }

  /** Any thread. */
  Context context() {
    return context;
  }

  /** Any thread. */
  int number() {
    return number;
  }

  BusStreams streams() {
    return streams;
  }

  /** From now on streams are those of this client. */
  Future<Void> attach(Vertx vertx, long client, String address) {
    if (inbox != null) {
      inbox.unregister(); // that of a lease which was lost before
    }
    streams.attach(client, address);
    inbox = Consumers.of(vertx, address, message -> streams.onFrame(message.body()));
    return inbox.completion();
  }

  void onLost(FailureException reason) {
    inbox.unregister();
    streams.onLost(reason);
  }

  @Override
  public Future<Stream> open(PeerId peer, List<String> protocols) {
    return streams.open(peer, protocols, anew -> route(peer, anew));
  }

  private Future<BusStreams.Route> route(PeerId peer, boolean anew) {
    BusStreams.Route known = anew ? null : streams.route(peer);
    return known != null ? Future.succeededFuture(known)
        : Hop.call(home, () -> host.route(peer, anew)).onSuccess(route -> streams.remember(peer, route));
  }

  /** The plugin's lease is given back. */
  Future<Void> close() {
    return inbox.unregister().eventually(own::close);
  }
}
