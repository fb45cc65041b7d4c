package io.peerbus.launcher.plugin;

import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.jar.PluginLoader;
import io.vertx.core.Context;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** What it costs a plugin's frames and messages that they are looked at: run by hand, prints nanoseconds for each. */
final class BusBudgetsBenchmark {

  private static final int BATCH = 10_000;
  private static final int BATCHES = 100;
  private static final int ROUNDS = 9;

  private final Vertx vertx = Vertx.vertx();
  private final Context sender = vertx.getOrCreateContext();
  private final PluginLoader loader;
  private volatile CountDownLatch arrived;
  private int received; // by the receiver alone

  private BusBudgetsBenchmark() throws Exception {
    loader = new PluginLoader("bench", "1", Path.of("none.jar"));
    StreamFrameCodec.register(vertx);
    CountDownLatch ready = new CountDownLatch(1);
    vertx.getOrCreateContext().runOnContext(v -> vertx.eventBus().consumer("receiver", message -> {
      if (++received == BATCH) {
        received = 0;
        arrived.countDown();
      }
    }).completion().onComplete(done -> ready.countDown()));
    ready.await();
  }

  public static void main(String[] args) throws Exception {
    BusBudgetsBenchmark bench = new BusBudgetsBenchmark();
    BusBudgets budgets = new BusBudgets(bench.vertx.eventBus());
    BusMeter meter = new BusMeter(System.nanoTime());
    JsonObject budget = new JsonObject().put("messagesPerSecond", 100_000_000).put("messagesBurst", 100_000_000)
        .put("messageBytesPerSecond", 1_000_000_000).put("messageBytesBurst", 1_000_000_000);
    meter.setBudget(System.nanoTime(),
        new PluginConfig("bench", "bench", null, ThreadingModel.WORKER, new JsonObject(), new JsonObject(), budget));
    budgets.charge(bench.loader, "bench", meter);
    for (boolean frames : new boolean[] {true, false}) {
      double[] without = new double[ROUNDS];
      double[] with = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) { // in turn, so that what else the machine does concerns both
        without[i] = bench.round(frames);
        budgets.start();
        with[i] = bench.round(frames);
        budgets.stop();
      }
      Arrays.sort(without);
      Arrays.sort(with);
      System.out.printf("%s: %.0f ns without, %.0f ns with (medians of %d; best %.0f and %.0f)%n",
          frames ? "frames" : "messages", without[ROUNDS / 2], with[ROUNDS / 2], ROUNDS, without[0], with[0]);
    }
    bench.vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private double round(boolean frames) throws InterruptedException {
    Buffer payload = Buffer.buffer(new byte[1024]);
    long began = System.nanoTime();
    for (int i = 0; i < BATCHES; i++) {
      arrived = new CountDownLatch(1);
      sender.runOnContext(v -> {
        Thread.currentThread().setContextClassLoader(loader);
        for (int j = 0; j < BATCH; j++) {
          if (frames) {
            vertx.eventBus().send("receiver", StreamFrame.data(1, payload), StreamFrameCodec.OPTIONS);
          } else {
            vertx.eventBus().send("receiver", "x");
          }
        }
      });
      arrived.await();
    }
    return (System.nanoTime() - began) / (double) (BATCH * BATCHES);
  }
}
