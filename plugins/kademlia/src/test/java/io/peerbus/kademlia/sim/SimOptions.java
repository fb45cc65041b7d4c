package io.peerbus.kademlia.sim;

import io.peerbus.sim.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * How large a simulation is. Each can be set by a system property of the same name.
 *
 * @param nodes {@code sim.nodes}: of the steady and the churning network, and sybils of the table's attack; a tenth of
 *     it are the honest nodes of both attacks
 * @param seed {@code sim.seed}: where all chance comes from
 * @param latencyMillis {@code sim.latency}: of the longest way between two nodes, one direction; the shortest is 5 ms
 * @param loss {@code sim.loss}: the part of all messages that are lost
 * @param sessionMinutes {@code sim.session}: the median time that a node stays, in the churning network
 * @param churnMinutes {@code sim.churn}: for how long that is measured, after ten minutes of it
 * @param lookups {@code sim.lookups}: that are measured in each network
 * @param keys {@code sim.keys}: that are censored, by each number of sybils
 * @param scenarios {@code sim.scenarios}: which are run, by name, with commas
 */
record SimOptions(int nodes, long seed, int latencyMillis, double loss, double sessionMinutes, int churnMinutes,
    int lookups, int keys, List<String> scenarios) {

  static final List<String> ALL = List.of("network", "sybils", "censorship");
  private static final String PREFIX = "sim.";
  private static final Duration NEAREST = Duration.ofMillis(5);
  private static final Duration JITTER = Duration.ofMillis(20);
  private static final int LEAST_HONEST = 100;

  /** Those that are not set have their defaults. Throws {@link IllegalArgumentException} that names every mistake. */
  static SimOptions of(Properties properties) {
    Reader reader = new Reader(properties);
    SimOptions options = new SimOptions(
        (int) reader.number("nodes", 10_000, 50, 20_000),
        reader.number("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
        (int) reader.number("latency", 120, 5, 5_000),
        reader.real("loss", 0, 0, 0.5),
        reader.real("session", 60, 1, 100_000),
        (int) reader.number("churn", 10, 1, 1_440),
        (int) reader.number("lookups", 5_000, 10, 1_000_000),
        (int) reader.number("keys", 50, 1, 1_000),
        reader.names("scenarios", ALL));
    reader.finish();
    return options;
  }

  Weather weather() {
    return new Weather(NEAREST, Duration.ofMillis(latencyMillis), JITTER, loss);
  }

  int honest() {
    return Math.max(LEAST_HONEST, nodes / 10);
  }

  private static final class Reader {
    private final Map<String, String> given = new LinkedHashMap<>();
    private final List<String> known = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    Reader(Properties properties) {
      for (String name : new TreeSet<>(properties.stringPropertyNames())) {
        if (name.startsWith(PREFIX)) {
          given.put(name.substring(PREFIX.length()), properties.getProperty(name).trim());
        }
      }
    }

    private String take(String name) {
      known.add(PREFIX + name);
      return given.remove(name);
    }

    long number(String name, long otherwise, long least, long most) {
      String text = take(name);
      try {
        long value = text == null ? otherwise : Long.parseLong(text);
        if (least <= value && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      mistakes.add(PREFIX + name + ": \"" + text + "\" is not a whole number of " + least + " to " + most);
      return otherwise;
    }

    double real(String name, double otherwise, double least, double most) {
      String text = take(name);
      try {
        double value = text == null ? otherwise : Double.parseDouble(text);
        if (least <= value && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // told below
      }
      mistakes.add(PREFIX + name + ": \"" + text + "\" is not a number of " + least + " to " + most);
      return otherwise;
    }

    List<String> names(String name, List<String> all) {
      String text = take(name);
      List<String> chosen = text == null ? all : List.of(text.split("\\s*,\\s*"));
      if (!all.containsAll(chosen)) {
        mistakes.add(PREFIX + name + ": \"" + text + "\" is not some of " + String.join(",", all));
      }
      return chosen;
    }

    void finish() {
      given.keySet().forEach(name ->
          mistakes.add(PREFIX + name + ": unknown; there are " + String.join(", ", known)));
      if (!mistakes.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", mistakes));
      }
    }
  }
}
