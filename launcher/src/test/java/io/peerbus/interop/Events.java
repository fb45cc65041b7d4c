package io.peerbus.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** What happened, in order, for tests that wait for it. Thread safe: others tell, the test's thread waits. */
final class Events<T> {

  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<T> all = new ArrayList<>();
  private String over;

  void add(T event) {
    lock.lock();
    try {
      all.add(event);
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more can come, for this reason: whoever waits fails at once. */
  void end(String reason) {
    lock.lock();
    try {
      over = reason;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** To be given to {@link #await(int, Predicate, String)}, which then sees later events only. */
  int mark() {
    lock.lock();
    try {
      return all.size();
    } finally {
      lock.unlock();
    }
  }

  List<T> all(Predicate<T> wanted) {
    lock.lock();
    try {
      return all.stream().filter(wanted).toList();
    } finally {
      lock.unlock();
    }
  }

  /** The first such event since the mark. */
  T await(int mark, Predicate<T> wanted, String what) {
    return await(mark, wanted, 1, PATIENCE, what).get(0);
  }

  /** Drops what a long run needs no more. Marks are void after that. */
  void forget(Predicate<T> unwanted) {
    lock.lock();
    try {
      all.removeIf(unwanted);
    } finally {
      lock.unlock();
    }
  }

  /** All such events since the mark, at least {@code count}. Fails when they do not come in time. */
  List<T> await(int mark, Predicate<T> wanted, int count, Duration patience, String what) {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (true) {
        List<T> found = all.subList(mark, all.size()).stream().filter(wanted).toList();
        if (found.size() >= count) {
          return found;
        }
        if (over != null) {
          throw new AssertionError(what + ": " + over);
        }
        if (left <= 0) {
          throw new AssertionError(what + ": " + found.size() + " of " + count + " within "
              + TimeUnit.NANOSECONDS.toSeconds(patience.toNanos()) + " s");
        }
        left = news.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(what + ": interrupted", e);
    } finally {
      lock.unlock();
    }
  }
}
