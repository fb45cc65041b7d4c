package io.peerbus.api;

import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** A host whose loops cannot be had: there is the plugin's context alone. */
record OwnLoop(Host host) implements Loops {

  @Override
  public <H extends Handler<Stream>> Future<LoopRegistration<H>> handle(List<String> protocols, Supplier<H> handlers) {
    H handler = handlers.get();
    return host.handle(protocols, handler).map(registration -> new LoopRegistration<H>() {
      @Override
      public <T> Future<List<T>> each(Function<H, T> question) {
        return Future.succeededFuture(handler).map(one -> Collections.singletonList(question.apply(one)));
      }

      @Override
      public Future<Void> close(Duration drain) {
        return registration.close(drain);
      }
    });
  }

  @Override
  public <T> Future<T> at(PeerId peer, Function<Opener, Future<T>> work) {
    return host.connect(peer, List.of()).compose(connected -> work.apply(host));
  }
}
