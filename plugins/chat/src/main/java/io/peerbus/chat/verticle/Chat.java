package io.peerbus.chat.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.chat.ChatLines;
import io.peerbus.chat.ChatMessage;
import io.peerbus.chat.ChatState;
import io.peerbus.chat.Connections;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application of lesson 8 on a host: prints its lines, joins the topic, dials, introduces itself, shows what
 * comes and says what it is told. Belongs to the context it is made on.
 */
final class Chat {

  /** The longest payload we send. Peers take pubsub frames of 64 KiB, the signature included. */
  static final int MAX_PAYLOAD = 60 * 1024;

  /** How long after the first address was reached the others may hold up the introduction. */
  private static final long OTHERS_WAIT_MILLIS = 2_000;
  /**
   * How long the introduction waits for a subscriber. The lesson sends it after 2 s, to whoever is there by then; on a
   * busy machine, or far away, that is nobody.
   */
  private static final long INTRO_WAIT_MILLIS = 15_000;
  private static final long INTRO_POLL_MILLIS = 50;
  /** How long what is being said may take while a newer version waits for us. */
  private static final long QUIET_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Chat.class);

  private final ChatBus bus;
  private final Host host;
  private final ChatSettings settings;
  private final Clock clock;
  private final Topic topic;
  private final RoomPeers roomOrNull;
  private final Connections connections = new Connections();
  private final Set<String> dialled = new LinkedHashSet<>();
  private boolean introduced;
  private int saying;
  private Promise<Void> quiet;
  private boolean left;

  Chat(ChatBus bus, Host host, ChatSettings settings, Clock clock) {
    this.bus = bus;
    this.host = host;
    this.settings = settings;
    this.clock = clock;
    this.topic = new Topic(bus, host, settings.topic());
    this.roomOrNull = settings.dht() == null ? null : new RoomPeers(bus, host, settings.dht(), settings.topic());
  }

  /**
   * Completes when the topic is joined; dialling and the introduction go on behind it.
   *
   * @param stateOrNull what the version before has left
   */
  Future<Void> start(Buffer stateOrNull) {
    if (stateOrNull == null) {
      return start(Topic.PATIENCE_MILLIS);
    }
    try {
      ChatState state = ChatState.read(stateOrNull.getBytes());
      connections.restore(state.shown());
      dialled.addAll(state.dialled());
      introduced = state.introduced();
      return begin(Topic.PATIENCE_MILLIS, state.delivery());
    } catch (FormatException e) {
      LOG.warn("The version before left what cannot be read, so this one begins anew: {}", e.getMessage());
      return start(Topic.PATIENCE_MILLIS);
    }
  }

  Future<Void> start(long patience) {
    bus.print(ChatLines.STARTING);
    bus.print(ChatLines.localPeer(host.id().toString()));
    return host.info()
        .onSuccess(info -> info.listenAddresses()
            .forEach(address -> bus.print(ChatLines.listening(address.toString(), host.id().toString()))))
        .compose(info -> begin(patience, null));
  }

  private Future<Void> begin(long patience, String replaces) {
    List<String> toDial = settings.connect().stream().filter(address -> !dialled.contains(address)).toList();
    return bus.receive(this::onMessage)
        .compose(receiving -> topic.join(patience, replaces))
        .compose(joined -> {
          toDial.forEach(address -> connections.onDial());
          return host.follow(this::onEvent, peer -> connections.onConnected(peer.peer(), peer.inbound()));
        })
        .map(following -> {
          connections.onAllKnown();
          Future<Void> settled = dialAll(toDial);
          printConnections();
          if (replaces == null) {
            LOG.info("Universal Connectivity Application started successfully!");
          }
          settled.compose(done -> introduce());
          if (roomOrNull != null) {
            roomOrNull.search();
          }
          return null;
        });
  }

  /**
   * Leaves our place to a newer version, when what is being said is said. Messages that are on their way to us are
   * printed all the same, until we are undeployed.
   */
  Future<Handover> handOver() {
    quiet = Promise.promise();
    onSaid();
    return quiet.future().timeout(QUIET_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty().map(done -> {
      left = true;
      topic.handOver();
      if (roomOrNull != null) {
        roomOrNull.leave();
      }
      ChatState state = new ChatState(bus.delivery(), connections.shown(), List.copyOf(dialled), introduced);
      return Handover.of(Buffer.buffer(state.toBytes()));
    });
  }

  private void onSaid() {
    if (quiet != null && saying == 0) {
      quiet.tryComplete();
    }
  }

  Future<Void> stop() {
    left = true;
    if (roomOrNull != null) {
      roomOrNull.stop();
    }
    return topic.leave();
  }

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject request) {
    if (!"say".equals(request.getValue("op"))) {
      throw Failure.BAD_REQUEST.because("chat knows the op \"say\", not \"" + request.getValue("op") + "\"");
    }
    if (!(request.getValue("text") instanceof String text) || text.isBlank()) {
      throw Failure.BAD_REQUEST.because("say what? \"text\" is missing or empty");
    }
    return say(text);
  }

  private Future<JsonObject> say(String text) {
    byte[] payload = settings.format().encode(text, host.id().toString(), clock.millis());
    if (payload.length > MAX_PAYLOAD) {
      throw Failure.BAD_REQUEST.because("the message has " + payload.length + " bytes, at most " + MAX_PAYLOAD);
    }
    saying++;
    return topic.publish(payload).onComplete(said -> {
      saying--;
      onSaid();
    });
  }

  private void onMessage(JsonObject message) {
    String from = message.getString("from");
    if (host.id().toString().equals(from)) {
      return;
    }
    try {
      ChatMessage read = ChatMessage.of(message.getBinary("data", new byte[0]));
      if (read.type() == ChatMessage.Type.CHAT) {
        bus.print(ChatLines.received(read, from));
      } else {
        LOG.debug("A message of type {} from {} is not for the console", read.type(), from);
      }
    } catch (FormatException e) {
      LOG.debug("Error processing message: {}, from {}", e.getMessage(), from);
    }
  }

  private void onEvent(HostEvent event) {
    if (left) {
      return;
    }
    if (event instanceof HostEvent.Connected up) {
      connections.onConnected(up.peer(), up.inbound());
    } else if (event instanceof HostEvent.Disconnected down) {
      connections.onDisconnected(down.peer());
    }
    printConnections();
  }

  private void printConnections() {
    for (String line = connections.poll(); line != null; line = connections.poll()) {
      bus.print(line);
    }
  }

  /**
   * Dials all addresses at once. Completes when each was reached or given up, or a moment after the first was reached:
   * an address where nobody answers does not hold up the introduction to the others.
   */
  private Future<Void> dialAll(List<String> addresses) {
    Promise<Void> settled = Promise.promise();
    List<Future<?>> dials = new ArrayList<>();
    for (String address : addresses) {
      LOG.info("Attempting to connect to: {}", address);
      Future<PeerId> dial = dial(address);
      dials.add(dial);
      dial.compose(peer -> bus.pause(OTHERS_WAIT_MILLIS)).onSuccess(later -> settled.tryComplete());
    }
    Future.join(dials).onComplete(done -> settled.tryComplete());
    return settled.future();
  }

  private Future<PeerId> dial(String address) {
    Future<PeerId> reached;
    try {
      reached = host.connect(Multiaddr.parse(address));
    } catch (FormatException e) {
      reached = Future.failedFuture(Failure.BAD_REQUEST.because(e.getMessage()));
    }
    return reached.onComplete(done -> {
      if (!left) { // else the newer version dials it
        onDialled(address, done);
      }
    });
  }

  private void onDialled(String address, AsyncResult<PeerId> done) {
    dialled.add(address);
    if (done.succeeded()) {
      connections.onDialled(address, done.result());
    } else {
      LOG.error("Failed to connect to {}: {}", address, done.cause().getMessage());
      connections.onDialEnded();
    }
    printConnections();
  }

  /** As in the lesson, only when there was somebody to connect to. */
  private Future<Void> introduce() {
    if (!settings.intro() || settings.connect().isEmpty() || introduced) {
      return Future.succeededFuture();
    }
    return awaitSubscriber(INTRO_WAIT_MILLIS).compose(waited -> left ? Future.succeededFuture() : sayHello());
  }

  private Future<Void> sayHello() {
    introduced = true;
    return say(ChatLines.INTRODUCTION)
        .onComplete(said -> {
          if (said.getInteger("peers") > 0) {
            LOG.info("Sent introductory message");
          } else {
            LOG.warn("Failed to send intro message: {}", said.getString("reason"));
          }
        }, error -> LOG.error("Failed to send intro message: {}", error.getMessage()))
        .<Void>mapEmpty().otherwiseEmpty();
  }

  private Future<Void> awaitSubscriber(long patience) {
    return topic.subscribers().compose(subscribers -> subscribers > 0 || patience <= 0 || left
        ? Future.succeededFuture()
        : bus.pause(INTRO_POLL_MILLIS).compose(later -> awaitSubscriber(patience - INTRO_POLL_MILLIS)));
  }
}
