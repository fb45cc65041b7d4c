package io.peerbus.kademlia.sim;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run of the scenarios that the options name, one after the other, each in a network of its own. */
final class Simulation {

  private final SimOptions options;
  private final Progress progress;
  private final Map<String, Long> seconds = new LinkedHashMap<>();

  Simulation(SimOptions options, PrintStream words) {
    this.options = options;
    this.progress = new Progress(words);
  }

  Results run() {
    Results results = new Results(options);
    for (String name : options.scenarios()) {
      long begun = progress.seconds();
      progress.say(name);
      switch (name) {
        case "network" -> new Networks(options, progress, results).run();
        case "sybils" -> new Sybils(options, progress, results).run();
        case "censorship" -> new Censorship(options, progress, results).run();
        default -> throw new IllegalArgumentException("no scenario " + name);
      }
      seconds.put(name, progress.seconds() - begun);
    }
    return results;
  }

  /** Of real time, by scenario. */
  Map<String, Long> seconds() {
    return seconds;
  }
}
