package io.peerbus.ping.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.LoopRegistration;
import io.peerbus.api.Loops;
import io.peerbus.api.Opener;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ping on a host: both sides of it, for all peers. Belongs to the context it is made on. */
final class PingProtocol {

  static final String ID = "/ipfs/ping/1.0.0";

  /** Addresses remembered. Against a caller on the bus that pings the whole world. */
  private static final int MAX_REACHED = 256;

  /** How long pings of ours may take while a newer version waits for us. */
  private static final long QUIET_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(PingProtocol.class);

  private final Vertx vertx;
  private final Context home;
  private final Host host;
  private final PingOptions options;
  private final RandomGenerator random = new SecureRandom();
  private final Answers adopted;
  private final Asking.Parts parts;
  private final Promise<Void> cut = Promise.promise();
  private final Promise<Void> quiet = Promise.promise();
  private int running;
  private Loops loops;
  private LoopRegistration<Answers> answers;
  private final Map<PeerId, Asking> asking = new LinkedHashMap<>();
  private final Set<PeerId> connected = new HashSet<>();
  private final Set<PeerId> measured = new HashSet<>();
  private final Map<Multiaddr, PeerId> reached = new LinkedHashMap<>();

  PingProtocol(Vertx vertx, Host host, PingOptions options) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.host = host;
    this.options = options;
    this.adopted = new Answers(vertx, options);
    this.parts = new Asking.Parts(vertx, options, random, this::open, this::forgetIfIdle);
  }

  private Future<Stream> open(PeerId peer, boolean dial) {
    return dial ? host.open(peer, ID) : host.openConnected(peer, List.of(ID));
  }

  Future<?> start() {
    return host.loops()
        .compose(given -> {
          loops = given;
          return loops.handle(List.of(ID), () -> new Answers(vertx, options));
        })
        .compose(registered -> {
          answers = registered;
          return host.follow(this::onEvent, peer -> onConnected(peer.peer()));
        });
  }

  /** Goes on with the streams on which peers ping us. */
  void adopt(List<Stream> left) {
    left.forEach(adopted::adopt);
  }

  /**
   * Leaves the streams on which peers ping us to a newer version, which begins its own pings anew. Each ping of ours
   * that is under way gets its time, up to a limit; series end early.
   */
  Future<Handover> handOver() {
    if (answers == null) {
      return Future.succeededFuture(Handover.nothing()); // it is only starting
    }
    cut.tryComplete();
    onRan();
    return Future.any(quiet.future(), vertx.timer(QUIET_MILLIS, TimeUnit.MILLISECONDS))
        .compose(done -> answers.each(Answers::leave))
        .map(all -> {
          stop();
          Handover handover = Handover.of(Buffer.buffer());
          all.forEach(each -> leave(each, handover));
          leave(adopted.leave(), handover);
          return handover;
        });
  }

  private static void leave(List<Answering.Left> streams, Handover handover) {
    streams.forEach(each -> handover.with(each.stream(), each.partial()));
  }

  private void onRan() {
    if (running == 0 && cut.future().isComplete()) {
      quiet.tryComplete();
    }
  }

  void stop() {
    cut.tryComplete();
    asking.values().forEach(Asking::close);
    asking.clear();
  }

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject request) {
    String op = String.valueOf(request.getValue("op"));
    return switch (op) {
      case "ping" -> {
        PingSeries series = PingSeries.of(request, options);
        Future<PeerId> reached = reach(request);
        running++;
        yield reached.compose(peer -> run(peer, series))
            .onComplete(done -> {
              running--;
              onRan();
            });
      }
      case "rtts" -> Future.succeededFuture(rtts());
      default -> throw Failure.BAD_REQUEST.because("ping knows the ops \"ping\" and \"rtts\", not \"" + op + "\"");
    };
  }

  /** On the loop of the connection, where there is one: a round trip has no hops between loops in it then. */
  private Future<JsonObject> run(PeerId peer, PingSeries series) {
    // One stream of series to a peer, since js takes two at the most, and of rust only the last one is answered; a second
    // series at the same time has the stream of the keep-alive.
    boolean first = measured.add(peer);
    Asking ours = asking.get(peer);
    boolean onLoop = first && connected.contains(peer) && (ours == null || ours.rest());
    Future<JsonObject> result = onLoop ? loops.at(peer, opener -> measure(opener, peer, series))
        : series.run(vertx, () -> asking(peer).ping(series.timeout()), cut.future());
    if (first) {
      result.onComplete(done -> onMeasured(peer, done.result()));
    }
    return result.map(told -> told.put("peer", peer.toString())).onComplete(done -> forgetIfIdle(peer));
  }

  /** Not on the plugin's context, which is told of each answer, but not while pings follow each other at once. */
  private Future<JsonObject> measure(Opener opener, PeerId peer, PingSeries series) {
    Asking own = new Asking(new Asking.Parts(vertx, options, random, (to, dial) -> opener.open(to, ID), idle -> { }),
        peer);
    Supplier<Future<Long>> ping = () -> own.ping(series.timeout());
    Supplier<Future<Long>> told = () -> ping.get().onSuccess(nanos -> home.runOnContext(now -> note(peer, nanos)));
    return series.run(vertx, series.interval() == 0 ? ping : told, cut.future()).onComplete(done -> own.close());
  }

  private void onMeasured(PeerId peer, JsonObject resultOrNull) {
    measured.remove(peer);
    JsonArray micros = resultOrNull == null ? new JsonArray() : resultOrNull.getJsonArray("rttMicros");
    if (!micros.isEmpty()) {
      note(peer, 1_000 * micros.getLong(micros.size() - 1));
    }
    if (connected.contains(peer)) {
      keepAlive(peer);
    }
  }

  /** Not while somebody else pings it, nor when a newer version does. */
  private void keepAlive(PeerId peer) {
    if (options.getInterval() > 0 && !cut.future().isComplete() && !measured.contains(peer)) {
      asking(peer).keepAlive();
    }
  }

  private void note(PeerId peer, long nanos) {
    if (connected.contains(peer)) {
      asking(peer).setLastNanos(nanos);
    }
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
    keepAlive(peer);
  }

  /** How many peers are remembered. */
  int known() {
    return asking.size();
  }

  private Asking asking(PeerId peer) {
    return asking.computeIfAbsent(peer, id -> new Asking(parts, id));
  }

  /** What we know of a peer goes with its connection, once nobody waits for an answer. */
  private void forgetIfIdle(PeerId peer) {
    Asking one = asking.get(peer);
    if (one != null && !connected.contains(peer) && one.isIdle()) {
      asking.remove(peer);
      one.close();
    }
  }
}
