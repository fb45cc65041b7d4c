package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The streams of one foreign plugin: those that it has, those it was offered, those it opens. Not thread safe, owned by
 * its session.
 */
final class Streams {

  /** As core gives a plugin in Java. */
  private static final long ACCEPT_MILLIS = 10_000;
  private static final long MAX_RESET = (1L << 32) - 1;
  private static final long MAX_CREDIT = 1L << 32;

  private record Offer(Stream stream, long timer) {}

  private final BridgeVerticle bridge;
  private final Session session;
  private final BooleanSupplier isWritable;
  private final Map<Long, ForeignStream> streams = new LinkedHashMap<>();
  private final Map<Long, Offer> offers = new LinkedHashMap<>();
  /** Whether the plugin still wants each. One that it took back counts until it is over, or it could ask for more. */
  private final Map<Long, Boolean> openings = new LinkedHashMap<>();
  private int most;
  private long offered;
  private long inFlight;

  Streams(BridgeVerticle bridge, Session session, BooleanSupplier isWritable) {
    this.bridge = bridge;
    this.session = session;
    this.isWritable = isWritable;
  }

  void setMost(int streams) {
    most = streams;
  }

  /** A frame of the plugin; fails when it is none. For a stream that is over it is ignored: the two crossed. */
  void onFrame(Host host, JsonObject frame) {
    long id = Fields.number(frame, "stream", 1, Fields.MAX_NUMBER);
    ForeignStream stream = streams.get(id);
    switch (Fields.text(frame, "kind")) {
      case "open" -> onOpen(host, id, frame);
      case "accept" -> onAccept(id, credit(frame, 0));
      case "data" -> {
        Buffer payload = Fields.bytes(frame, "payload", ForeignStream.MAX_PAYLOAD);
        if (stream != null) {
          stream.onData(payload);
        }
      }
      case "credit" -> {
        long value = credit(frame, 1);
        if (stream != null) {
          stream.onCredit(value);
        }
      }
      case "end" -> {
        if (stream != null) {
          stream.onEnd();
        }
      }
      case "reset" -> onReset(id, stream, Fields.number(frame, "value", 0, MAX_RESET));
      default -> throw Failure.BAD_REQUEST.because(
          "kind: open, accept, data, credit, end, reset or answer is wanted, not " + frame.getString("kind"));
    }
  }

  private static long credit(JsonObject frame, long least) {
    return Fields.number(frame, "value", least, MAX_CREDIT);
  }

  private void onOpen(Host host, long id, JsonObject frame) {
    long credit = credit(frame, 0);
    PeerId peer = Fields.peer(frame, "peer");
    List<String> protocols = Fields.protocols(frame);
    if (id % 2 == 0 || streams.containsKey(id) || openings.containsKey(id)) {
      throw Failure.BAD_REQUEST.because(
          "stream: " + id + (id % 2 == 0 ? " is even, a plugin's are odd" : " is not over"));
    }
    if (streams.size() + offers.size() + openings.size() >= most) {
      refuse(id, Failure.LIMIT_REACHED.because("the plugin has " + most + " streams (budget.streams)"));
      return;
    }
    openings.put(id, true);
    boolean dial = !Boolean.FALSE.equals(frame.getValue("dial"));
    Future<Stream> opening = dial ? host.open(peer, protocols) : host.openConnected(peer, protocols);
    opening.onComplete(stream -> {
      if (!openings.remove(id)) {
        stream.reset();
        return;
      }
      session.send(new JsonObject().put("kind", "accept").put("stream", id).put("value", ForeignStream.WINDOW)
          .put("protocol", stream.protocol()).put("remoteAddress", stream.remoteAddress().toString()));
      add(id, stream, credit);
    }, error -> {
      if (openings.remove(id)) {
        refuse(id, Failure.of(error));
      }
    });
  }

  private void refuse(long id, FailureException failure) {
    session.send(new JsonObject().put("kind", "reset").put("stream", id).put("value", failure.failure().code())
        .put("message", failure.getMessage()));
  }

  /** A peer opened a stream for one of the plugin's protocols. */
  void offer(Stream stream) {
    offered += 2;
    long id = offered;
    stream.pause();
    long timer = bridge.vertx().setTimer(ACCEPT_MILLIS, late -> {
      offers.remove(id);
      stream.reset();
      refuse(id, Failure.TIMED_OUT.because("not accepted within " + ACCEPT_MILLIS + " ms"));
    });
    offers.put(id, new Offer(stream, timer));
    stream.resetHandler(failure -> {
      if (forget(id)) {
        refuse(id, failure);
      }
    });
    session.send(new JsonObject().put("kind", "open").put("stream", id).put("value", ForeignStream.WINDOW)
        .put("peer", stream.peer().toString()).put("protocol", stream.protocol())
        .put("remoteAddress", stream.remoteAddress().toString()).put("inbound", true));
  }

  private boolean forget(long id) {
    Offer offer = offers.remove(id);
    return offer != null && bridge.vertx().cancelTimer(offer.timer());
  }

  private void onAccept(long id, long credit) {
    Offer offer = offers.get(id);
    if (forget(id)) {
      add(id, offer.stream(), credit);
    }
  }

  private void add(long id, Stream stream, long credit) {
    ForeignStream added = new ForeignStream(id, session, stream);
    streams.put(id, added);
    added.begin(credit);
  }

  private void onReset(long id, ForeignStream stream, long code) {
    Offer offer = offers.get(id);
    if (stream != null) {
      stream.onReset(code);
    } else if (forget(id)) {
      offer.stream().resetHandler(null);
      offer.stream().reset(code);
    } else {
      openings.replace(id, false);
    }
  }

  /** Whether there is room for more bytes on their way to the plugin. */
  boolean mayRead() {
    return inFlight < bridge.settings().limits().bytesInFlight() && isWritable.getAsBoolean();
  }

  void onRead(long cost) {
    inFlight += cost;
  }

  void onReturned(long cost) {
    boolean wasFull = inFlight >= bridge.settings().limits().bytesInFlight();
    inFlight -= cost;
    if (wasFull) {
      pump();
    }
  }

  /** Lets all streams read on that may. */
  void pump() {
    if (mayRead()) {
      List.copyOf(streams.values()).forEach(ForeignStream::pump);
    }
  }

  void onGone(long id, ForeignStream stream) {
    if (streams.remove(id, stream)) {
      onReturned(stream.unreturned());
    }
  }

  /** The host resets the streams. */
  void close() {
    List.copyOf(offers.keySet()).forEach(this::forget);
    openings.replaceAll((id, wanted) -> false);
  }
}
