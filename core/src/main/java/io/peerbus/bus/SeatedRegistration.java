package io.peerbus.bus;

import io.peerbus.api.LoopRegistration;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A claim on protocol ids with a handler on the plugin's context and one at each {@link Seat}. Owned by the plugin's
 * context; the handlers belong to theirs.
 */
final class SeatedRegistration<H extends Handler<Stream>> implements LoopRegistration<H> {

  private record Place<H>(Seat seat, BusRegistration registration, H handler) {}

  private final H own;
  private final List<Place<H>> places = new ArrayList<>();
  private Registration main;

  SeatedRegistration(H own) {
    this.own = own;
  }

  void add(Seat seat, List<String> protocols, H handler) {
    places.add(new Place<>(seat, new BusRegistration(protocols, handler, gone -> {
      seat.streams().unserve(gone);
      return Future.succeededFuture();
    }), handler));
  }

  /** The seats know the handlers; core is to be told after that. */
  Future<Void> serve() {
    return onEach(place -> {
      place.seat().streams().serve(place.registration());
      return Future.succeededFuture();
    });
  }

  void unserve() {
    onEach(place -> {
      place.seat().streams().unserve(place.registration());
      return Future.succeededFuture();
    });
  }

  SeatedRegistration<H> with(Registration main) {
    this.main = main;
    return this;
  }

  private Future<Void> onEach(Function<Place<H>, Future<Void>> work) {
    return Future.join(places.stream().map(place -> Hop.call(place.seat().context(), () -> work.apply(place))).toList())
        .mapEmpty();
  }

  @Override
  public <T> Future<List<T>> each(Function<H, T> question) {
    List<Future<T>> asked = new ArrayList<>();
    for (Place<H> place : places) {
      asked.add(Hop.call(place.seat().context(), () -> Future.succeededFuture(question.apply(place.handler()))));
    }
    return Future.join(asked).map(all -> {
      List<T> answers = new ArrayList<>(all.list());
      answers.add(question.apply(own)); // last, so that nothing comes between this and what is made of the answers
      return answers;
    });
  }

  @Override
  public Future<Void> close(Duration drain) {
    return Future.join(main.close(drain), onEach(place -> place.registration().close(drain))).mapEmpty();
  }
}
