package io.peerbus.tck;

import io.peerbus.api.Host;
import io.peerbus.api.HostFactory;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.api.Registration;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ServiceLoader;

/** Plugins that break the contract, each in one way. */
final class BadPlugin extends ProtocolVerticle {

  /** What a plugin does in its start. */
  interface Start {
    Future<?> start(Vertx vertx, Host host) throws Exception;
  }

  private final Start start;
  private final Future<?> stopped;

  BadPlugin(Start start) {
    this(start, Future.succeededFuture());
  }

  BadPlugin(Start start, Future<?> stopped) {
    this.start = start;
    this.stopped = stopped;
  }

  @Override
  protected Future<?> start(Host host) {
    try {
      return start.start(vertx, host);
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  protected Future<?> stop(Host host) {
    return stopped;
  }

  @Override
  protected Duration drain() {
    return Duration.ofMillis(200);
  }

  private static Future<Host> attach(Vertx vertx, Context context, String node) {
    return ServiceLoader.load(HostFactory.class).findFirst().orElseThrow().attach(vertx, context, node, "bad", false);
  }

  /** Attaches by itself and does not detach. */
  static Deployable keepingItsIds() {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        return attach(vertx, context, "node")
            .compose(host -> host.handle(EchoTckTest.ECHO, stream -> stream.pipeTo(stream)));
      }
    };
  }

  /** Attaches by itself and gives back the id, not the streams. */
  static Deployable keepingItsStreams() {
    return new VerticleBase() {
      private Registration registration;

      @Override
      public Future<?> start() {
        return attach(vertx, context, "node")
            .compose(host -> host.handle(EchoTckTest.ECHO, stream -> stream.pipeTo(stream)))
            .onSuccess(registered -> registration = registered);
      }

      @Override
      public Future<?> stop() {
        registration.close(Duration.ofMinutes(10));
        return vertx.timer(200); // until the id is given back
      }
    };
  }
}
