package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.Action;
import io.peerbus.gossipsub.Gossipsub;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.Rpc;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that peers opened to us, one a peer, on which we only read. A second one replaces the first, as in go.
 * We never end our half of one: go takes that for the end of us.
 *
 * <p>Reads one buffer at a time, and none while too many messages of the peer are being checked: then the stream's
 * window fills and the peer has to wait. Belongs to the verticle's context.
 */
final class InboundStreams {

  private static final Logger LOG = LoggerFactory.getLogger(InboundStreams.class);

  private final Driver<Action> driver;
  private final Gossipsub machine;
  private final GossipsubLimits limits;
  private final Map<PeerId, Stream> streams = new LinkedHashMap<>();
  private boolean closed;

  InboundStreams(Driver<Action> driver, Gossipsub machine, GossipsubLimits limits) {
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
    PeerId peer = stream.peer();
    Stream replaced = streams.put(peer, stream);
    if (replaced != null) {
      replaced.reset();
    }
    driver.run(now -> machine.onInbound(peer, stream.protocol()));
    RpcFramer framer = new RpcFramer(limits.getMaxMessageSize(), frame -> onFrame(stream, frame));
    stream.pause();
    stream.handler(data -> onBytes(stream, framer, data));
    stream.endHandler(v -> {
      over(stream);
      stream.end();
    });
    stream.closeHandler(v -> over(stream));
    stream.fetch(1);
  }

  private void onBytes(Stream stream, RpcFramer framer, Buffer data) {
    if (!isCurrent(stream)) {
      return;
    }
    try {
      framer.onBytes(data);
    } catch (FormatException e) {
      LOG.debug("{}: {}; its stream is reset", stream.peer(), e.getMessage());
      stream.reset();
      over(stream);
      return;
    }
    if (isCurrent(stream) && machine.takesMore(stream.peer())) {
      stream.fetch(1);
    }
  }

  private void onFrame(Stream stream, byte[] frame) throws FormatException {
    Rpc rpc = Rpc.read(frame, limits);
    driver.run(now -> machine.onRpc(now, stream.peer(), rpc));
  }

  /** Messages of the peer have been checked: it may go on. */
  void resume(PeerId peer) {
    Stream stream = streams.get(peer);
    if (stream != null) {
      stream.fetch(1);
    }
  }

  private void over(Stream stream) {
    if (streams.remove(stream.peer(), stream)) {
      driver.run(now -> machine.onInboundEnded(stream.peer()));
    }
  }

  private boolean isCurrent(Stream stream) {
    return streams.get(stream.peer()) == stream;
  }

  /** Resets them all. */
  void close() {
    closed = true;
    new ArrayList<>(streams.values()).forEach(Stream::reset);
  }
}
