package io.peerbus.machine;

/**
 * Protocol logic without IO, clock, threads or randomness of its own.
 *
 * <p>Inputs are the machine's ordinary methods; those that depend on time take {@code now}, a monotonic time in
 * nanoseconds with an arbitrary origin. After each input the owner calls {@link #poll()} until it answers
 * {@code null} and carries out what it got, then asks for {@link #deadline()} and calls {@link #onDeadline(long)}
 * when that time has come. Actions are queued and never called back, so an owner that feeds the machine from
 * inside an action finds it in a consistent state.
 *
 * <p>Not thread safe: a machine belongs to its owner, a {@code Driver} in a node, a kernel in a simulation.
 *
 * @param <A> what the machine asks its owner to do, a sealed type of records
 */
public interface Machine<A> {

  /** The deadline of a machine that waits for nothing. */
  long NEVER = Long.MAX_VALUE;

  /** The next thing the owner is to do, or {@code null} when there is nothing left. */
  A poll();

  /** When {@link #onDeadline(long)} is due, in the nanoseconds of {@code now}, or {@link #NEVER}. */
  long deadline();

  /** Tells the machine that it is {@code now}; early or late calls do no harm. */
  void onDeadline(long now);
}
