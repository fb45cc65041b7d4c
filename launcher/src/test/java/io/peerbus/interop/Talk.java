package io.peerbus.interop;

import io.peerbus.host.Nodes;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Many who say numbered lines to everybody, all at once and all the time, and what each of them hears. Each waits until
 * its line is taken before it says the next, so that a busy machine makes the talk slower and nothing else.
 */
final class Talk {

  private static final int ANSWER_SECONDS = 90;
  private static final Duration ARRIVAL = Duration.ofSeconds(180);
  private static final int LONG_LINE = 16 * 1024;

  /** One that talks, {@code pause} milliseconds between two lines. The name has no space. */
  record Speaker(String name, long pause, Function<String, CompletionStage<?>> mouth) {}

  /**
   * One that listens.
   *
   * @param own the names of the speakers that it is too, whom it does not hear
   * @param heard everything it has heard up to now, each as often as it came
   * @param trace what a line of a speaker of that name looks like in {@code heard}
   */
  record Listener(String name, List<String> own, Supplier<List<String>> heard, Trace trace) {}

  /** How a listener reports a line. */
  interface Trace {
    String of(String speaker, String line);
  }

  private final Map<String, List<String>> said = new LinkedHashMap<>();
  private final List<Speaker> speakers;
  private final List<Listener> listeners;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  Talk(List<Speaker> speakers, List<Listener> listeners) {
    this.speakers = speakers;
    this.listeners = listeners;
    speakers.forEach(speaker -> said.put(speaker.name(), new CopyOnWriteArrayList<>()));
  }

  /** One line of the first speaker, which everybody is to hear before the others begin. */
  void begin(Vertx vertx) {
    say(speakers.get(0));
    awaitAll(vertx);
    for (Speaker speaker : speakers) {
      Thread thread = new Thread(() -> talk(speaker), "talk of " + speaker.name());
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  private void talk(Speaker speaker) {
    try {
      while (!over.await(speaker.pause(), TimeUnit.MILLISECONDS)) {
        say(speaker);
      }
    } catch (InterruptedException | RuntimeException | AssertionError e) {
      problems.add(speaker.name() + " said " + said.get(speaker.name()).size() + " lines, then: " + e);
    }
  }

  private void say(Speaker speaker) {
    List<String> lines = said.get(speaker.name());
    int number = lines.size() + 1;
    String line = speaker.name() + " " + number + " " + "x".repeat(number % 10 == 0 ? LONG_LINE : 1);
    try {
      speaker.mouth().apply(line).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("line " + number + ": " + e, e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    lines.add(line);
  }

  /** What went wrong up to now. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** How many lines each said. */
  Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    said.forEach((name, lines) -> counts.put(name, lines.size()));
    return counts;
  }

  /** Nobody talks any more when this returns. */
  void end() throws InterruptedException {
    over.countDown();
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(2 * ANSWER_SECONDS));
    }
  }

  /** Returns when everybody has heard everything, or there is no hope any more. */
  void awaitAll(Vertx vertx) {
    long began = System.nanoTime();
    while (listeners.stream().anyMatch(listener -> !missing(listener).isEmpty())
        && System.nanoTime() - began < ARRIVAL.toNanos()) {
      Nodes.await(vertx.timer(200).mapEmpty());
    }
  }

  private List<String> missing(Listener listener) {
    List<String> missing = new ArrayList<>();
    Map<String, Integer> heard = heard(listener);
    expected(listener).forEach((trace, line) -> {
      if (!heard.containsKey(trace)) {
        missing.add(line.substring(0, Math.min(line.length(), 40)));
      }
    });
    return missing;
  }

  private static Map<String, Integer> heard(Listener listener) {
    Map<String, Integer> heard = new HashMap<>();
    listener.heard().get().forEach(trace -> heard.merge(trace, 1, Integer::sum));
    return heard;
  }

  private Map<String, String> expected(Listener listener) {
    Map<String, String> expected = new LinkedHashMap<>();
    said.forEach((speaker, lines) -> {
      if (!listener.own().contains(speaker)) {
        lines.forEach(line -> expected.put(listener.trace().of(speaker, line), line));
      }
    });
    return expected;
  }

  /** What was lost, doubled or invented, in words; empty when each heard everything exactly once. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (Listener listener : listeners) {
      List<String> missing = missing(listener);
      Map<String, String> expected = expected(listener);
      List<String> surplus = new ArrayList<>();
      heard(listener).forEach((trace, count) -> {
        if (count > 1 || !expected.containsKey(trace)) {
          surplus.add(count + " times " + expected.getOrDefault(trace, trace).split(" x")[0]);
        }
      });
      if (!missing.isEmpty() || !surplus.isEmpty()) {
        faults.add(listener.name() + " of " + expected.size() + " lines: " + missing.size() + " missing " + some(missing)
            + ", " + surplus.size() + " too many " + some(surplus));
      }
    }
    return faults;
  }

  private static List<String> some(List<String> all) {
    return all.subList(0, Math.min(all.size(), 10));
  }
}
