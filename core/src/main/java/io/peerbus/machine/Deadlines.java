package io.peerbus.machine;

import java.util.Arrays;

/**
 * The named timers of one machine: an enum constant a timer, at most one deadline each.
 *
 * <p>Not thread safe, owned by its machine. Every operation is linear in the number of constants, which is small.
 *
 * @param <T> the names
 */
public final class Deadlines<T extends Enum<T>> {

  private final T[] names;
  private final long[] due;

  public Deadlines(Class<T> names) {
    this.names = names.getEnumConstants();
    this.due = new long[this.names.length];
    Arrays.fill(due, Machine.NEVER);
  }

  /** Sets the timer to {@code at}, in nanoseconds, whatever it was before. */
  public void set(T name, long at) {
    due[name.ordinal()] = at;
  }

  public void clear(T name) {
    due[name.ordinal()] = Machine.NEVER;
  }

  public void clearAll() {
    Arrays.fill(due, Machine.NEVER);
  }

  public boolean isSet(T name) {
    return due[name.ordinal()] != Machine.NEVER;
  }

  public long get(T name) {
    return due[name.ordinal()];
  }

  /** The earliest of all, or {@link Machine#NEVER}. */
  public long next() {
    long next = Machine.NEVER;
    for (long at : due) {
      next = Math.min(next, at);
    }
    return next;
  }

  /** Takes a timer that is due at {@code now} and clears it; {@code null} when none is. Earliest first. */
  public T expire(long now) {
    int first = -1;
    for (int i = 0; i < due.length; i++) {
      if (due[i] <= now && due[i] != Machine.NEVER && (first < 0 || due[i] < due[first])) {
        first = i;
      }
    }
    if (first < 0) {
      return null;
    }
    due[first] = Machine.NEVER;
    return names[first];
  }
}
