package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.Action;
import io.peerbus.gossipsub.Counter;
import io.peerbus.gossipsub.Gossipsub;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.Message;
import io.peerbus.gossipsub.PublishResult;
import io.peerbus.gossipsub.Signatures;
import io.peerbus.machine.Reactions;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the machine on the verticle's context: feeds it what happens in the node, and carries out what it asks for.
 * Signatures are checked on worker threads, in any order; the machine puts it right again.
 */
final class GossipsubProtocol {

  private static final Logger LOG = LoggerFactory.getLogger(GossipsubProtocol.class);

  private static final Reactions<GossipsubProtocol, Action> REACTIONS = Reactions
      .of(GossipsubProtocol.class, Action.class)
      .on(Action.Ready.class, (self, ready) -> self.outbound.flush(ready.peer()))
      .on(Action.Deliver.class, (self, deliver) -> self.deliveries.deliver(deliver))
      .on(Action.Verify.class, (self, verify) -> self.verify(verify.validation(), verify.message()))
      .on(Action.Resume.class, (self, resume) -> self.inbound.resume(resume.peer()))
      .on(Action.Sign.class, (self, sign) -> self.sign(sign.request(), sign.bytes()))
      .on(Action.Published.class, GossipsubProtocol::onPublished)
      .on(Action.NotPublished.class, GossipsubProtocol::onNotPublished)
      .on(Action.Open.class, (self, open) -> self.outbound.open(open.peer()))
      .on(Action.Lagging.class, (self, lagging) -> LOG.info(
          "{} does not take messages fast enough: {} dropped", lagging.peer(), lagging.dropped()))
      .build();

  /** How long a subscriber may take for a message. */
  private static final long ANSWER_MILLIS = 5_000;

  /** How soon the node is told who is in the mesh: well within the grace of a new connection. */
  private static final long TELL_MILLIS = 1_000;

  /** How long streams may take to open, and messages of ours to be signed, while a newer version waits for us. */
  private static final long QUIET_MILLIS = 2_000;

  private final Vertx vertx;
  private final Host host;
  private final Gossipsub machine;
  private final Driver<Action> driver;
  private final InboundStreams inbound;
  private final OutboundStreams outbound;
  private final Deliveries deliveries;
  private final MeshProtection protection;
  private final Map<Long, Promise<PublishResult>> publishing = new HashMap<>();
  /** Who is connected, as far as we were told, while we begin; {@code null} later. */
  private Set<PeerId> present = new HashSet<>();
  private Promise<Void> quiet;
  private long lastRequest;
  private long telling = -1;

  /** @param limits those of the machine */
  GossipsubProtocol(Vertx vertx, Host host, Gossipsub machine, GossipsubLimits limits) {
    this.vertx = vertx;
    this.host = host;
    this.machine = machine;
    this.driver = new Driver<>(vertx, machine, action -> REACTIONS.accept(this, action));
    this.inbound = new InboundStreams(vertx, driver, machine, limits);
    this.outbound = new OutboundStreams(host, driver, machine, this::onSettled);
    this.deliveries = new Deliveries(vertx.eventBus(), Driver::now,
        topic -> driver.run(now -> machine.unsubscribe(now, topic)), ANSWER_MILLIS);
    this.protection = new MeshProtection(host);
  }

  Future<?> start() {
    driver.run(machine::start);
    return begin().onSuccess(following -> present = null);
  }

  /**
   * Goes on where an earlier version stood.
   *
   * @param state what it left; the machine has its part of it
   */
  Future<?> start(LeftState state, List<Stream> streams) {
    state.deliveries().forEach((topic, addresses) -> addresses.forEach(each -> deliveries.add(topic, each)));
    deliveries.restore(state.undelivered());
    outbound.adopt(streams.stream().filter(stream -> !stream.isInbound()).toList());
    inbound.adopt(streams.stream().filter(Stream::isInbound).toList());
    driver.run(now -> { }); // carries out what the machine asks for to go on
    return begin().map(started -> {
      List<PeerId> gone = machine.connected().stream().filter(peer -> !present.contains(peer)).toList();
      present = null;
      gone.forEach(peer -> driver.run(now -> machine.onDisconnected(peer)));
      return null;
    });
  }

  private Future<Void> begin() {
    telling = vertx.setPeriodic(TELL_MILLIS, id -> protection.keepTo(machine.meshed()));
    // In this order: who gets a stream of ours opens one of its own.
    return host.handle(machine.protocols(), inbound::accept)
        .compose(registered -> host.follow(this::onEvent, this::onKnown));
  }

  /**
   * Ends what is under way, then leaves everything to a newer version. Peers are not read meanwhile; what they wrote
   * and we have not looked at goes along with their streams.
   */
  Future<Handover> handOver() {
    inbound.hold();
    quiet = Promise.promise();
    onSettled();
    return quiet.future().timeout(QUIET_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty().map(done -> leave());
  }

  /** Something has come to its end. The machine may be in the middle of its actions now. */
  private void onSettled() {
    if (quiet != null) {
      vertx.runOnContext(v -> {
        if (publishing.isEmpty() && !outbound.isOpening()) {
          quiet.tryComplete();
        }
      });
    }
  }

  private Handover leave() {
    Handover handover = Handover.of(
        new LeftState(machine.leave(Driver.now()), deliveries.addresses(), deliveries.dropped()).toBuffer());
    vertx.cancelTimer(telling);
    driver.close();
    inbound.leave(handover);
    outbound.leave(handover);
    publishing.values().forEach(each -> each.tryFail(Failure.TIMED_OUT.because("the message was not signed in time")));
    publishing.clear();
    return handover;
  }

  /** Takes leave of the peers, then ends the streams. */
  Future<?> stop() {
    vertx.cancelTimer(telling);
    driver.run(now -> machine.takeLeave());
    Future<?> ended = outbound.close().timeout(1, TimeUnit.SECONDS).otherwiseEmpty();
    return ended.onComplete(done -> {
      inbound.close();
      driver.close();
      publishing.values().forEach(each -> each.tryFail(Failure.UNAVAILABLE.because("gossipsub is being stopped")));
    });
  }

  private void onKnown(PeerInfo peer) {
    present.add(peer.peer());
    driver.run(now -> {
      machine.onConnected(now, peer.peer(), !peer.inbound());
      machine.onIdentified(peer.peer(), peer.protocols(), peer.agentVersion());
    });
  }

  private void onEvent(HostEvent event) {
    if (event instanceof HostEvent.Connected connected) {
      if (present != null) {
        present.add(connected.peer());
      }
      driver.run(now -> machine.onConnected(now, connected.peer(), !connected.inbound()));
    } else if (event instanceof HostEvent.Disconnected disconnected) {
      driver.run(now -> machine.onDisconnected(disconnected.peer()));
    } else if (event instanceof HostEvent.Identified identified) {
      PeerInfo peer = identified.peer();
      driver.run(now -> machine.onIdentified(peer.peer(), peer.protocols(), peer.agentVersion()));
    }
  }

  private void onPublished(Action.Published published) {
    publishing.remove(published.request()).complete(published.result());
    onSettled();
  }

  private void onNotPublished(Action.NotPublished not) {
    publishing.remove(not.request()).fail(failure(not.cause()).because(not.message()));
    onSettled();
  }

  private static Failure failure(Action.Cause cause) {
    return switch (cause) {
      case UNFIT -> Failure.BAD_REQUEST;
      case BUSY -> Failure.LIMIT_REACHED;
      case NOT_SIGNED -> Failure.UNAVAILABLE;
    };
  }

  private void verify(long validation, Message message) {
    vertx.executeBlocking(() -> Signatures.verify(message), false).onComplete(checked -> {
      if (checked.failed()) {
        LOG.error("checking a signature failed, so the message counts as invalid", checked.cause());
      }
      driver.run(now -> machine.onVerified(now, validation, checked.succeeded() && checked.result()));
    });
  }

  private void sign(long request, byte[] bytes) {
    host.sign(Signatures.DOMAIN, Buffer.buffer(bytes)).onComplete(signed -> {
      if (signed.failed()) {
        LOG.warn("a message could not be signed: {}", signed.cause().getMessage());
      }
      byte[] signature = signed.succeeded() ? signed.result().getBytes() : null;
      driver.run(now -> machine.onSigned(now, request, signature));
    });
  }

  /** @param replaces the address whose place this one takes, or {@code null} */
  void subscribe(String topic, String address, String replaces) {
    if (replaces == null) {
      deliveries.add(topic, address);
    } else {
      deliveries.replace(topic, replaces, address);
    }
    driver.run(now -> machine.subscribe(now, topic));
  }

  void unsubscribe(String topic, String address) {
    if (deliveries.remove(topic, address)) {
      driver.run(now -> machine.unsubscribe(now, topic));
    }
  }

  Future<PublishResult> publish(String topic, byte[] data) {
    Promise<PublishResult> result = Promise.promise();
    long request = ++lastRequest;
    publishing.put(request, result);
    driver.run(now -> machine.publish(now, request, topic, data));
    return result.future();
  }

  Gossipsub machine() {
    return machine;
  }

  /** Every counter by its name, in camel case. */
  JsonObject stats() {
    JsonObject stats = new JsonObject();
    for (Counter counter : Counter.values()) {
      stats.put(camelCase(counter.name()), machine.count(counter));
    }
    return stats.put("undelivered", deliveries.dropped());
  }

  private static String camelCase(String constant) {
    String[] words = constant.toLowerCase(Locale.ROOT).split("_");
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return name.toString();
  }
}
