package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Handover;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.Action;
import io.peerbus.gossipsub.Gossipsub;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.Rpc;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that peers opened to us, one a peer, on which we only read. A second one replaces the first, as in go.
 * We never end our half of one before the peer ends its own: go takes that for the end of us.
 *
 * <p>Reads one buffer at a time, and none while too many messages of the peer are being checked: then the stream's
 * window fills and the peer has to wait. Belongs to the verticle's context.
 */
final class InboundStreams {

  private static final Logger LOG = LoggerFactory.getLogger(InboundStreams.class);

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Driver<Action> driver;
  private final Gossipsub machine;
  private final GossipsubLimits limits;
  private final Map<PeerId, Inbound> streams = new LinkedHashMap<>();
  private boolean closed;
  private boolean held;

  InboundStreams(Vertx vertx, Driver<Action> driver, Gossipsub machine, GossipsubLimits limits) {
    this.vertx = vertx;
    this.driver = driver;
    this.machine = machine;
    this.limits = limits;
  }

  /** A peer opened a stream. */
  void accept(Stream stream) {
    if (closed) {
      stream.reset();
      return;
    }
    Inbound inbound = new Inbound(stream);
    Inbound replaced = streams.put(stream.peer(), inbound);
    if (replaced != null) {
      replaced.cut("it opened another one");
    }
    driver.run(now -> machine.onInbound(stream.peer(), stream.protocol()));
    inbound.read();
  }

  /** Streams that an earlier version of the plugin has accepted; the machine knows of them. */
  void adopt(List<Stream> left) {
    left.forEach(stream -> streams.put(stream.peer(), new Inbound(stream)));
    List.copyOf(streams.values()).forEach(Inbound::read);
  }

  /** Reads nothing any more: a newer version is going to. */
  void hold() {
    held = true;
    streams.values().forEach(inbound -> inbound.stream.pause());
  }

  /** Leaves them to a newer version. */
  void leave(Handover handover) {
    streams.values().forEach(inbound -> {
      inbound.cancelTimer();
      handover.with(inbound.stream, inbound.framer.unread());
    });
    streams.clear();
  }

  /** Messages of the peer have been checked: it may go on. */
  void resume(PeerId peer) {
    Inbound inbound = streams.get(peer);
    if (inbound != null) {
      inbound.fetch();
    }
  }

  /** Resets them all. */
  void close() {
    closed = true;
    List.copyOf(streams.values()).forEach(inbound -> inbound.cut("gossipsub is being stopped"));
  }

  /** One stream, until it ends or is replaced. */
  private final class Inbound {

    private final Stream stream;
    private final RpcFramer framer = new RpcFramer(limits.getMaxMessageSize(), this::onFrame);
    private long timer = NO_TIMER;
    /** Whether the peer had to wait for us since the timer was set. */
    private boolean heldUp;
    private boolean reading;

    Inbound(Stream stream) {
      this.stream = stream;
    }

    void read() {
      stream.pause();
      stream.handler(this::onBytes);
      stream.endHandler(v -> {
        over();
        stream.end();
      });
      stream.closeHandler(v -> over());
      if (machine.takesMore(stream.peer())) {
        fetch();
      }
    }

    void fetch() {
      if (!held) {
        reading = true;
        stream.fetch(1);
      }
    }

    private void onBytes(Buffer data) {
      if (!isCurrent()) {
        return;
      }
      reading = false;
      try {
        framer.onBytes(data);
      } catch (FormatException e) {
        cut(e.getMessage());
        return;
      }
      if (isCurrent() && machine.takesMore(stream.peer())) {
        fetch();
      }
      heldUp |= !reading;
      awaitTheRest();
    }

    private void onFrame(byte[] frame) throws FormatException {
      Rpc rpc = Rpc.read(frame, limits);
      driver.run(now -> machine.onRpc(now, stream.peer(), rpc));
    }

    /**
     * One timer at a time: when it fires, the RPC that was incomplete must be through. Time in which we did not read
     * is not the peer's.
     */
    private void awaitTheRest() {
      if (timer != NO_TIMER || !framer.isWaiting() || !isCurrent()) {
        return;
      }
      long before = framer.frameCount();
      heldUp = !reading;
      timer = vertx.setTimer(limits.getFrameTimeoutMillis(), fired -> {
        timer = NO_TIMER;
        if (framer.frameCount() == before && !heldUp) {
          cut("an rpc did not arrive within " + limits.getFrameTimeoutMillis() + " ms");
        } else {
          awaitTheRest();
        }
      });
    }

    void cut(String reason) {
      LOG.debug("the stream of {} is reset: {}", stream.peer(), reason);
      stream.reset();
      over();
    }

    private void cancelTimer() {
      if (timer != NO_TIMER) {
        vertx.cancelTimer(timer);
        timer = NO_TIMER;
      }
    }

    private void over() {
      cancelTimer();
      if (streams.remove(stream.peer(), this)) {
        driver.run(now -> machine.onInboundEnded(stream.peer()));
      }
    }

    private boolean isCurrent() {
      return streams.get(stream.peer()) == this;
    }
  }
}
