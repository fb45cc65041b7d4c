package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.Allowance;
import io.peerbus.bus.BusJson;
import io.peerbus.bus.Consumers;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrame.Kind;
import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.host.CoreConnection.Opening;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's end of the data plane: takes the frames of plugins for the streams of its connections, and sends theirs.
 * Owned by the shard's event loop.
 */
final class DataEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(DataEndpoint.class);

  /** How long a plugin may take to accept a stream, in nanoseconds. */
  private static final long ACCEPT_TIMEOUT = 10_000_000_000L;

  private static final int MAX_PROTOCOLS = 64;

  /** A stream that its plugin has not accepted yet, and since when, in nanoseconds. */
  private record Offer(CoreStream stream, long since) {}

  /** A stream that its plugin waits for, and how to give it up with a code for the peer. */
  private record Awaited(Opening opening, LongConsumer cancel) {
    boolean isOf(Client client) {
      return client.hasInbox(opening.client().inbox());
    }
  }

  private final Vertx vertx;
  private final String address;
  private final long prefix;
  private final HostState state;
  private final Account strangers = new Account("that is not attached", Budget.DEFAULT);
  private final LongFunction<CoreConnection> connections;
  private final MessageConsumer<StreamFrame> consumer;
  private final Complaints unanswered = new Complaints(LOG::warn);
  private final Complaints unaccepted = new Complaints(LOG::warn);
  private final Figures figures = new Figures();
  private final Map<Long, CoreStream> streams = new HashMap<>();
  private final Map<Long, Awaited> awaited = new HashMap<>();
  private final Map<Long, Offer> offered = new LinkedHashMap<>(); // the eldest first
  private final long timer;
  private int opened;

  DataEndpoint(Vertx vertx, HostState state, int shard, LongFunction<CoreConnection> connections) {
    this.vertx = vertx;
    this.address = state.addresses().data(shard);
    this.prefix = (long) shard << 32;
    this.state = state;
    this.connections = connections;
    this.consumer = Consumers.of(vertx, address, message -> onFrame(message.body()));
    this.timer = vertx.setPeriodic(1_000, id -> everySecond(System.nanoTime()));
  }

  Future<Void> ready() {
    return consumer.completion();
  }

  String address() {
    return address;
  }

  /** What this event loop has to do. */
  Figures figures() {
    return figures;
  }

  Scopes scopes() {
    return state.scopes();
  }

  /** Who serves a protocol on connections of this shard, or {@code null}. */
  Client server(String protocol) {
    return state.protocols().client(protocol, address);
  }

  long nextId() {
    long id;
    do { // after 2^31 streams the numbers come round again, and some of the first may still be open
      id = prefix | Integer.toUnsignedLong(2 * ++opened);
    } while (streams.containsKey(id));
    return id;
  }

  /** A stream that a plugin asked for is on its way; {@code cancel} gives it up with a code for the peer. */
  void opening(Opening opening, LongConsumer cancel) {
    awaited.put(opening.id(), new Awaited(opening, cancel));
  }

  /** A stream that a plugin asked for will not be. */
  void refuse(Opening opening, Failure failure, String message) {
    awaited.remove(opening.id());
    opening.holding().close();
    send(opening.client(), StreamFrame.reset(opening.id(), failure.code(), message));
  }

  /** A stream that a plugin asked for is open. */
  void opened(CoreStream stream, JsonObject reply) {
    awaited.remove(stream.id());
    streams.put(stream.id(), stream);
    sendFirst(stream, StreamFrame.accept(stream.id(), Allowance.INITIAL, reply.toBuffer()));
  }

  /** A stream of a peer goes to the plugin that serves its protocol. */
  void offer(CoreStream stream) {
    streams.put(stream.id(), stream);
    offer(stream, stream.lower().describe());
  }

  private void offer(CoreStream stream, JsonObject request) {
    offered.remove(stream.id()); // so that the eldest stays first
    offered.put(stream.id(), new Offer(stream, System.nanoTime()));
    sendFirst(stream, StreamFrame.open(stream.id(), Allowance.INITIAL, request.toBuffer()));
  }

  /** A stream whose plugin has gone in the meantime would otherwise stay open with nobody to end it. */
  private void sendFirst(CoreStream stream, StreamFrame frame) {
    vertx.eventBus().sender(stream.client().inbox(), StreamFrameCodec.OPTIONS).write(frame).onFailure(e -> {
      unanswered.add("plugin " + stream.client().plugin() + " does not answer: " + e.getMessage());
      drop(stream);
    });
  }

  private void everySecond(long now) {
    dropUnaccepted(now);
    tellComplaints();
  }

  private void tellComplaints() {
    unanswered.tell();
    unaccepted.tell();
  }

  /** The plugin is told, for it may still keep the offer: a stream that moved to it, and of which it was not told. */
  private void dropUnaccepted(long now) {
    while (!offered.isEmpty()) {
      Offer eldest = offered.values().iterator().next();
      if (now - eldest.since() <= ACCEPT_TIMEOUT) {
        return;
      }
      CoreStream late = eldest.stream();
      unaccepted.add("plugin " + late.client().plugin() + " did not accept a stream in time");
      send(late.client(), StreamFrame.reset(late.id(), Failure.TIMED_OUT.code(), "it was not accepted in time"));
      drop(late);
    }
  }

  /** Answers whether it was known. */
  private boolean forget(CoreStream stream) {
    offered.remove(stream.id());
    stream.holding().close();
    return streams.remove(stream.id()) != null;
  }

  /** A stream that would lift its plugin's bytes beyond the budget is cut: it is what does not get on. */
  void keepToBudget(CoreStream stream) {
    if (stream.holding().isExceeded()) {
      FailureException refusal = stream.holding().refusal();
      stream.lower().reset(CoreConnection.RESOURCE_LIMIT_EXCEEDED);
      end(stream, refusal.failure(), refusal.getMessage());
    }
  }

  private void drop(CoreStream stream) {
    if (forget(stream)) {
      stream.lower().reset(0);
    }
  }

  private void onFrame(StreamFrame frame) {
    if (frame.kind() == Kind.OPEN) {
      onOpen(frame);
      return;
    }
    if (frame.kind() == Kind.RESET) {
      onReset(frame.stream(), frame.value());
      return;
    }
    CoreStream stream = streams.get(frame.stream());
    if (frame.kind() == Kind.MOVE) {
      onMove(stream, frame);
      return;
    }
    if (stream == null) {
      return; // over on our side; the plugin's last frames crossed ours
    }
    String breach = frame.kind() == Kind.ACCEPT ? accept(stream, frame.value())
        : stream.isAccepted() ? stream.onFrame(frame) : frame.kind() + " before ACCEPT";
    if (breach != null) {
      breach(stream, breach);
    } else if (stream.isOver()) {
      forget(stream);
    } else {
      keepToBudget(stream);
    }
  }

  private void onMove(CoreStream stream, StreamFrame frame) {
    String from;
    String inbox;
    try {
      JsonObject json = frame.payload().toJsonObject();
      from = BusJson.text(json, "from");
      inbox = BusJson.text(json, "inbox");
    } catch (DecodeException | FailureException e) {
      LOG.error("MOVE that cannot be answered: {}", e.getMessage()); // the plugin that sent it waits in vain
      return;
    }
    if (stream == null || stream.isLeft() || !stream.client().inbox().equals(from)) {
      String over = "the stream is over, or another plugin's";
      send(from, StreamFrame.reset(frame.stream(), Failure.CANCELLED.code(), over));
    } else {
      Client old = stream.client();
      move(stream, new Client(frame.value(), old.plugin(), inbox, old.account()));
    }
  }

  /** The stream goes to a newer version of its plugin; one that was not accepted yet is offered to that instead. */
  private void move(CoreStream stream, Client next) {
    Client old = stream.client();
    boolean open = stream.isAccepted();
    stream.moveTo(next, to(next));
    send(old, StreamFrame.move(stream.id(), next.number(), Buffer.buffer()));
    offer(stream, stream.lower().describe().put("moved", open));
  }

  private void onReset(long id, long code) {
    Awaited opening = awaited.remove(id);
    if (opening != null) {
      opening.opening().holding().close();
      opening.cancel().accept(code);
    }
    CoreStream stream = streams.get(id);
    if (stream != null) {
      forget(stream);
      stream.lower().reset(code);
    }
  }

  /** Answers {@code null}, or how the plugin broke the contract. */
  private String accept(CoreStream stream, long credit) {
    offered.remove(stream.id());
    return stream.accept(credit) ? null : "ACCEPT twice, or with a credit of " + credit;
  }

  private void onOpen(StreamFrame frame) {
    JsonObject request;
    Client client;
    try {
      request = frame.payload().toJsonObject();
      client = client(frame.stream() >>> 32, BusJson.text(request, "inbox"));
    } catch (DecodeException | FailureException e) {
      LOG.warn("OPEN that cannot be answered: {}", e.getMessage());
      return;
    }
    try {
      open(frame, request, client);
    } catch (FailureException e) {
      send(client, StreamFrame.reset(frame.stream(), e.failure().code(), e.getMessage()));
    } catch (IllegalArgumentException | ClassCastException e) {
      send(client, StreamFrame.reset(frame.stream(), Failure.BAD_REQUEST.code(), "OPEN: " + e.getMessage()));
    }
  }

  private void open(StreamFrame frame, JsonObject request, Client client) {
    List<String> wanted = BusJson.texts(request, "protocols");
    if (wanted.isEmpty() || wanted.size() > MAX_PROTOCOLS || (frame.stream() & 1) == 0) {
      throw Failure.BAD_REQUEST.because("OPEN needs 1 to " + MAX_PROTOCOLS + " protocols and an odd stream id");
    }
    requireFresh(frame.stream(), client);
    CoreConnection connection = connections.apply(request.getLong("connection", -1L));
    if (connection == null) {
      throw Failure.CONNECTION_CLOSED.because("the connection is closed");
    }
    Opening opening = new Opening(frame.stream(), client, connection.take(client.account()), frame.value());
    try {
      connection.open(opening, wanted);
    } catch (IllegalArgumentException e) {
      opening.holding().close();
      throw e;
    }
  }

  /** Those that core does not know, or knows by another inbox, have one budget between them. */
  private Client client(long number, String inbox) {
    Client attached = state.client(number);
    return attached != null && attached.hasInbox(inbox) ? attached.at(inbox)
        : new Client(number, "client " + number, inbox, strangers);
  }

  /**
   * A plugin cannot tell the answers to two streams of one id apart, so it loses both; but no plugin loses one because
   * another used its id.
   */
  private void requireFresh(long id, Client client) {
    CoreStream stream = streams.get(id);
    Awaited opening = awaited.get(id);
    if (stream == null && opening == null) {
      return;
    }
    String owner = stream == null ? opening.opening().client().inbox() : stream.client().inbox();
    if (owner.equals(client.inbox())) {
      LOG.error("plugin {} broke the event bus contract: OPEN with the id of another stream", client.plugin());
      onReset(id, 0);
    }
    throw Failure.BAD_REQUEST.because("OPEN with the id " + id + ", which another stream has");
  }

  /** A plugin broke the contract: its stream is cut, and the log says why. */
  void breach(CoreStream stream, String what) {
    LOG.error("plugin {} broke the event bus contract: {}", stream.client().plugin(), what);
    forget(stream);
    stream.lower().reset(0);
    send(stream.client(), StreamFrame.reset(stream.id(), Failure.BAD_REQUEST.code(), what));
  }

  /** A stream is over and its plugin is told. */
  void end(CoreStream stream, Failure failure, String message) {
    if (forget(stream)) {
      send(stream.client(), StreamFrame.reset(stream.id(), failure.code(), message));
    }
  }

  /** Both directions ended on the connection; the plugin may still read what came. */
  void onFinished(CoreStream stream) {
    stream.onFinished();
    if (stream.isOver()) {
      forget(stream);
    }
  }

  /** A plugin is gone: so are its streams, but for those that only wait for their last bytes to be sent. */
  void dropAll(Client client) {
    for (CoreStream stream : new ArrayList<>(streams.values())) {
      if (client.hasInbox(stream.client().inbox()) && !stream.isLeft()) {
        drop(stream);
      }
    }
    for (Awaited opening : new ArrayList<>(awaited.values())) {
      if (opening.isOf(client)) {
        onReset(opening.opening().id(), 0);
      }
    }
  }

  Consumer<StreamFrame> to(Client client) {
    return frame -> send(client, frame);
  }

  void send(Client client, StreamFrame frame) {
    send(client.inbox(), frame);
  }

  private void send(String inbox, StreamFrame frame) {
    vertx.eventBus().send(inbox, frame, StreamFrameCodec.OPTIONS);
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    tellComplaints();
    return consumer.unregister();
  }
}
