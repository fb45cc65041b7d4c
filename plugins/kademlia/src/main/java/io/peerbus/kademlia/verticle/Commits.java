package io.peerbus.kademlia.verticle;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * When the stores are written to disk: a second after the last time, sooner for who waits for it, and one write at a
 * time, which many can wait for. Without a disk nothing is to be waited for. Belongs to the verticle's context.
 */
final class Commits {

  private static final long PAUSE_MILLIS = 1000;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final DiskStorage diskOrNull;
  /** Who waits for the next write; {@code null} when nobody does. */
  private Promise<Void> waiting;
  private boolean writing;
  private boolean closed;
  private long timer = NO_TIMER;

  private Commits(Vertx vertx, DiskStorage diskOrNull) {
    this.vertx = vertx;
    this.diskOrNull = diskOrNull;
  }

  /** Stores in memory. */
  static Commits none(Vertx vertx) {
    return new Commits(vertx, null);
  }

  static Commits start(Vertx vertx, DiskStorage disk) {
    Commits commits = new Commits(vertx, disk);
    commits.writeLater();
    return commits;
  }

  /** Completes when what is in the stores now is on the disk, or cannot be written, which the log tells. */
  Future<Void> next() {
    if (diskOrNull == null || closed) {
      return Future.succeededFuture();
    }
    if (waiting == null) {
      waiting = Promise.promise();
    }
    Future<Void> written = waiting.future();
    if (!writing) {
      vertx.cancelTimer(timer);
      write();
    }
    return written;
  }

  /** How often the stores were written. */
  int count() {
    return diskOrNull == null ? 0 : diskOrNull.commits();
  }

  boolean isOnDisk() {
    return diskOrNull != null;
  }

  /** To be told of the write that begins; who comes later waits for the next one. */
  private Promise<Void> takeWaiting() {
    Promise<Void> told = waiting == null ? Promise.promise() : waiting;
    waiting = null;
    return told;
  }

  private void writeLater() {
    timer = vertx.setTimer(PAUSE_MILLIS, fired -> write());
  }

  private void write() {
    Promise<Void> told = takeWaiting();
    writing = true;
    vertx.executeBlocking(() -> {
      diskOrNull.commit();
      return null;
    }).onComplete(done -> {
      writing = false;
      told.complete();
      if (closed) {
        return;
      }
      if (waiting != null) {
        write();
      } else {
        writeLater();
      }
    });
  }

  /** Writes what is left and closes the stores. */
  Future<Void> close() {
    if (diskOrNull == null || closed) {
      return Future.succeededFuture();
    }
    closed = true;
    vertx.cancelTimer(timer);
    Promise<Void> told = takeWaiting();
    // After a write that is under way: what a context has executed comes in its order.
    return vertx.<Void>executeBlocking(() -> {
      diskOrNull.close();
      return null;
    }).onComplete(done -> told.complete());
  }
}
