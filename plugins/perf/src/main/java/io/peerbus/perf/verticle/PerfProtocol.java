package io.peerbus.perf.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.perf.PerfOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Perf on a host: both sides of it, for all peers. Belongs to the context it is made on. */
final class PerfProtocol {

  static final String ID = "/perf/1.0.0";

  private static final Logger LOG = LoggerFactory.getLogger(PerfProtocol.class);
  private static final long MAX_COUNT = 1_000_000;
  private static final long MAX_IN_FLIGHT = 4_096;

  private final Vertx vertx;
  private final Host host;
  private final PerfOptions options;
  private final String events;
  private final Map<PeerId, Integer> inbound = new HashMap<>();

  /** @param events where progress is published */
  PerfProtocol(Vertx vertx, Host host, PerfOptions options, String events) {
    this.vertx = vertx;
    this.host = host;
    this.options = options;
    this.events = events;
  }

  Future<?> start() {
    return host.handle(ID, this::onStream);
  }

  private void onStream(Stream stream) {
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

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject request) {
    String op = String.valueOf(request.getValue("op"));
    return switch (op) {
      case "run" -> {
        long upload = number(request, "uploadBytes", 0, options.getMaxBytes(), 0);
        long download = number(request, "downloadBytes", 0, options.getMaxBytes(), 0);
        yield reach(request).compose(peer -> run(peer, upload, download));
      }
      case "streams" -> {
        int count = (int) number(request, "count", 1, MAX_COUNT, 1_000);
        int inFlight = (int) number(request, "inFlight", 1, MAX_IN_FLIGHT, 100);
        yield reach(request).compose(peer -> streams(peer, count, inFlight));
      }
      default -> throw Failure.BAD_REQUEST.because("perf knows the ops \"run\" and \"streams\", not \"" + op + "\"");
    };
  }

  private Future<JsonObject> run(PeerId peer, long upload, long download) {
    Asking.Load load = new Asking.Load(options, upload, download, at -> vertx.eventBus().publish(events,
        new JsonObject().put("event", "progress").put("peer", peer.toString()).put("micros", at.nanos() / 1_000)
            .put("uploadedBytes", at.uploaded()).put("downloadedBytes", at.downloaded())));
    return Asking.run(vertx, host, peer, load).map(done -> new JsonObject().put("peer", peer.toString())
        .put("uploadBytes", upload).put("downloadBytes", download)
        .put("uploadMicros", done.uploadNanos() / 1_000).put("downloadMicros", done.downloadNanos() / 1_000));
  }

  private Future<JsonObject> streams(PeerId peer, int count, int inFlight) {
    long began = Driver.now();
    int[] left = {count};
    List<Future<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < Math.min(inFlight, count); lane++) {
      Promise<Void> lastOne = Promise.promise();
      next(peer, left, lastOne);
      lanes.add(lastOne.future());
    }
    return Future.all(lanes).map(done -> new JsonObject().put("peer", peer.toString()).put("count", count)
        .put("micros", (Driver.now() - began) / 1_000)).onFailure(failed -> left[0] = 0);
  }

  /**
   * One stream after the other while there are some left. Each begins when the one before it is told of: futures that
   * wait for one another, ten thousand deep, would overflow the stack as the last completes.
   */
  private void next(PeerId peer, int[] left, Promise<Void> lastOne) {
    if (left[0] == 0) {
      lastOne.complete();
      return;
    }
    left[0]--;
    Asking.run(vertx, host, peer, new Asking.Load(options, 0, 1, at -> { }))
        .onComplete(done -> next(peer, left, lastOne), lastOne::fail);
  }

  private Future<PeerId> reach(JsonObject request) {
    try {
      if (request.getValue("address") instanceof String address) {
        return host.connect(Multiaddr.parse(address));
      }
      if (request.getValue("peer") instanceof String peer) {
        return Future.succeededFuture(PeerId.parse(peer));
      }
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because(e.getMessage());
    }
    throw Failure.BAD_REQUEST.because("measure with whom? \"peer\" or \"address\" is missing");
  }

  private static long number(JsonObject request, String name, long least, long most, long otherwise) {
    Object value = request.getValue(name, otherwise);
    // In one JVM a number arrives as its sender made it, int or long.
    if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most) {
      return ((Number) value).longValue();
    }
    throw Failure.BAD_REQUEST.because(name + ": " + value + " is no number from " + least + " to " + most);
  }
}
