package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.launcher.config.BridgeConfig.ForeignPlugin;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.BridgeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a connection that showed the token has: three addresses on the bus, and once it is attached, a {@link Host} of
 * the plugin's name. When it goes, its protocols are withdrawn and its streams reset, at once.
 *
 * <p>Not thread safe, owned by the bridge's context.
 */
final class Session {

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
  private static final int MAX_REPLY_ADDRESS = 256;

  private final BridgeVerticle bridge;
  private final Gate gate;
  private final String address;
  private final Controls controls;
  private final Streams streams;
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
  private ForeignPlugin plugin;
  private Host host;
  private int requests;
  private boolean listening;
  private boolean closed;

  Session(BridgeVerticle bridge, long number, Gate gate) {
    this.bridge = bridge;
    this.gate = gate;
    this.address = "peerbus." + bridge.node() + ".bridge." + number;
    this.controls = new Controls(bridge, this);
    this.streams = new Streams(bridge, this, gate::isWritable);
  }

  private String control() {
    return address + ".control";
  }

  private String data() {
    return address + ".data";
  }

  private String inbox() {
    return address + ".inbox";
  }

  void begin() {
    consumers.add(bridge.vertx().eventBus().localConsumer(control(), this::onRequest));
    consumers.add(bridge.vertx().eventBus().localConsumer(data(), message -> onFrame(message.body())));
  }

  /** Where the library lets it send to, and listen at: its own, and nothing else. */
  BridgeOptions permitted() {
    return new BridgeOptions()
        .addInboundPermitted(new PermittedOptions().setAddress(control()))
        .addInboundPermitted(new PermittedOptions().setAddress(data()))
        .addOutboundPermitted(new PermittedOptions().setAddress(inbox()));
  }

  /** The answer to the token. */
  JsonObject welcome() {
    return new JsonObject().put("api", 1).put("node", bridge.node()).put("control", control()).put("data", data())
        .put("inbox", inbox()).put("maxFrameBytes", bridge.settings().limits().maxFrameBytes());
  }

  /** For messages: the plugin, when it is known. */
  String name() {
    return plugin == null ? "" : ", plugin \"" + plugin.id() + "\"";
  }

  /** Whether the library is to go on with a message. What it would do with headers nobody over a bridge needs. */
  boolean permits(BridgeEvent event) {
    JsonObject message = event.getRawMessage();
    boolean permitted = switch (event.type()) {
      case SOCKET_PING -> true;
      case SEND -> maySend(message);
      case REGISTER -> !listening && inbox().equals(message.getValue("address"));
      default -> false;
    };
    if (event.type() == BridgeEventType.REGISTER && permitted) {
      listening = true; // a second listener would get every other frame
    }
    if (!permitted) {
      gate.complain(event.type() + " of an address that is not its own, or not so");
    }
    return permitted;
  }

  private boolean maySend(JsonObject message) {
    message.remove("headers"); // one of them chooses a codec, another the time to wait
    if (data().equals(message.getValue("address"))) {
      message.remove("replyAddress");
      return message.getValue("body") instanceof JsonObject;
    }
    return control().equals(message.getValue("address")) && message.getValue("body") instanceof JsonObject
        && message.getValue("replyAddress") instanceof String reply && reply.length() <= MAX_REPLY_ADDRESS;
  }

  private void onRequest(Message<Object> message) {
    if (requests >= bridge.settings().limits().maxRequests()) {
      message.fail(Failure.LIMIT_REACHED.code(),
          requests + " requests wait for their answer (bridge.limits.maxRequests)");
      return;
    }
    requests++;
    Future<JsonObject> answer;
    try {
      answer = controls.answer((JsonObject) message.body());
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(done -> {
      requests--;
      if (done.succeeded()) {
        message.reply(done.result());
      } else {
        FailureException failure = Failure.of(done.cause());
        message.fail(failure.failure().code(), failure.getMessage());
      }
    });
  }

  private void onFrame(Object body) {
    if (closed) {
      return;
    }
    try {
      JsonObject frame = (JsonObject) body;
      if ("answer".equals(frame.getValue("kind"))) {
        controls.onAnswer(frame);
      } else {
        streams.onFrame(host(), frame);
      }
    } catch (FailureException e) {
      gate.refuse(e); // no answer belongs to a frame, and what follows on it would be guesswork
    }
  }

  /** Gives the session a plugin's name. */
  Future<Host> attach(ForeignPlugin wanted) {
    if (plugin != null) {
      throw Failure.BAD_REQUEST.because("this connection is attached already, as \"" + plugin.id() + "\"");
    }
    if (!listening) {
      throw Failure.BAD_REQUEST.because("register " + inbox() + " first, or nothing could be told to the plugin");
    }
    if (!bridge.take(wanted.id())) {
      throw Failure.ALREADY_TAKEN.because("another connection is attached as \"" + wanted.id() + "\"");
    }
    plugin = wanted;
    streams.setMost(wanted.streams());
    return BridgeVerticle.hosts().attach(bridge.vertx(), bridge.context(), new JsonObject()
            .put("node", bridge.node()).put("plugin", wanted.id()).put("budget", wanted.budget()))
        .compose(taken -> {
          host = taken;
          return closed ? leave().compose(left -> Future.failedFuture(
              Failure.CANCELLED.because("the connection has gone"))) : Future.succeededFuture(taken);
        })
        .onFailure(error -> {
          if (host == null) {
            bridge.release(wanted.id());
            plugin = null;
          }
        });
  }

  Host host() {
    if (host == null) {
      throw Failure.BAD_REQUEST.because("attach first: {\"op\": \"attach\", \"plugin\": …, \"api\": 1}");
    }
    return host;
  }

  ForeignPlugin plugin() {
    return plugin;
  }

  Streams streams() {
    return streams;
  }

  /** A frame for the plugin. */
  void send(JsonObject frame) {
    if (!closed) {
      bridge.vertx().eventBus().send(inbox(), frame, HERE);
    }
  }

  void complain(String what) {
    gate.complain(what);
  }

  boolean mayRead() {
    return streams.mayRead();
  }

  void onRead(long cost) {
    streams.onRead(cost);
  }

  void onReturned(long cost) {
    streams.onReturned(cost);
  }

  void onGone(long id, ForeignStream stream) {
    streams.onGone(id, stream);
  }

  /** What was written has gone out. */
  void onWritable() {
    streams.pump();
  }

  Future<Void> close() {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    consumers.forEach(MessageConsumer::unregister);
    controls.close();
    streams.close();
    return host == null ? Future.succeededFuture() : leave();
  }

  private Future<Void> leave() {
    return host.close(Duration.ZERO).otherwiseEmpty().onComplete(left -> bridge.release(plugin.id()));
  }
}
