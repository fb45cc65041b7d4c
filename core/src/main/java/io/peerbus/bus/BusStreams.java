package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.bus.StreamFrame.Kind;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one plugin: opens ours, takes those of peers, and routes frames by stream id.
 *
 * <p>Not thread safe, owned by the plugin's context, or that of one of its seats.
 */
final class BusStreams {

  private static final Logger LOG = LoggerFactory.getLogger(BusStreams.class);

  /** Routes kept. Forgetting one costs a request, keeping all of a node that meets millions of peers costs memory. */
  private static final int MAX_ROUTES = 1024;

  /** Where core keeps a connection: its number, and the address that takes frames for it. */
  record Route(long connection, String data) {}

  private static final Buffer EMPTY = Buffer.buffer(0);

  private record Opening(PeerId peer, Route route, Promise<Stream> opened) {}

  /** The lower half of a stream's id: a count, the seat that opened it, and 1 for one of a plugin's. */
  private static final int SEAT_BITS = Integer.bitCount(Addresses.MAX_SEAT);

  private final Vertx vertx;
  private final Context context;
  private final int seat;
  private final Map<Long, BusStream> streams = new HashMap<>();
  private final Unread unread = new Unread();
  private final Map<Long, Opening> openings = new HashMap<>();
  private final Map<String, BusRegistration> serving = new HashMap<>();
  private final Map<PeerId, Route> routes = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<PeerId, Route> eldest) {
      return size() > MAX_ROUTES;
    }
  };
  private long client;
  private String inbox;
  private int opened;
  private Promise<Void> drained;
  private Arrivals arrivals; // of a plugin that takes another's place, while it begins
  private StreamFrame bounce; // tells core where streams go that come too late to this plugin
  private Map<Long, StreamFrame> held; // those that come while it is not clear whose they are
  private FailureException ended; // why there are to be no more

  /** Of the plugin's own context. */
  BusStreams(Vertx vertx) {
    this(vertx, vertx.getOrCreateContext(), 0);
  }

  /** Of another context, on which all methods are to be called. */
  BusStreams(Vertx vertx, Context context, int seat) {
    this.vertx = vertx;
    this.context = context;
    this.seat = seat;
  }

  /** From now on streams are those of this client. */
  void attach(long client, String inbox) {
    this.client = client;
    this.inbox = inbox;
  }

  Route route(PeerId peer) {
    return routes.get(peer);
  }

  void remember(PeerId peer, Route route) {
    routes.put(peer, route);
  }

  void forget(PeerId peer) {
    routes.remove(peer);
  }

  /** The lease is lost, and with it every stream, route and arrival. */
  void onLost(FailureException reason) {
    failAll(reason);
    held = null; // core knows them no more
    routes.clear();
    settleArrivals();
    arrivals = null;
  }

  boolean serves(String protocol) {
    return serving.containsKey(protocol);
  }

  void serve(BusRegistration registration) {
    registration.protocols().forEach(protocol -> serving.putIfAbsent(protocol, registration));
    if (arrivals != null) {
      arrivals.takeEarly().forEach(this::openEarly);
    }
  }

  /** What the handler of one stream throws is for the context, not for who registers the protocol. */
  private void openEarly(StreamFrame open) {
    try {
      onOpen(open);
    } catch (RuntimeException | Error e) {
      vertx.runOnContext(now -> {
        throw e;
      });
    }
  }

  /** This plugin takes the place of another: streams may come before their protocol is served. */
  void beginAsSuccessor() {
    arrivals = new Arrivals();
  }

  /** The other is asked for its streams. */
  void expectArrivals() {
    if (arrivals != null) {
      arrivals.expect();
    }
  }

  /** The other has left all that it will: streams that it moved here and said nothing of are nobody's. */
  void settleArrivals() {
    if (arrivals != null) {
      arrivals.settle().forEach(this::refuse);
    }
  }

  private void refuse(StreamFrame open) {
    send(BusJson.text(open.payload().toJsonObject(), "data"), StreamFrame.reset(open.stream(), 0, ""));
  }

  /** Streams that come wait until it is said whose they are. As many as core offers, each for its 10 s at most. */
  void hold() {
    held = held == null ? new LinkedHashMap<>() : held;
  }

  /** Those that waited, and those that come from now on, are this plugin's. */
  void release() {
    if (held != null) {
      Map<Long, StreamFrame> waited = held;
      held = null;
      waited.values().forEach(this::openEarly);
    }
  }

  /** Those that waited, and those that come from now on, go to the successor. */
  void bounceTo(long successor, String itsInbox) {
    bounce = StreamFrame.move(0, successor, new JsonObject().put("from", inbox).put("inbox", itsInbox).toBuffer());
    release();
  }

  /** Goes on with a stream of the predecessor, which has left {@code rest}. */
  Future<BusStream> adopt(JsonObject rest) {
    return arrivals.await(rest.getLong("stream")).map(open -> {
      arrivals.forget(open.stream());
      JsonObject json = open.payload().toJsonObject();
      BusStream stream = new BusStream(open.stream(), link(json), open.value(), sender(BusJson.text(json, "data")),
          new Kept(null));
      streams.put(open.stream(), stream);
      stream.send(StreamFrame.accept(open.stream(), Allowance.INITIAL, EMPTY));
      stream.restore(rest);
      return stream;
    });
  }

  private static BusStream.Link link(JsonObject open) {
    return new BusStream.Link(BusJson.peer(open, "peer"), BusJson.text(open, "protocol"),
        BusJson.address(BusJson.text(open, "remoteAddress")), open.getBoolean("inbound", true));
  }

  void unserve(BusRegistration registration) {
    registration.protocols().forEach(protocol -> serving.remove(protocol, registration));
  }

  /**
   * Opens a stream on the connection that {@code route} finds, and when that has gone, once more on the one there is now.
   *
   * @param route asked with whether it is to be looked up anew
   */
  Future<Stream> open(PeerId peer, List<String> protocols, Function<Boolean, Future<Route>> route) {
    return route.apply(false)
        .compose(known -> open(peer, known, protocols))
        .recover(e -> Failure.of(e).failure() != Failure.CONNECTION_CLOSED ? Future.failedFuture(e)
            : route.apply(true).compose(found -> open(peer, found, protocols)));
  }

  private Future<Stream> open(PeerId peer, Route route, List<String> protocols) {
    if (ended != null) {
      return Future.failedFuture(ended);
    }
    long id = nextId();
    Promise<Stream> promise = Promise.promise();
    openings.put(id, new Opening(peer, route, promise));
    JsonObject request = new JsonObject()
        .put("inbox", inbox)
        .put("connection", route.connection())
        .put("protocols", BusJson.array(protocols));
    vertx.eventBus().sender(route.data(), StreamFrameCodec.OPTIONS)
        .write(StreamFrame.open(id, Allowance.INITIAL, request.toBuffer()))
        .onFailure(e -> {
          if (openings.remove(id) != null) {
            promise.fail(Failure.CONNECTION_CLOSED.because("nobody owns the connection any more: " + e.getMessage()));
          }
        });
    return promise.future();
  }

  /** After 2^24 streams the numbers come round again, and some of the first may still be open. */
  private long nextId() {
    long id;
    do {
      id = client << 32 | Integer.toUnsignedLong((opened++ << SEAT_BITS | seat) << 1 | 1);
    } while (streams.containsKey(id) || openings.containsKey(id));
    return id;
  }

  /** Every frame that core sends to this plugin. */
  void onFrame(StreamFrame frame) {
    if (frame.kind() == Kind.OPEN) {
      onOpen(frame);
      return;
    }
    Opening opening = openings.remove(frame.stream());
    if (opening != null) {
      onAnswer(frame, opening);
      return;
    }
    BusStream stream = streams.get(frame.stream());
    if (stream != null) {
      stream.onFrame(frame);
    } else if (held != null && held.remove(frame.stream()) != null) {
      return; // it has ended before it was begun
    } else if (arrivals != null) {
      arrivals.onEnd(frame.stream());
    }
    // Otherwise the stream is over on our side and core's last frames crossed ours.
  }

  private void onOpen(StreamFrame frame) {
    JsonObject json = frame.payload().toJsonObject();
    String data = BusJson.text(json, "data");
    String protocol = BusJson.text(json, "protocol");
    if (bounce != null) {
      send(data, StreamFrame.move(frame.stream(), bounce.value(), bounce.payload()));
      return;
    }
    if (ended != null) {
      refuse(frame);
      return;
    }
    if (Boolean.TRUE.equals(json.getBoolean("moved"))) {
      if (arrivals == null || !arrivals.onMoved(frame)) {
        refuse(frame);
      }
      return;
    }
    if (held != null) {
      held.put(frame.stream(), frame);
      return;
    }
    BusRegistration registration = serving.get(protocol);
    if (registration == null && arrivals != null) {
      arrivals.onEarly(frame);
      return;
    }
    if (registration == null) {
      refuse(frame);
      return;
    }
    BusStream stream = new BusStream(frame.stream(), link(json), frame.value(), sender(data),
        new Kept(registration));
    streams.put(frame.stream(), stream);
    send(data, StreamFrame.accept(frame.stream(), Allowance.INITIAL, EMPTY));
    try {
      registration.onStream(stream);
    } catch (Throwable e) {
      LOG.warn("the handler of {} failed on a stream from {}: {}", protocol, stream.peer(), e.toString());
      stream.reset();
      throw e; // the context reports it
    }
  }

  private void onAnswer(StreamFrame frame, Opening opening) {
    if (frame.kind() == Kind.RESET) {
      opening.opened().fail(Failure.of((int) frame.value()).because(frame.payload().toString()));
      return;
    }
    if (frame.kind() != Kind.ACCEPT) {
      send(opening.route().data(), StreamFrame.reset(frame.stream(), 0, ""));
      opening.opened().fail(Failure.PROTOCOL_ERROR.because("core answered OPEN with " + frame.kind()));
      return;
    }
    JsonObject json = frame.payload().toJsonObject();
    BusStream.Link link = new BusStream.Link(opening.peer(), BusJson.text(json, "protocol"),
        BusJson.address(BusJson.text(json, "remoteAddress")), false);
    BusStream stream = new BusStream(frame.stream(), link, frame.value(), sender(opening.route().data()),
        new Kept(null));
    streams.put(frame.stream(), stream);
    opening.opened().complete(stream);
  }

  /** A stream in the table, with the registration it lives by or {@code null}. */
  private final class Kept implements BusStream.Owner {
    private final BusRegistration registration;

    private Kept(BusRegistration registration) {
      this.registration = registration;
    }

    @Override
    public Future<JsonObject> leave(BusStream stream, Buffer read) {
      return atHome(() -> stream.moveTo(bounce.value(), bounce.payload(), read));
    }

    @Override
    public <T> Future<T> atHome(Supplier<Future<T>> work) {
      return seat == 0 ? work.get() : Hop.call(context, work);
    }

    @Override
    public void onFinished(BusStream stream, long bytes) {
      unread.add(stream, bytes);
    }

    @Override
    public void onGone(BusStream stream) {
      streams.remove(stream.id());
      unread.remove(stream);
      if (registration != null) {
        registration.onGone(stream);
      }
      if (streams.isEmpty() && drained != null) {
        drained.tryComplete();
      }
    }
  }

  private Consumer<StreamFrame> sender(String address) {
    return frame -> send(address, frame);
  }

  private void send(String address, StreamFrame frame) {
    vertx.eventBus().send(address, frame, StreamFrameCodec.OPTIONS);
  }

  /**
   * Lets the streams go on until they end or the drain is over; what is only being opened is given up at once.
   *
   * @return completes when there is no stream any more
   */
  Future<Void> close(Duration drain, FailureException reason) {
    ended = reason; // core may not know yet
    release(); // which are refused
    failOpenings(reason);
    if (streams.isEmpty() || drain.isZero() || drain.isNegative()) {
      failAll(reason);
      return Future.succeededFuture();
    }
    drained = Promise.promise();
    long timer = vertx.setTimer(Math.max(1, drain.toMillis()), id -> failAll(reason));
    return drained.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Ends everything, for the peer too. */
  void failAll(FailureException reason) {
    failOpenings(reason);
    for (BusStream stream : List.copyOf(streams.values())) {
      stream.abort(reason);
    }
  }

  private void failOpenings(FailureException reason) {
    Map<Long, Opening> waiting = new LinkedHashMap<>(openings);
    openings.clear();
    waiting.forEach((id, opening) -> {
      send(opening.route().data(), StreamFrame.reset(id, 0, "")); // core would open it, and nobody would end it
      opening.opened().tryFail(reason);
    });
  }
}
