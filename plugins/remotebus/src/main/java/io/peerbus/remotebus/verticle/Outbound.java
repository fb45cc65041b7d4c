package io.peerbus.remotebus.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.AllowList;
import io.peerbus.remotebus.Asking;
import io.peerbus.remotebus.RemoteBusOptions;
import io.peerbus.remotebus.pb.RemoteBusProto.Response;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** What we send to the buses of peers: the plugin's JSON interface. Belongs to the context of the verticle. */
final class Outbound {

  private static final int DEFAULT_TIMEOUT_MILLIS = 5_000;

  private final Vertx vertx;
  private final Host host;
  private final RemoteBusOptions options;
  private final Map<PeerId, Integer> underWay = new HashMap<>();

  Outbound(Vertx vertx, Host host, RemoteBusOptions options) {
    this.vertx = vertx;
    this.host = host;
    this.options = options;
  }

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject asked) {
    String op = String.valueOf(asked.getValue("op"));
    if (!op.equals("send") && !op.equals("request")) {
      throw Failure.BAD_REQUEST.because("remotebus knows the ops \"send\" and \"request\", not \"" + op + "\"");
    }
    PeerId peer = peer(asked);
    Asking.Message message = new Asking.Message(address(asked),
        asked.getValue("body") == null ? new byte[0] : Json.encodeToBuffer(asked.getValue("body")).getBytes(),
        timeout(asked), op.equals("request"));
    if (underWay.getOrDefault(peer, 0) >= options.maxOutboundPerPeer()) {
      throw Failure.LIMIT_REACHED.because(options.maxOutboundPerPeer() + " messages to " + peer
          + " are under way (maxOutboundPerPeer)");
    }
    underWay.merge(peer, 1, Integer::sum);
    return new Asked(peer, message).ask()
        .onComplete(done -> underWay.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1))
        .map(response -> json(response, message));
  }

  private final class Asked {
    private final PeerId peer;
    private final Asking machine;
    private final Driver<Asking.Action> driver;
    private final Promise<Response> answer = Promise.promise();
    private Stream stream;

    Asked(PeerId peer, Asking.Message message) {
      this.peer = peer;
      this.machine = new Asking(options, message, Driver.now());
      this.driver = new Driver<>(vertx, machine, this::act);
    }

    Future<Response> ask() {
      driver.run(now -> { }); // arms the deadline, which the opening of the stream is under too
      if (!machine.isOver()) {
        host.open(peer, Inbound.ID).onComplete(this::onOpened, this::onLost);
      }
      return answer.future();
    }

    private void onOpened(Stream opened) {
      if (machine.isOver()) {
        opened.reset();
        return;
      }
      stream = opened;
      opened.resetHandler(this::onLost);
      opened.endHandler(ended -> driver.run(now -> machine.onEnd()));
      opened.handler(bytes -> driver.run(now -> machine.onBytes(bytes.getBytes())));
      driver.run(now -> machine.onOpened());
    }

    /** No stream, or no longer one. */
    private void onLost(Throwable error) {
      FailureException failure = Failure.of(error);
      String hint = failure.failure() == Failure.RESET_BY_PEER
          ? "; it resets what is more than it serves at one time (its maxInboundPerPeer)" : "";
      driver.close();
      answer.tryFail(failure.failure().because("remotebus, " + peer + ": " + failure.getMessage() + hint));
    }

    private void act(Asking.Action action) {
      if (action instanceof Asking.Action.Say say) {
        stream.write(Buffer.buffer(say.bytes()));
        stream.end();
      } else if (action instanceof Asking.Action.Done done) {
        answer.tryComplete(done.response());
        stream.reset(); // all is said; a peer that does not end its direction would leave us with the stream
      } else if (action instanceof Asking.Action.Failed failed) {
        answer.tryFail(failure(failed.reason()).because("remotebus, " + peer + ": " + failed.message()));
        if (stream != null) {
          stream.reset();
        }
      }
    }
  }

  private static Failure failure(Asking.Reason reason) {
    return switch (reason) {
      case TIMED_OUT -> Failure.TIMED_OUT;
      case TOO_LONG -> Failure.LIMIT_REACHED;
      case PROTOCOL_ERROR -> Failure.PROTOCOL_ERROR;
    };
  }

  private static JsonObject json(Response response, Asking.Message asked) {
    Failure failure = switch (response.getStatus()) {
      case OK -> null;
      case BAD_REQUEST -> Failure.BAD_REQUEST;
      case FORBIDDEN -> Failure.FORBIDDEN;
      case NO_HANDLERS -> Failure.UNAVAILABLE;
      case TIMED_OUT -> Failure.TIMED_OUT;
      case LIMIT_REACHED -> Failure.LIMIT_REACHED;
      case HANDLER_FAILED -> Failure.of(response.getFailureCode());
      case UNRECOGNIZED -> Failure.PROTOCOL_ERROR;
    };
    if (failure != null) {
      String code = response.getFailureCode() == 0 ? "" : ", code " + response.getFailureCode();
      throw failure.because("\"" + asked.address() + "\": " + response.getMessage() + code);
    }
    if (!asked.reply()) {
      return new JsonObject();
    }
    try {
      return new JsonObject().put("body", response.getBody().isEmpty() ? null
          : Json.decodeValue(Buffer.buffer(response.getBody().toByteArray())));
    } catch (DecodeException e) {
      throw Failure.PROTOCOL_ERROR.because("\"" + asked.address() + "\": the peer's reply is no JSON value");
    }
  }

  private static PeerId peer(JsonObject asked) {
    try {
      return PeerId.parse(String.valueOf(asked.getValue("peer")));
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("peer: " + e.getMessage());
    }
  }

  private static String address(JsonObject asked) {
    if (asked.getValue("address") instanceof String address && !address.isEmpty()
        && address.length() <= AllowList.MAX_ADDRESS) {
      return address;
    }
    throw Failure.BAD_REQUEST.because("address: a text of 1 to " + AllowList.MAX_ADDRESS + " characters is wanted");
  }

  private int timeout(JsonObject asked) {
    Object timeout = asked.getValue("timeoutMillis", Math.min(DEFAULT_TIMEOUT_MILLIS, options.maxTimeoutMillis()));
    if (timeout instanceof Integer millis && millis >= 1 && millis <= options.maxTimeoutMillis()) {
      return millis;
    }
    throw Failure.BAD_REQUEST.because(
        "timeoutMillis: 1 to " + options.maxTimeoutMillis() + " (maxTimeoutMillis) is wanted, not " + timeout);
  }
}
