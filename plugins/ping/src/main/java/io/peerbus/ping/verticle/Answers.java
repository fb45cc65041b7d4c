package io.peerbus.ping.verticle;

import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams on which peers ping us, of the connections on one event loop. Belongs to that. */
final class Answers implements Handler<Stream> {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final Vertx vertx;
  private final PingOptions options;
  private final Map<PeerId, Integer> inbound = new HashMap<>();
  private final Set<Answering> answering = new LinkedHashSet<>();

  Answers(Vertx vertx, PingOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  @Override
  public void handle(Stream stream) {
    PeerId peer = stream.peer();
    if (inbound.getOrDefault(peer, 0) >= options.getMaxInboundPerPeer()) {
      LOG.debug("ping: {} has {} ping streams open, one more is refused", peer, options.getMaxInboundPerPeer());
      stream.reset();
      return;
    }
    adopt(stream);
  }

  /** One that a version before this has answered so far. */
  void adopt(Stream stream) {
    PeerId peer = stream.peer();
    inbound.merge(peer, 1, Integer::sum);
    Answering one = new Answering(vertx, stream, options);
    answering.add(one);
    one.begin(() -> {
      inbound.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
      answering.remove(one);
    });
  }

  /** All stop here, for a newer version. */
  List<Answering.Left> leave() {
    return answering.stream().map(Answering::leave).toList();
  }
}
