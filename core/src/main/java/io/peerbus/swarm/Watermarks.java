package io.peerbus.swarm;

import java.time.Duration;

/**
 * When there are too many connections, and how many are left then.
 *
 * @param low connections that are left; 0 for five sixths of {@code high}
 * @param high connections above which some are closed; 0 for three quarters of the inbound ones that are let in. A
 *     crowd that only takes places would otherwise keep out everybody who comes later
 * @param grace how long a peer is safe from the moment it is connected: nobody can say by then what it is worth
 * @param silence between two such rounds. A flood would otherwise have every peer compared for each connection
 */
public record Watermarks(int low, int high, Duration grace, Duration silence) {

  /** As go-libp2p has it, but for the two numbers, which depend on those that are let in. */
  public static final Watermarks DEFAULT = new Watermarks(0, 0, Duration.ofMinutes(1), Duration.ofSeconds(10));

  /** Refuses nonsense with an {@link IllegalArgumentException} that names the field. */
  public Watermarks {
    Check.atLeast("low", low, 0);
    Check.atLeast("high", high, 0);
    Check.notNegative("grace", grace);
    Check.positive("silence", silence);
    if (low > high && high > 0) {
      throw new IllegalArgumentException("low: " + low + " > " + high + ", which is \"high\"");
    }
  }

  /** With the numbers that are left to the node. */
  Watermarks resolved(int maxInbound) {
    int top = high > 0 ? high : Math.max(1, (int) (maxInbound * 3L / 4));
    int rest = low > 0 ? Math.min(low, top) : (int) (top * 5L / 6);
    return new Watermarks(rest, top, grace, silence);
  }
}
