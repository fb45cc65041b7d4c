package io.peerbus.bus;

import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A plugin's claim on protocol ids, with the inbound streams that live by it. Owned by the plugin's context. */
final class BusRegistration implements Registration {

  private final List<String> protocols;
  private final Handler<Stream> handler;
  private final Function<BusRegistration, Future<Void>> unregister;
  private final boolean seated;
  private final Set<BusStream> streams = new LinkedHashSet<>();
  private final Promise<Void> empty = Promise.promise();
  private Future<Void> closing;
  private long client;

  BusRegistration(List<String> protocols, Handler<Stream> handler,
      Function<BusRegistration, Future<Void>> unregister) {
    this(protocols, handler, unregister, false);
  }

  /** @param seated whether there is a handler at each of the plugin's seats, too */
  BusRegistration(List<String> protocols, Handler<Stream> handler,
      Function<BusRegistration, Future<Void>> unregister, boolean seated) {
    this.protocols = List.copyOf(protocols);
    this.handler = handler;
    this.unregister = unregister;
    this.seated = seated;
  }

  boolean isSeated() {
    return seated;
  }

  List<String> protocols() {
    return protocols;
  }

  /** Whether core knows of it for this client. */
  boolean isRegisteredFor(long client) {
    return this.client == client;
  }

  void setRegisteredFor(long client) {
    this.client = client;
  }

  void onStream(BusStream stream) {
    streams.add(stream);
    handler.handle(stream);
  }

  void onGone(BusStream stream) {
    streams.remove(stream);
    if (closing != null && streams.isEmpty()) {
      empty.tryComplete();
    }
  }

  @Override
  public Future<Void> close(Duration drain) {
    if (closing != null) {
      return closing;
    }
    closing = unregister.apply(this).otherwiseEmpty().compose(done -> drained(drain));
    return closing;
  }

  private Future<Void> drained(Duration drain) {
    if (streams.isEmpty()) {
      return Future.succeededFuture();
    }
    if (drain.isZero() || drain.isNegative()) {
      resetAll();
      return Future.succeededFuture();
    }
    Vertx vertx = Vertx.currentContext().owner();
    long timer = vertx.setTimer(Math.max(1, drain.toMillis()), id -> resetAll());
    return empty.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void resetAll() {
    Set.copyOf(streams).forEach(BusStream::reset);
  }
}
