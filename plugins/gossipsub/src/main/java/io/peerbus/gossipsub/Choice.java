package io.peerbus.gossipsub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Chance for the parts of the machine, from the one source it was given. */
final class Choice {

  private final RandomGenerator random;

  Choice(RandomGenerator random) {
    this.random = random;
  }

  /** Up to {@code count} of them, each equally likely, in random order. A new list. */
  <T> List<T> of(Collection<? extends T> all, int count) {
    List<T> chosen = new ArrayList<>(all);
    int wanted = Math.max(0, Math.min(count, chosen.size()));
    for (int i = 0; i < wanted; i++) {
      Collections.swap(chosen, i, i + random.nextInt(chosen.size() - i));
    }
    chosen.subList(wanted, chosen.size()).clear();
    return chosen;
  }
}
