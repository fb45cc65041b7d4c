package io.peerbus.interop;

import io.peerbus.host.Nodes;
import io.peerbus.tck.Census;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a Vert.x and this process hold: consumers, timers, threads, file descriptors, sockets. */
final class Holdings {

  static final String TIMERS = "timers";

  private final Map<Long, String> consumers = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();
  private final Vertx vertx;

  Holdings() {
    VertxMetricsFactory metrics = ignored -> new VertxMetrics() {
      @Override
      public EventBusMetrics<?> createEventBusMetrics() {
        return new Counting();
      }
    };
    // A machine that gives this JVM no time for two seconds is no plugin that blocks.
    vertx = Vertx.builder().with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true))
            .setMaxEventLoopExecuteTime(60).setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS))
        .withMetrics(metrics).build();
  }

  /** The one whose consumers are counted. */
  Vertx vertx() {
    return vertx;
  }

  /** How many of each there are now; requests that wait for an answer come and go and are left out. */
  Map<String, Long> count() {
    Map<String, Long> count = new LinkedHashMap<>();
    count.put("consumers", consumers.values().stream().filter(address -> !address.startsWith("__vertx.")).count());
    count.put(TIMERS, (long) Census.timers(vertx));
    count.put("threads", (long) Thread.getAllStackTraces().size());
    count.put("descriptors", (long) Path.of("/proc/self/fd").toFile().list().length);
    count.put("sockets", Nodes.sockets());
    return count;
  }

  private final class Counting implements EventBusMetrics<Long> {
    @Override
    public Long handlerRegistered(String address) {
      long id = next.getAndIncrement();
      consumers.put(id, address);
      return id;
    }

    @Override
    public void handlerUnregistered(Long id) {
      consumers.remove(id);
    }
  }
}
