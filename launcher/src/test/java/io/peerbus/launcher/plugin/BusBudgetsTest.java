package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins that send more than they may. */
@Timeout(300)
class BusBudgetsTest {

  /** Asked for n, sends n messages to "sink" and answers; asked for -1, asks "sink" and answers what comes of it. */
  private static final String FLOOD = """
      extends VerticleBase {
        public Future<?> start() {
          return vertx.eventBus().<Integer>consumer("flood", m -> {
            if (m.body() == -1) {
              vertx.eventBus().request("sink", "?").onComplete(r -> m.reply("fine"), e -> m.fail(
                  ((io.vertx.core.eventbus.ReplyException) e).failureCode(), e.getMessage()));
              return;
            }
            for (int i = 0; i < m.body(); i++) {
              vertx.eventBus().send("sink", "x");
            }
            m.reply("sent");
          }).completion();
        }
      }""";

  @TempDir
  private Path path;
  private Vertx vertx;
  private Context context;
  private PluginManager manager;
  private Loaders loaders;
  private final AtomicInteger arrived = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    loaders = new Loaders(context);
    Files.createDirectories(path.resolve("plugins"));
    JarMaker.ofVerticle("flood", "Main", FLOOD).write(path.resolve("plugins/flood.jar"));
    manager = new PluginManager(context, "n", new PluginFolder(path.resolve("plugins")), path.resolve("work"),
        PluginPolicy.OPEN);
    await(manager::start);
    await(() -> vertx.eventBus().consumer("sink", m -> {
      arrived.incrementAndGet();
      m.reply("!");
    }).completion());
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx::close);
  }

  private <T> T await(Supplier<Future<T>> call) throws Exception {
    return loaders.await(call);
  }

  private void deploy(ThreadingModel threading, JsonObject budget) throws Exception {
    await(() -> manager.deploy(new PluginConfig("flood", "flood", null, threading, new JsonObject(),
        new JsonObject(), budget)));
  }

  private Object ask(int count) throws Exception {
    return await(() -> vertx.eventBus().request("flood", count)).body();
  }

  /** Behind everything that was sent to it before, as long as all goes by one address. */
  private int arrived() throws Exception {
    await(() -> vertx.eventBus().request("sink", "the last one"));
    return arrived.get() - 1;
  }

  private long refusals() {
    return manager.list().getJsonObject(0).getLong("refusals");
  }

  private static JsonObject slow(int burst) {
    return new JsonObject().put("messagesPerSecond", 1).put("messagesBurst", burst);
  }

  @ParameterizedTest
  @EnumSource(value = ThreadingModel.class, names = {"EVENT_LOOP", "WORKER"})
  void whatGoesBeyondIsDroppedAndCountedAndRepliesGoThrough(ThreadingModel threading) throws Exception {
    deploy(threading, slow(10));
    assertEquals("sent", ask(1_000));
    int came = arrived();
    assertTrue(came >= 10 && came < 1_000, came + " of 1000 came");
    assertEquals(1_000 - came, refusals());
    assertEquals("sent", ask(0), "a reply is what somebody asked for");
  }

  @Test
  void aRequestBeyondFailsAtOnceByName() throws Exception {
    deploy(ThreadingModel.EVENT_LOOP, new JsonObject().put("messagesPerSecond", 1).put("messagesBurst", 1));
    ask(100);
    long began = System.nanoTime();
    ExecutionException error = assertThrows(ExecutionException.class, () -> ask(-1));
    FailureException failure = Failure.of(error.getCause());
    assertEquals(Failure.LIMIT_REACHED, failure.failure());
    assertEquals("plugin flood is at its budget of 1 messagesPerSecond", failure.getMessage());
    assertTrue(System.nanoTime() - began < 20_000_000_000L, "not by the timeout of 30 s");
  }

  @Test
  void othersAndFramesAreFree() throws Exception {
    deploy(ThreadingModel.EVENT_LOOP, slow(1));
    ask(100);
    long before = refusals();
    for (int i = 0; i < 1_000; i++) {
      vertx.eventBus().send("sink", "not the plugin's");
    }
    StreamFrameCodec.register(vertx);
    AtomicInteger frames = new AtomicInteger();
    await(() -> vertx.eventBus().consumer("frames", m -> frames.incrementAndGet()).completion());
    Promise<Void> sent = Promise.promise();
    Thread ofPlugin = new Thread(() -> {
      for (int i = 0; i < 1_000; i++) {
        vertx.eventBus().send("frames", StreamFrame.data(1, Buffer.buffer("x")), StreamFrameCodec.OPTIONS);
      }
      vertx.eventBus().send("sink", "a message all the same");
      sent.complete();
    });
    ofPlugin.setContextClassLoader(manager.loaderOf("flood"));
    ofPlugin.start();
    await(sent::future);
    await(() -> vertx.eventBus().request("sink", "?"));
    assertEquals(before + 1, refusals());
    assertEquals(1_000, frames.get());
  }

  @Test
  void whatAPluginSendsIsInItsNameWhateverItSays() throws Exception {
    deploy(ThreadingModel.EVENT_LOOP, new JsonObject());
    await(() -> vertx.eventBus().consumer("who", m -> m.reply(m.headers().get("caller"))).completion());
    DeliveryOptions asAnother = new DeliveryOptions().addHeader("caller", "another");
    assertEquals("another", await(() -> vertx.eventBus().request("who", "?", asAnother)).body(), "no plugin");
    for (DeliveryOptions options : List.of(new DeliveryOptions(), asAnother)) {
      Promise<Object> answer = Promise.promise();
      Thread ofPlugin = new Thread(() -> vertx.eventBus().request("who", "?", options)
          .map(reply -> reply.body()).onComplete(answer));
      ofPlugin.setContextClassLoader(manager.loaderOf("flood"));
      ofPlugin.start();
      assertEquals("flood", await(answer::future));
    }
  }

  @Test
  void anotherBudgetHoldsAtOnceAndTheCountGoesOn() throws Exception {
    deploy(ThreadingModel.EVENT_LOOP, slow(1));
    ask(100);
    assertNotEquals(0, refusals());
    long before = refusals();
    await(() -> manager.undeploy("flood")); // or it would be asked while it drains
    deploy(ThreadingModel.EVENT_LOOP,
        new JsonObject().put("messagesPerSecond", 1_000_000).put("messagesBurst", 10_000));
    ask(1_000);
    assertEquals(before, refusals());
  }

  /**
   * hardening: a flood, of many or of large messages while nobody takes them, costs the heap 8 MiB at most, and what the
   * rate lets through while it lasts.
   */
  @ParameterizedTest
  @CsvSource({"1000000, 100", "10000, 100000"})
  void aFloodFillsNoMemory(int count, int size) throws Exception {
    deploy(ThreadingModel.WORKER, new JsonObject());
    ask(10_000); // what is needed once
    AtomicInteger taken = new AtomicInteger();
    Promise<Void> stuck = Promise.promise();
    Context slow = vertx.getOrCreateContext();
    CountDownLatch free = new CountDownLatch(1);
    slow.runOnContext(v -> vertx.eventBus().consumer("slow sink", m -> taken.incrementAndGet()).completion()
        .onComplete(listening -> slow.runOnContext(w -> {
          stuck.complete();
          try {
            free.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        })));
    stuck.future().toCompletionStage().toCompletableFuture().get();
    long before = heap();
    Thread flood = new Thread(() -> {
      for (int i = 0; i < count; i++) {
        vertx.eventBus().send("slow sink", "x".repeat(size));
      }
    });
    flood.setContextClassLoader(manager.loaderOf("flood"));
    long began = System.nanoTime();
    flood.start();
    flood.join();
    long nanos = System.nanoTime() - began;
    double seconds = nanos / 1e9;
    long grown = heap() - before;
    free.countDown();
    double allowed = (8 << 20) + seconds * BusMeter.Usual.OTHERS.bytesPerSecond();
    await(() -> vertx.eventBus().request("sink", "?"));
    Promise<Void> all = Promise.promise();
    slow.runOnContext(v -> all.complete()); // behind all that waits for it
    await(all::future);
    BusMeter.Usual usual = BusMeter.Usual.OTHERS;
    double most = Math.min(usual.burst() + seconds * usual.perSecond(),
        (usual.bytesBurst() + seconds * 1.1 * usual.bytesPerSecond()) / size); // the rate is rounded up
    assertTrue(taken.get() > 0 && taken.get() <= most + 1, taken + " messages of " + count + ", " + most + " allowed");
    System.out.printf("flood of %d messages of %d bytes in %.2f s: %d came, heap %+d KiB%n", count, size, seconds,
        taken.get(), grown / 1024);
    assertTrue(grown <= allowed, grown + " bytes after " + seconds + " s");
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
