package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** SEC-06: whatever happens in whatever order, nothing is left behind and nobody goes unanswered. */
class InterleavingTest {

  private static final int RUNS = 10_000;
  private static final int STEPS = 60;

  @Test
  void noAttemptNoRequestAndNoConnectionIsEverForgotten() {
    long lateConnections = 0;
    long answered = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      SwarmModel model = new SwarmModel(seed);
      try {
        for (int step = 0; step < STEPS; step++) {
          model.step();
        }
        model.end();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      lateConnections += model.lateConnections;
      answered += model.answered;
    }
    assertTrue(lateConnections > RUNS / 2, "only " + lateConnections + " dials connected after their cancellation");
    assertTrue(answered > RUNS, "only " + answered + " requests were answered with a connection");
  }
}
