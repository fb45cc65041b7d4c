package io.peerbus.host;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.PeerStore;
import io.peerbus.swarm.StoredPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a peer store on disk: reads it at the start, writes behind what changes, on a worker. A process that is killed
 * loses what changed in its last {@link #LOST_MILLIS}, and no more. A disk that fails costs the copy, not the node.
 *
 * <p>Belongs to the host's context.
 */
final class PeerKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(PeerKeeper.class);

  /** From the end of one write to the next. */
  static final long WRITE_MILLIS = 2_000;
  /** Two of them, since a write is sure with the next one, and the time that they take. */
  static final long LOST_MILLIS = 3 * WRITE_MILLIS;
  /** So often the up time is written, also when nothing changes. */
  private static final long UP_MILLIS = 60_000;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final PeerStore store;
  private final PeerDisk disk;
  private final long upBefore;
  private final long began;
  private long lastWrite;
  private long timer = NO_TIMER;
  private boolean again;
  private boolean closed;
  private Future<Void> writing = Future.succeededFuture();

  private PeerKeeper(Vertx vertx, PeerStore store, PeerDisk disk, long now) {
    this.vertx = vertx;
    this.store = store;
    this.disk = disk;
    this.upBefore = disk.upMillis();
    this.began = now;
    this.lastWrite = now;
  }

  /** Reads the file into the store; fails when the file is somebody else's or cannot be written. */
  static Future<PeerKeeper> open(Vertx vertx, PeerStore store, Path file) {
    return vertx.executeBlocking(() -> {
      PeerDisk disk = PeerDisk.open(file);
      Map<PeerId, StoredPeer> read = new HashMap<>();
      long up = disk.upMillis();
      disk.forEach((key, value) -> {
        try {
          read.put(PeerId.parse(key), PeerCodec.read(value, up));
        } catch (FormatException e) {
          LOG.debug("the peer store has an entry that cannot be read, {}: {}", key, e.getMessage());
        }
      });
      return Map.entry(disk, read);
    }).map(opened -> {
      long now = System.nanoTime();
      opened.getValue().forEach((peer, stored) -> store.restore(now, peer, stored));
      store.track();
      PeerKeeper keeper = new PeerKeeper(vertx, store, opened.getKey(), now);
      LOG.info("{} peers are known from before ({})", store.size(), file);
      keeper.arm();
      return keeper;
    }).recover(e -> Future.failedFuture(e instanceof IOException ? e : new IOException(file + ": " + e, e)));
  }

  private void arm() {
    timer = vertx.setTimer(WRITE_MILLIS, fired -> {
      long now = System.nanoTime();
      if (store.isChanged() || again || now - lastWrite >= TimeUnit.MILLISECONDS.toNanos(UP_MILLIS)) {
        write(now).onComplete(done -> rearm());
      } else {
        arm();
      }
    });
  }

  private void rearm() {
    if (!closed) {
      arm();
    }
  }

  /** What changed is taken here, and written on a worker. */
  private Future<Void> write(long now) {
    again = store.isChanged(); // once more then, which makes sure of this
    lastWrite = now;
    long up = upBefore + TimeUnit.NANOSECONDS.toMillis(now - began);
    PeerStore.Changed changed = store.takeChanges(now);
    writing = vertx.<Void>executeBlocking(() -> {
      Map<String, byte[]> bytes = new HashMap<>();
      changed.peers().forEach((peer, stored) ->
          bytes.put(peer.toString(), stored.map(kept -> PeerCodec.bytes(kept, up)).orElse(null)));
      disk.write(up, changed.isAll(), bytes);
      return null;
    }).recover(e -> {
      LOG.error("the peer store cannot be written any more; it is looked after at the next start", e);
      closed = true;
      return Future.succeededFuture();
    });
    return writing;
  }

  /** Writes what is left, and closes the file. */
  Future<Void> close() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
    }
    boolean broken = closed;
    closed = true;
    return writing
        .compose(done -> broken ? Future.succeededFuture() : write(System.nanoTime()))
        .compose(done -> vertx.<Void>executeBlocking(() -> {
          disk.close();
          return null;
        }))
        .onFailure(e -> LOG.warn("the peer store's file could not be closed: {}", e.toString()))
        .otherwiseEmpty();
  }
}
