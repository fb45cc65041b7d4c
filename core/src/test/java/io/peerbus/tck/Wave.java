package io.peerbus.tck;

import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Streams that the hostile peer opened to the plugin at one time, and what became of them. A plugin may refuse any of
 * them; those it took must come to an end.
 */
final class Wave {

  /** One stream as the hostile peer has it. Everything in it belongs to that peer's context. */
  static final class Probe {
    final Stream stream;
    final Promise<Void> over = Promise.promise();
    long received;

    Probe(Stream stream) {
      this.stream = stream;
      stream.handler(bytes -> received += bytes.length());
      stream.closeHandler(closed -> over.tryComplete());
    }

    /** Writes and does not mind what becomes of it. */
    void write(Buffer bytes) {
      if (bytes.length() > 0) {
        stream.write(bytes);
      }
    }
  }

  private final Bench bench;
  private final String protocol;
  private final List<Future<Probe>> opened = new ArrayList<>();

  private Wave(Bench bench, String protocol) {
    this.bench = bench;
    this.protocol = protocol;
  }

  /** Opens so many streams at once and does something with each as soon as it is there. */
  static Wave opening(Bench bench, String protocol, int count, Consumer<Probe> then) {
    Wave wave = new Wave(bench, protocol);
    wave.opened.addAll(bench.hostile.on(() -> {
      List<Future<Probe>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(bench.hostile.host().open(bench.node.host().id(), protocol).map(stream -> {
          Probe probe = new Probe(stream);
          then.accept(probe);
          return probe;
        }));
      }
      return Future.succeededFuture(all);
    }));
    return wave;
  }

  /** As {@link #opening}, and waits until each is open or refused. */
  static Wave open(Bench bench, String protocol, int count, Consumer<Probe> then) {
    Wave wave = opening(bench, protocol, count, then);
    wave.opened();
    for (Future<Probe> one : wave.opened) {
      if (one.failed() && Failure.of(one.cause()).failure() == Failure.UNSUPPORTED_PROTOCOL) {
        throw Clause.DEPLOYS.violated("a stream was refused: " + one.cause().getMessage());
      }
    }
    return wave;
  }

  private void opened() {
    List<Future<Void>> settled = opened.stream().map(one -> one.<Void>mapEmpty().otherwiseEmpty()).toList();
    bench.await(Future.all(settled), bench.prompt().multipliedBy(2), Clause.STREAMS_GO,
        "the opening of " + opened.size() + " streams of " + protocol + ", or their refusal,");
  }

  /** Waits for the first so many of them to be open or refused. */
  void openedUpTo(int count) {
    if (count > 0) {
      bench.await(opened.get(count - 1).<Void>mapEmpty().otherwiseEmpty(), bench.prompt(), Clause.HONEST,
          "the opening of a stream of " + protocol);
    }
  }

  List<Probe> probes() {
    return opened.stream().filter(Future::succeeded).map(Future::result).toList();
  }

  /** Does something with each open stream, on the peer's context. */
  void each(Consumer<Probe> action) {
    bench.hostile.on(() -> {
      probes().forEach(action);
      return Future.succeededFuture();
    });
  }

  /** Does something with each open stream and waits until it is done. */
  void eachUntil(Duration limit, Clause clause, String what, Function<Probe, Future<Void>> action) {
    Promise<Void> done = Promise.promise();
    bench.hostile.context().runOnContext(now -> Future.all(probes().stream().map(action).toList())
        .<Void>mapEmpty().onComplete(done));
    bench.await(done.future(), limit, clause, what);
  }

  void reset() {
    each(probe -> probe.stream.reset());
  }

  /** Sees that every stream is over. */
  void over(Duration limit, Clause clause, String after) {
    opened();
    long giveUp = System.nanoTime() + limit.toNanos();
    for (Probe probe : probes()) {
      Duration left = Duration.ofNanos(Math.max(1_000_000, giveUp - System.nanoTime()));
      bench.await(probe.over.future(), left, clause, "the end of a stream of " + protocol + " " + after);
    }
  }
}
