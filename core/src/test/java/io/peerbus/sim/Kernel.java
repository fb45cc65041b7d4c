package io.peerbus.sim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Virtual time: a queue of events, and one source of chance from a seed. Two runs with one seed are the same, event by
 * event; what is noted in the journal proves it.
 *
 * <p>Not thread safe. Events of one time come in the order in which they were planned.
 */
public final class Kernel {

  /** Where virtual time begins, so that nobody takes 0 for a time that never was. */
  public static final long START = 1_000_000_000L;

  private record Event(long at, long number, Runnable run) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  private final SplittableRandom random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final MessageDigest journal = sha256();
  private final ByteBuffer stamp = ByteBuffer.allocate(Long.BYTES);
  private long now = START;
  private long planned;
  private long happened;

  public Kernel(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /** Nanoseconds. */
  public long now() {
    return now;
  }

  /** The one source of chance; split it for parts whose number of draws may change. */
  public SplittableRandom random() {
    return random;
  }

  /** Plans an event; one for the past comes next. */
  public void at(long time, Runnable event) {
    events.add(new Event(Math.max(time, now), planned++, event));
  }

  /** Plans an event in {@code nanos} from now. */
  public void after(long nanos, Runnable event) {
    at(now + nanos, event);
  }

  /** Goes on for this long. */
  public void run(Duration time) {
    long end = now + time.toNanos();
    while (!events.isEmpty() && events.peek().at <= end) {
      step();
    }
    now = end;
  }

  /** Goes on until that is so, at the most for this long; answers whether it came to be. */
  public boolean runUntil(BooleanSupplier isSo, Duration most) {
    long end = now + most.toNanos();
    while (!isSo.getAsBoolean()) {
      if (events.isEmpty() || events.peek().at > end) {
        now = end;
        return isSo.getAsBoolean();
      }
      step();
    }
    return true;
  }

  private void step() {
    Event next = events.poll();
    now = next.at;
    happened++;
    next.run.run();
  }

  /** Notes that something happened now. */
  public void note(String what) {
    note(what.getBytes(StandardCharsets.UTF_8));
  }

  public void note(byte[] what) {
    journal.update(stamp.clear().putLong(now).array());
    journal.update(what);
  }

  /** A hash of all that was noted so far, when and in what order. Ends the journal. */
  public String journal() {
    return HexFormat.of().formatHex(journal.digest());
  }

  /** How many events there were. */
  public long happened() {
    return happened;
  }
}
