package io.peerbus.perf.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.Loops;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.perf.PerfOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Perf on a host: both sides of it, for all peers. Belongs to the context it is made on. */
final class PerfProtocol {

  static final String ID = "/perf/1.0.0";

  private static final long MAX_COUNT = 1_000_000;
  private static final long MAX_IN_FLIGHT = 4_096;

  private final Vertx vertx;
  private final Host host;
  private final PerfOptions options;
  private final String events;
  private Loops loops;

  /** @param events where progress is published */
  PerfProtocol(Vertx vertx, Host host, PerfOptions options, String events) {
    this.vertx = vertx;
    this.host = host;
    this.options = options;
    this.events = events;
  }

  Future<?> start() {
    return host.loops().compose(given -> {
      loops = given;
      return loops.handle(List.of(ID), () -> new Answers(vertx, options));
    });
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
        yield reach(request)
            .compose(peer -> loops.at(peer, opener -> new Lanes(vertx, opener, peer, options).run(count, inFlight)));
      }
      default -> throw Failure.BAD_REQUEST.because("perf knows the ops \"run\" and \"streams\", not \"" + op + "\"");
    };
  }

  private Future<JsonObject> run(PeerId peer, long upload, long download) {
    Asking.Load load = new Asking.Load(options, upload, download, at -> vertx.eventBus().publish(events,
        new JsonObject().put("event", "progress").put("peer", peer.toString()).put("micros", at.nanos() / 1_000)
            .put("uploadedBytes", at.uploaded()).put("downloadedBytes", at.downloaded())));
    return loops.at(peer, opener -> Asking.run(vertx, opener, peer, load)).map(done -> new JsonObject()
        .put("peer", peer.toString()).put("uploadBytes", upload).put("downloadBytes", download)
        .put("uploadMicros", done.uploadNanos() / 1_000).put("downloadMicros", done.downloadNanos() / 1_000));
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
