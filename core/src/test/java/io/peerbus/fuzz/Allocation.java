package io.peerbus.fuzz;

import com.sun.management.ThreadMXBean;
import io.peerbus.multiformats.FormatException;
import java.lang.management.ManagementFactory;
import org.opentest4j.AssertionFailedError;

/**
 * Bytes that a piece of code allocates on the thread that calls, and the bound that all our decoders keep.
 *
 * <p>A decoder that trusts a length prefix, or keeps an object for every byte it reads, turns a small message into a
 * full heap. Ours allocate at most twice their input and 4 KiB (hardening, SEC-11 and G10).
 */
public final class Allocation {

  /** What any decoder may allocate for nothing: its result, a message about what is wrong, a buffer or two. */
  public static final long ALLOWANCE = 4096;

  /** Loading classes and linking lambdas allocates too, once. One run in so many must be free of it. */
  private static final int RUNS = 8;

  /** Code that Jazzer watches allocates more: there, only what grows out of all proportion is found. */
  private static final int WATCHED = Boolean.getBoolean("jazzer.hooks") ? 64 : 1;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {
  }

  /** A decoder, on input that it has at hand; run several times, so it must leave that as it is. */
  @FunctionalInterface
  public interface Code {
    void run() throws Exception;
  }

  /** Bytes allocated by one run of {@code code} on this thread, without a warm-up. */
  public static long of(Code code) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    code.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /**
   * Asserts that {@code code} throws nothing but {@link FormatException}, and allocates at most twice
   * {@code inputLength} and {@link #ALLOWANCE} once it is warm.
   */
  public static void assertBounded(int inputLength, Code code) {
    assertAtMost(2L * inputLength + ALLOWANCE, code);
  }

  /** As {@link #assertBounded}, with a bound in bytes for a decoder whose bound is its own. */
  public static void assertAtMost(long bytes, Code code) {
    long bound = bytes * WATCHED;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < RUNS && least > bound; i++) {
      least = Math.min(least, measured(code));
    }
    if (least > bound) {
      throw new AssertionFailedError("allocated " + least + " bytes, at most " + bound + " are allowed");
    }
  }

  private static long measured(Code code) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      code.run();
    } catch (FormatException expected) {
      return THREADS.getCurrentThreadAllocatedBytes() - before;
    } catch (Exception e) {
      throw new AssertionFailedError("only FormatException may leave a decoder, but: " + e, e);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
