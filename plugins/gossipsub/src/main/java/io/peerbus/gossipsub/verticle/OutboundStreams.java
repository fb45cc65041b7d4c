package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.Action;
import io.peerbus.gossipsub.Gossipsub;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams we opened, one a peer however many connections there are, on which we only write. What a stream does
 * not take now stays in the machine, which can still choose what to drop. Belongs to the verticle's context.
 */
final class OutboundStreams {

  private static final Logger LOG = LoggerFactory.getLogger(OutboundStreams.class);

  private final Host host;
  private final Driver<Action> driver;
  private final Gossipsub machine;
  private final Runnable settled;
  private final Map<PeerId, Stream> streams = new LinkedHashMap<>();
  private int opening;
  private boolean closed;

  /** @param settled told when a stream that was to be opened is open, or is not going to be */
  OutboundStreams(Host host, Driver<Action> driver, Gossipsub machine, Runnable settled) {
    this.host = host;
    this.driver = driver;
    this.machine = machine;
    this.settled = settled;
  }

  void open(PeerId peer) {
    opening++;
    host.openConnected(peer, machine.protocols()).onSuccess(this::onOpened).onFailure(e -> {
      FailureException failure = Failure.of(e);
      LOG.debug("no stream to {}: {}", peer, failure.getMessage());
      boolean unsupported = failure.failure() == Failure.UNSUPPORTED_PROTOCOL;
      opening--;
      driver.run(now -> machine.onOpenFailed(now, peer, unsupported));
      settled.run();
    });
  }

  private void onOpened(Stream stream) {
    if (closed) {
      stream.reset();
      return;
    }
    opening--;
    PeerId peer = stream.peer();
    Stream before = streams.put(peer, stream);
    if (before != null) {
      before.reset(); // opened on a connection that went while this one came: there is one of ours for a peer
    }
    watch(stream);
    driver.run(now -> machine.onOpened(now, peer, stream.protocol()));
    settled.run();
  }

  private void watch(Stream stream) {
    PeerId peer = stream.peer();
    stream.handler(data -> LOG.debug("{} wrote {} bytes on our stream, where nobody reads", peer, data.length()));
    stream.closeHandler(v -> {
      if (streams.remove(peer, stream)) {
        driver.run(now -> machine.onOutboundEnded(now, peer));
      }
    });
  }

  /** Whether a stream is being opened. */
  boolean isOpening() {
    return opening > 0;
  }

  /** Streams that an earlier version of the plugin has opened; the machine knows of them. */
  void adopt(List<Stream> left) {
    left.forEach(stream -> streams.put(stream.peer(), stream));
    left.forEach(this::watch);
  }

  /** Leaves them to a newer version; one that comes too late is of no use. */
  void leave(Handover handover) {
    closed = true;
    streams.values().forEach(handover::with);
    streams.clear();
  }

  /** Writes what waits for the peer, as much as its stream takes. */
  void flush(PeerId peer) {
    Stream stream = streams.get(peer);
    if (stream != null) {
      driver.run(now -> write(now, stream));
    }
  }

  private void write(long now, Stream stream) {
    while (!stream.writeQueueFull()) {
      byte[] frame = machine.next(now, stream.peer());
      if (frame == null) {
        return;
      }
      stream.write(Buffer.buffer(frame));
    }
    stream.drainHandler(v -> flush(stream.peer()));
  }

  /** Ends them all, after what was written. */
  Future<?> close() {
    closed = true;
    return Future.join(List.copyOf(streams.values()).stream().map(Stream::end).toList());
  }
}
