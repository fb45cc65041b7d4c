package io.peerbus.tck;

import io.peerbus.leak.LeakGuard;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a plugin holds in a Vert.x of its own: timers, consumers, requests that wait, threads. Any thread may
 * ask.
 *
 * <p>Consumers are told by the metrics interface of Vert.x. It tells nothing of timers, so those are read from the
 * field of {@code VertxImpl} that keeps them; a Vert.x that has none by that name fails every check, loudly.
 */
public final class Census {

  private static final String REPLY = "__vertx.reply";

  /** Threads that come with the JDK, Vert.x, Netty and JUnit, and stay. */
  private static final List<String> NOT_OURS = List.of("vert.x-", "globalEventExecutor", "ForkJoinPool",
      "Common-Cleaner", "Cleaner-", "process reaper", "Attach Listener", "surefire", "main", "junit", "Finalizer",
      "Reference Handler", "Signal Dispatcher", "Notification Thread", "VirtualThread-", "CompletableFuture",
      "Read-Poller", "Write-Poller", "ObjectCleanerThread", "threadDeathWatcher", "Unix-", "Java2D");

  private final Map<Long, String> consumers = new ConcurrentHashMap<>();
  private final AtomicLong nextConsumer = new AtomicLong();
  private final Vertx vertx;
  private Set<String> nodes = Set.of();
  private Map<Long, String> consumersBefore = Map.of();
  private Map<Long, String> timersBefore = Map.of();
  private Set<Thread> threadsBefore = Set.of();

  /** Makes the Vert.x that it counts in. */
  public Census() {
    VertxOptions options = new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true));
    VertxMetricsFactory metrics = ignored -> new VertxMetrics() {
      @Override
      public EventBusMetrics<?> createEventBusMetrics() {
        return new Consumers();
      }
    };
    vertx = Vertx.builder().with(options).withMetrics(metrics).build();
  }

  public Vertx vertx() {
    return vertx;
  }

  private final class Consumers implements EventBusMetrics<Long> {
    @Override
    public Long handlerRegistered(String address) {
      long id = nextConsumer.getAndIncrement();
      consumers.put(id, address);
      return id;
    }

    @Override
    public void handlerUnregistered(Long id) {
      consumers.remove(id);
    }
  }

  /** Takes down what there is without the plugin. */
  public void begin() {
    nodes = Set.copyOf(vertx.deploymentIDs());
    consumersBefore = Map.copyOf(consumers);
    timersBefore = Map.copyOf(timers());
    threadsBefore = Set.copyOf(Thread.getAllStackTraces().keySet());
  }

  /** How many timers and consumers the plugin holds. */
  int held() {
    return newTimers().size() + newConsumers().size();
  }

  /** What the plugin holds, in words; empty when it holds nothing. */
  public String describe() {
    List<String> held = new ArrayList<>();
    Set<String> requests = new TreeSet<>();
    Set<String> addresses = new TreeSet<>();
    newConsumers().forEach(address -> (address.startsWith(REPLY) ? requests : addresses).add(address));
    add(held, "timers of ", newTimers());
    add(held, "consumers at ", List.copyOf(addresses));
    if (!requests.isEmpty()) {
      held.add(requests.size() + " requests that wait for an answer");
    }
    add(held, "threads: ", newThreads());
    return String.join("; ", held);
  }

  private static void add(List<String> held, String what, List<String> all) {
    if (!all.isEmpty()) {
      held.add(all.size() + " " + what + String.join(", ", all.subList(0, Math.min(8, all.size())))
          + (all.size() > 8 ? ", …" : ""));
    }
  }

  /** Netty buffers that nobody released, found by the garbage collector since this was asked last. */
  List<String> buffers() {
    List<String> leaks = new ArrayList<>();
    for (int i = 0; i < 3; i++) { // a collection finds what the one before has made unreachable
      leaks.addAll(LeakGuard.leaks());
    }
    return leaks;
  }

  private List<String> newConsumers() {
    List<String> addresses = new ArrayList<>();
    consumers.forEach((id, address) -> {
      if (!consumersBefore.containsKey(id)) {
        addresses.add(address);
      }
    });
    addresses.sort(null);
    return addresses;
  }

  private List<String> newTimers() {
    List<String> owners = new ArrayList<>();
    timers().forEach((id, owner) -> {
      if (!timersBefore.containsKey(id)) {
        owners.add(owner);
      }
    });
    owners.sort(null);
    return owners;
  }

  private List<String> newThreads() {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      boolean known = threadsBefore.contains(thread) || NOT_OURS.stream().anyMatch(name::startsWith);
      if (!known && thread.isAlive()) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }

  /** How many timers a Vert.x has, whoever set them. */
  public static int timers(Vertx vertx) {
    return ((Map<?, ?>) field(vertx, "timeouts")).size();
  }

  /** The timers that no node has set: by id, whose handler it is. */
  private Map<Long, String> timers() {
    Map<Long, String> timers = new ConcurrentHashMap<>();
    ((Map<?, ?>) field(vertx, "timeouts")).forEach((id, timer) -> {
      Context context = (Context) field(timer, "context");
      String deployment = context.deploymentID();
      if (deployment == null || !nodes.contains(deployment)) {
        timers.put((Long) id, field(timer, "handler").getClass().getName());
      }
    });
    return timers;
  }

  private static Object field(Object of, String name) {
    try {
      Field field = of.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Vert.x keeps its timers elsewhere: " + of.getClass() + "." + name
          + "; the test kit must be taught where", e);
    }
  }
}
