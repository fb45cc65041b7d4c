package io.peerbus.ping.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ping on a host: both sides of it, for all peers. Belongs to the context it is made on. */
final class PingProtocol {

  static final String ID = "/ipfs/ping/1.0.0";

  /** Addresses remembered. Against a caller on the bus that pings the whole world. */
  private static final int MAX_REACHED = 256;

  private static final Logger LOG = LoggerFactory.getLogger(PingProtocol.class);

  final Vertx vertx;
  final Host host;
  final PingOptions options;
  final RandomGenerator random = new SecureRandom();
  private final Map<PeerId, Integer> inbound = new HashMap<>();
  private final Map<PeerId, Asking> asking = new LinkedHashMap<>();
  private final Set<PeerId> connected = new HashSet<>();
  private final Map<Multiaddr, PeerId> reached = new LinkedHashMap<>();

  PingProtocol(Vertx vertx, Host host, PingOptions options) {
    this.vertx = vertx;
    this.host = host;
    this.options = options;
  }

  Future<?> start() {
    return host.handle(ID, this::onStream)
        .compose(registered -> host.follow(this::onEvent, peer -> onConnected(peer.peer())));
  }

  void stop() {
    asking.values().forEach(Asking::close);
    asking.clear();
  }

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject request) {
    String op = String.valueOf(request.getValue("op"));
    return switch (op) {
      case "ping" -> {
        PingSeries series = PingSeries.of(request, options);
        yield reach(request).compose(peer -> series.run(vertx, () -> asking(peer).ping(series.timeout()))
            .map(result -> result.put("peer", peer.toString()))
            .onComplete(done -> forgetIfIdle(peer)));
      }
      case "rtts" -> Future.succeededFuture(rtts());
      default -> throw Failure.BAD_REQUEST.because("ping knows the ops \"ping\" and \"rtts\", not \"" + op + "\"");
    };
  }

  private Future<PeerId> reach(JsonObject request) {
    try {
      if (request.getValue("address") instanceof String address) {
        return reach(Multiaddr.parse(address));
      }
      if (request.getValue("peer") instanceof String peer) {
        return Future.succeededFuture(PeerId.parse(peer));
      }
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because(e.getMessage());
    }
    throw Failure.BAD_REQUEST.because("ping whom? \"peer\" or \"address\" is missing");
  }

  /** An address without an id says nothing of who is there: it is remembered, or each ping would dial anew. */
  private Future<PeerId> reach(Multiaddr address) {
    PeerId known = reached.get(address);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return host.connect(address).onSuccess(peer -> {
      if (reached.size() < MAX_REACHED && connected.contains(peer)) {
        reached.put(address, peer);
      }
    });
  }

  private JsonObject rtts() {
    JsonObject rtts = new JsonObject();
    asking.forEach((peer, one) -> {
      if (connected.contains(peer) && one.lastNanos() >= 0) {
        rtts.put(peer.toString(), one.lastNanos() / 1_000);
      }
    });
    return rtts;
  }

  private void onStream(Stream stream) {
    PeerId peer = stream.peer();
    if (inbound.getOrDefault(peer, 0) >= options.getMaxInboundPerPeer()) {
      LOG.debug("ping: {} has {} ping streams open, one more is refused", peer, options.getMaxInboundPerPeer());
      stream.reset();
      return;
    }
    inbound.merge(peer, 1, Integer::sum);
    new Answering(vertx, stream, options,
        () -> inbound.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1));
  }

  private void onEvent(HostEvent event) {
    if (event instanceof HostEvent.Connected up) {
      onConnected(up.peer());
    } else if (event instanceof HostEvent.Disconnected down) {
      connected.remove(down.peer());
      reached.values().removeIf(down.peer()::equals);
      Asking one = asking.get(down.peer());
      if (one != null) {
        one.stopKeepAlive();
        forgetIfIdle(down.peer());
      }
    }
  }

  private void onConnected(PeerId peer) {
    connected.add(peer);
    if (options.getInterval() > 0) {
      asking(peer).keepAlive();
    }
  }

  /** How many peers are remembered. */
  int known() {
    return asking.size();
  }

  private Asking asking(PeerId peer) {
    return asking.computeIfAbsent(peer, id -> new Asking(this, id));
  }

  /** What we know of a peer goes with its connection, once nobody waits for an answer. */
  void forgetIfIdle(PeerId peer) {
    Asking one = asking.get(peer);
    if (one != null && !connected.contains(peer) && one.isIdle()) {
      asking.remove(peer);
      one.close();
    }
  }
}
