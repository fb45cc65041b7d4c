package io.peerbus.identify.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Stream;
import io.peerbus.identify.Description;
import io.peerbus.identify.Identification;
import io.peerbus.identify.Identify;
import io.peerbus.identify.IdentifyMessage;
import io.peerbus.identify.IdentifyOptions;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what {@link Identify} decides, on streams of a host. Belongs to the context it is made on. */
final class IdentifyProtocol {

  static final String ID = "/ipfs/id/1.0.0";
  static final String PUSH = "/ipfs/id/push/1.0.0";

  /** Peers asked on demand at once. Against a caller on the bus that asks for thousands. */
  private static final int MAX_DEMANDED = 256;
  /** What a peer may send where it has nothing to say. Against one that uses us up by being read. */
  private static final int MAX_UNASKED = 1024;

  /** How long a stop waits for the answers to those who asked. */
  private static final long STOP_MILLIS = 3_000;

  private static final Logger LOG = LoggerFactory.getLogger(IdentifyProtocol.class);

  private final Host host;
  private final Identify machine;
  private final Driver<Identify.Action> driver;
  private final Map<Long, Runnable> open = new HashMap<>();
  private final Map<PeerId, Promise<Identification>> demanded = new LinkedHashMap<>();
  private final Map<PeerId, Boolean> connected = new HashMap<>();

  IdentifyProtocol(Vertx vertx, Host host, IdentifyOptions options) {
    this.host = host;
    this.machine = new Identify(options);
    this.driver = new Driver<>(vertx, machine, this::act);
  }

  Future<?> start() {
    // In this order: that we serve identify now is a change that peers are to hear of.
    return host.follow(this::onEvent, peer -> onConnected(peer.peer(), peer.inbound()))
        .compose(following -> host.handle(ID, this::onAsked))
        .compose(registered -> host.handle(PUSH, this::onPushed));
  }

  /** Whoever has asked gets the answer, for a while; a newer version may be taking our place. */
  Future<?> stop() {
    List<Future<Identification>> waiting = demanded.values().stream().map(Promise::future).toList();
    return Future.join(waiting).timeout(STOP_MILLIS, TimeUnit.MILLISECONDS).<Void>mapEmpty().otherwiseEmpty()
        .onComplete(done -> {
          driver.close();
          demanded.forEach((peer, promise) -> promise.tryFail(Failure.UNAVAILABLE.because("identify is closing")));
        });
  }

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject request) {
    if (!"identify".equals(request.getValue("op"))) {
      throw Failure.BAD_REQUEST.because("identify knows the op \"identify\", not \"" + request.getValue("op") + "\"");
    }
    PeerId peer;
    try {
      peer = PeerId.parse(String.valueOf(request.getValue("peer")));
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("peer: " + e.getMessage());
    }
    if (demanded.size() >= MAX_DEMANDED && !demanded.containsKey(peer)) {
      throw Failure.LIMIT_REACHED.because(MAX_DEMANDED + " peers are being identified already");
    }
    Promise<Identification> promise = demanded.computeIfAbsent(peer, key -> Promise.promise());
    driver.run(now -> machine.demand(now, peer));
    return promise.future().map(this::toJson);
  }

  private JsonObject toJson(Identification known) {
    JsonArray addresses = new JsonArray();
    known.addresses().forEach(address -> addresses.add(address.toString()));
    JsonObject json = new JsonObject()
        .put("peer", known.peer().toString())
        .put("connected", connected.containsKey(known.peer()))
        .put("inbound", connected.getOrDefault(known.peer(), false))
        .put("addresses", addresses)
        .put("protocols", new JsonArray(known.protocols()))
        .put("agentVersion", known.agentVersion())
        .put("protocolVersion", known.protocolVersion());
    if (known.observedAddress() != null) {
      json.put("observedAddress", known.observedAddress().toString());
    }
    return json;
  }

  private void onEvent(HostEvent event) {
    if (event instanceof HostEvent.Connected up) {
      onConnected(up.peer(), up.inbound());
    } else if (event instanceof HostEvent.Disconnected down) {
      connected.remove(down.peer());
      driver.run(now -> machine.onDisconnected(now, down.peer()));
    } else if (event instanceof HostEvent.ProtocolsChanged || event instanceof HostEvent.ListenAddressesChanged) {
      driver.run(machine::onChanged);
    }
  }

  private void onConnected(PeerId peer, boolean inbound) {
    connected.put(peer, inbound);
    driver.run(now -> machine.onConnected(now, peer));
  }

  private void act(Identify.Action action) {
    if (action instanceof Identify.Action.Ask ask) {
      ask(ask.exchange(), ask.peer());
    } else if (action instanceof Identify.Action.Push push) {
      push(push.exchange(), push.peer());
    } else if (action instanceof Identify.Action.Abandon abandon) {
      Runnable giveUp = open.remove(abandon.exchange());
      if (giveUp != null) {
        giveUp.run();
      }
    }
  }

  private void ask(long exchange, PeerId peer) {
    open.put(exchange, () -> answerDemand(peer, Future.failedFuture(
        Failure.TIMED_OUT.because("identify: no stream to " + peer + " in time"))));
    Future<Stream> opened = demanded.containsKey(peer) ? host.open(peer, ID) : host.openConnected(peer, List.of(ID));
    opened.onComplete(stream -> {
      if (open.containsKey(exchange)) {
        answerDemand(peer, read(exchange, stream));
      } else {
        stream.reset();
      }
    }, error -> {
      LOG.debug("identify: no stream to {}: {}", peer, error.getMessage());
      if (open.containsKey(exchange)) {
        finish(exchange, outcomeOf(error));
        answerDemand(peer, Future.failedFuture(error));
      }
    });
  }

  private void answerDemand(PeerId peer, Future<Identification> known) {
    known.onComplete((identification, error) -> {
      Promise<Identification> promise = demanded.remove(peer);
      if (promise != null) {
        promise.handle(known);
      }
    });
  }

  /** Reads the peer's message, checks it and tells the node. */
  private Future<Identification> read(long exchange, Stream stream) {
    Incoming incoming = new Incoming(stream);
    open.put(exchange, incoming::onTimeout);
    return incoming.message().compose(message -> believe(stream, message))
        .onComplete(known -> finish(exchange, Identify.Outcome.DONE), error -> {
          LOG.debug("identify: {} told nothing of use: {}", stream.peer(), error.getMessage());
          finish(exchange, outcomeOf(error));
        });
  }

  private Future<Identification> believe(Stream stream, IdentifyMessage message) {
    PeerId peer = stream.peer();
    Identification known;
    try {
      known = Identification.of(message, peer, stream.remoteAddress(), machine.recordSeq(peer));
    } catch (FormatException e) {
      return Future.failedFuture(Failure.PROTOCOL_ERROR.because(e.getMessage()));
    }
    if (known.remark() != null) {
      LOG.debug("identify: the signed record of {} does not count: {}", peer, known.remark());
    }
    LOG.debug("identify: {} is {} with {} protocols", peer, known.agentVersion(), known.protocols().size());
    driver.run(now -> machine.onIdentified(now, peer, known.protocols().contains(PUSH), known.recordSeq()));
    Buffer record = known.recordSeq() == Identification.NO_RECORD ? null : Buffer.buffer(message.signedPeerRecord());
    return host.identified(new PeerInfo(peer, connected.containsKey(peer), connected.getOrDefault(peer, false),
        known.addresses(), known.protocols(), known.agentVersion(), known.protocolVersion()), record).map(known);
  }

  private void onAsked(Stream stream) {
    long[] exchange = {Identify.REFUSED};
    driver.run(now -> exchange[0] = machine.onAsked(now, stream.peer()));
    if (exchange[0] == Identify.REFUSED) {
      LOG.debug("identify: {} has too many identify streams open", stream.peer());
      stream.reset();
    } else {
      tell(exchange[0], stream);
    }
  }

  private void onPushed(Stream stream) {
    long[] exchange = {Identify.REFUSED};
    driver.run(now -> exchange[0] = machine.onPushed(now, stream.peer(), stream.remoteAddress()));
    if (exchange[0] == Identify.REFUSED) {
      LOG.debug("identify: {} pushes too often", stream.peer());
      stream.reset();
    } else {
      read(exchange[0], stream);
    }
  }

  private void push(long exchange, PeerId peer) {
    open.put(exchange, () -> LOG.debug("identify: no push stream to {} in time", peer));
    host.openConnected(peer, List.of(PUSH)).onComplete(stream -> {
      if (open.containsKey(exchange)) {
        tell(exchange, stream);
      } else {
        stream.reset();
      }
    }, error -> {
      LOG.debug("identify: no push stream to {}: {}", peer, error.getMessage());
      finish(exchange, outcomeOf(error));
    });
  }

  /** Writes our description, ends our direction, and waits for the peer to end its own. */
  private void tell(long exchange, Stream stream) {
    open.put(exchange, stream::reset);
    stream.closeHandler(closed -> finish(exchange, Identify.Outcome.DONE));
    int[] unasked = {0};
    stream.handler(bytes -> {
      unasked[0] += bytes.length();
      if (unasked[0] > MAX_UNASKED) {
        stream.reset();
      }
    });
    host.info().onComplete(info -> {
      if (open.containsKey(exchange)) {
        stream.write(Buffer.buffer(describe(info, stream)));
        stream.end();
      }
    }, error -> {
      LOG.warn("identify: the node did not say what it is: {}", error.getMessage());
      stream.reset();
    });
  }

  private byte[] describe(HostInfo info, Stream stream) {
    Description description = new Description(info.publicKey().getBytes(),
        info.listenAddresses().stream().map(Multiaddr::toBytes).toList(), info.protocols(), info.protocolVersion(),
        info.agentVersion(), info.signedPeerRecord() == null ? null : info.signedPeerRecord().getBytes());
    Description.Message message = description.toMessage(stream.remoteAddress().toBytes());
    if (message.protocolsLeftOut() > 0) {
      LOG.warn("identify: {} of {} protocol ids do not fit into {} bytes; peers will not know of them",
          message.protocolsLeftOut(), info.protocols().size(), Description.MAX_SIZE);
    } else if (message.addressesLeftOut() > 0 || message.withoutRecord()) {
      LOG.debug("identify: {} addresses left out, signed record {}", message.addressesLeftOut(),
          message.withoutRecord() ? "left out" : "in");
    }
    return message.bytes();
  }

  private void finish(long exchange, Identify.Outcome outcome) {
    open.remove(exchange);
    driver.run(now -> machine.onFinished(now, exchange, outcome));
  }

  private static Identify.Outcome outcomeOf(Throwable error) {
    return Failure.of(error).failure() == Failure.UNSUPPORTED_PROTOCOL
        ? Identify.Outcome.UNSUPPORTED : Identify.Outcome.FAILED;
  }
}
