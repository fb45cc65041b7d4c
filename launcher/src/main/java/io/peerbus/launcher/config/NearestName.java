package io.peerbus.launcher.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant: the one with the fewest slips of the finger between. */
public final class NearestName {

  private NearestName() {}

  /**
   * The candidate nearest to {@code name}, or empty when none is near: more than a third of the letters wrong.
   * Upper and lower case count as the same. The first of equally near ones wins.
   */
  public static Optional<String> of(String name, Collection<String> candidates) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    String wanted = name.toLowerCase(Locale.ROOT);
    for (String candidate : candidates) {
      int allowed = Math.max(1, Math.max(name.length(), candidate.length()) / 3);
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT), allowed);
      if (distance <= allowed && distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** " (did you mean …?)", or the whole choice when nothing is near. */
  public static String hint(String name, Collection<String> candidates) {
    return of(name, candidates)
        .map(near -> "; did you mean \"" + near + "\"?")
        .orElseGet(() -> candidates.isEmpty() ? "" : "; known here: " + String.join(", ", candidates));
  }

  /** Insertions, deletions, replacements and swaps of neighbours; any number above {@code limit} once it is passed. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
