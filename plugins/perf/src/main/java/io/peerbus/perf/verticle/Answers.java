package io.peerbus.perf.verticle;

import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.peerbus.perf.PerfOptions;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams on which peers measure, of the connections on one event loop. Belongs to that. */
final class Answers implements Handler<Stream> {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final Vertx vertx;
  private final PerfOptions options;
  private final Map<PeerId, Integer> inbound = new HashMap<>();

  Answers(Vertx vertx, PerfOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  @Override
  public void handle(Stream stream) {
    PeerId peer = stream.peer();
    if (inbound.getOrDefault(peer, 0) >= options.getMaxInboundPerPeer()) {
      LOG.debug("perf: {} has {} streams open, one more is refused", peer, options.getMaxInboundPerPeer());
      stream.reset();
      return;
    }
    inbound.merge(peer, 1, Integer::sum);
    new Answering(vertx, stream, options).begin(
        () -> inbound.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1));
  }
}
