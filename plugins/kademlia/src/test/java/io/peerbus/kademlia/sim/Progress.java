package io.peerbus.kademlia.sim;

import java.io.PrintStream;
import java.util.function.Supplier;

/** Says every ten seconds how far a run is; what it says is no part of the results. Not thread safe. */
final class Progress {

  private static final long EVERY = 10_000_000_000L;

  private final PrintStream out;
  private final long begun = System.nanoTime();
  private long last = begun;

  Progress(PrintStream out) {
    this.out = out;
  }

  void say(String what) {
    last = System.nanoTime();
    out.printf("[%4d s] %s%n", seconds(), what);
    out.flush();
  }

  void tell(Supplier<String> what) {
    if (System.nanoTime() - last > EVERY) {
      say(what.get());
    }
  }

  /** Of real time, since it began. */
  long seconds() {
    return (System.nanoTime() - begun) / 1_000_000_000L;
  }
}
