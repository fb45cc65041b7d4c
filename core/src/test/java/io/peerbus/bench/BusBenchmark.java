package io.peerbus.bench;

import io.peerbus.bus.Allowance;
import io.peerbus.bus.Credit;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrameCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The bus alone: frames of one stream from one event loop to another in one JVM, sent as far as the credit reaches,
 * which comes back in portions. MB/s = frames/s times size.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BusBenchmark {

  private static final int BATCH = 10_000;

  /** Bytes of payload a frame. */
  @Param({"64", "1024", "16384", "65507"})
  public int size;

  private Vertx vertx;
  private io.vertx.core.Context sender;
  private Buffer payload;

  // owned by the sender
  private final Credit credit = new Credit();
  private int left;
  // owned by the receiver
  private final Allowance allowance = new Allowance();
  private int received;
  private volatile CountDownLatch done;

  @Setup
  public void start() throws InterruptedException {
    vertx = Vertx.vertx();
    StreamFrameCodec.register(vertx);
    payload = Buffer.buffer(new byte[size]);
    credit.open(Allowance.INITIAL);
    sender = vertx.getOrCreateContext();
    CountDownLatch ready = new CountDownLatch(2);
    sender.runOnContext(now -> vertx.eventBus().<StreamFrame>consumer("sender", message -> {
      credit.giveBack(message.body().value());
      send();
    }).completion().onComplete(registered -> ready.countDown()));
    vertx.runOnContext(now -> vertx.eventBus().<StreamFrame>consumer("receiver", message -> onData(message.body()))
        .completion().onComplete(registered -> ready.countDown()));
    ready.await();
  }

  private void send() {
    while (left > 0 && credit.allows()) {
      left--;
      credit.spend(size);
      vertx.eventBus().send("receiver", StreamFrame.data(1, payload), StreamFrameCodec.OPTIONS);
    }
  }

  private void onData(StreamFrame frame) {
    int length = frame.payload().length();
    allowance.onData(length);
    allowance.consumed(length);
    long value = allowance.settle(++received == BATCH);
    if (value > 0) {
      vertx.eventBus().send("sender", StreamFrame.credit(1, value), StreamFrameCodec.OPTIONS);
    }
    if (received == BATCH) {
      received = 0;
      done.countDown();
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void frames() throws InterruptedException {
    done = new CountDownLatch(1);
    sender.runOnContext(now -> {
      left = BATCH;
      send();
    });
    done.await();
  }

  @TearDown
  public void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
