package io.peerbus.perf;

import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The asking side of one stream: an upload, then a download, and how long each took.
 *
 * <p>The upload is over with the first byte of the download, or with the end of the stream where nothing is downloaded:
 * only then the other side is known to have all of it.
 *
 * <p>Not thread safe, owned by the driver of one stream. Spec: perf/perf.md.
 */
public final class Transfer implements Machine<Transfer.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** How far it is, about once a second. */
    record Progress(long nanos, long uploaded, long downloaded) implements Action {}

    /** All bytes have come. */
    record Done(long uploadNanos, long downloadNanos) implements Action {}

    /** Reset the stream: it will not come to an end. */
    record Fail(String reason) implements Action {}
  }

  private enum Timer {
    IDLE,
    PROGRESS
  }

  private static final long SECOND = 1_000_000_000L;

  private final PerfOptions options;
  private final long wanted;
  private final long began;
  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
  private final Queue<Action> actions = new ArrayDeque<>();
  private long uploaded;
  private long uploadedAt = NEVER;
  private long downloaded;
  private boolean over;

  /** Begins now, with the opening of the stream. */
  public Transfer(PerfOptions options, long downloadBytes, long now) {
    this.options = options;
    this.wanted = downloadBytes;
    this.began = now;
    deadlines.set(Timer.PROGRESS, now + SECOND);
    moved(now);
  }

  private void moved(long now) {
    deadlines.set(Timer.IDLE, now + options.getIdleTimeout());
  }

  /** So many bytes of the upload are on their way. */
  public void onSent(long now, long bytes) {
    if (!over) {
      uploaded += bytes;
      moved(now);
    }
  }

  /** So many bytes of the download have come. */
  public void onBytes(long now, long bytes) {
    if (over) {
      return;
    }
    moved(now);
    if (uploadedAt == NEVER) {
      uploadedAt = now;
    }
    downloaded += bytes;
    if (downloaded > wanted) {
      fail("more than the " + wanted + " bytes came that were asked for");
    }
  }

  /** The other side ended the stream. */
  public void onEnd(long now) {
    if (over) {
      return;
    }
    if (downloaded < wanted) {
      fail("the stream ended after " + downloaded + " of " + wanted + " bytes");
      return;
    }
    over();
    long upload = uploadedAt == NEVER ? now : uploadedAt;
    actions.add(new Action.Done(upload - began, now - upload));
  }

  private void fail(String reason) {
    over();
    actions.add(new Action.Fail("perf: " + reason));
  }

  private void over() {
    over = true;
    deadlines.clearAll();
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return deadlines.next();
  }

  @Override
  public void onDeadline(long now) {
    for (Timer due = deadlines.expire(now); due != null; due = deadlines.expire(now)) {
      if (due == Timer.PROGRESS) {
        actions.add(new Action.Progress(now - began, uploaded, downloaded));
        deadlines.set(Timer.PROGRESS, now + SECOND);
      } else {
        fail("nothing moved for " + options.getIdleTimeout() / 1_000_000 + " ms");
        return;
      }
    }
  }
}
