package io.peerbus.kademlia.sim;

import java.time.Duration;

/**
 * One line of the table: a scenario, what was measured in it, and whether that is what was promised.
 *
 * @param nodes honest ones and others
 * @param success the part of the lookups that succeeded
 * @param cost what they cost, or {@code null} where that says nothing
 * @param honest the part of all entries of all tables that are honest nodes, or {@code null} where all are
 * @param time how long it went on, in virtual time, since the network's first node
 * @param promise in words
 */
record Row(String scenario, int nodes, int lookups, double success, Cost cost, Double honest, Duration time,
    String promise, boolean kept) {

  /** What lookups cost, and what the theory says. */
  record Cost(Distribution hops, Distribution idealHops, double messages, double idealMessages) {
    double hopsRatio() {
      return hops.mean() / idealHops.mean();
    }

    double messagesRatio() {
      return messages / idealMessages;
    }

    /** Whether both are within a tenth of the theory. */
    boolean isTheoretical() {
      return isNear(hopsRatio()) && isNear(messagesRatio());
    }

    private static boolean isNear(double ratio) {
      return ratio > 0.9 && ratio < 1.1;
    }
  }
}
