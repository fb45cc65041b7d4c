package io.peerbus.host;

import java.util.HashMap;
import java.util.Map;

/**
 * A number of places that callers take and give back. Each may have as many as it leaves free, so that the first has
 * half of them at the most and whoever comes after it finds some. Not thread safe.
 */
final class Places {

  private final int most;
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  Places(int most) {
    this.most = most;
  }

  /** Whether there was one for this caller, who has it then. */
  boolean take(String caller) {
    int own = taken.getOrDefault(caller, 0);
    if (own >= most - all) {
      return false;
    }
    taken.put(caller, own + 1);
    all++;
    return true;
  }

  void giveBack(String caller) {
    taken.computeIfPresent(caller, (name, own) -> own == 1 ? null : own - 1);
    all--;
  }
}
