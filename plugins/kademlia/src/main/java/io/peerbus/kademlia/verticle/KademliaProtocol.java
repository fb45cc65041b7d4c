package io.peerbus.kademlia.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Registration;
import io.peerbus.kademlia.Action;
import io.peerbus.kademlia.Kademlia;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.Namespaces;
import io.peerbus.kademlia.Outcome;
import io.peerbus.kademlia.Verdict;
import io.peerbus.machine.Reactions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the machine on the verticle's context: feeds it what happens in the node, and carries out what it asks for.
 * Records are judged on worker threads, or by their validator at the other end of the bus.
 */
final class KademliaProtocol {

  private static final Logger LOG = LoggerFactory.getLogger(KademliaProtocol.class);

  /** How often the node is told who is in the table: within the grace of a new connection. */
  private static final long TELL_MILLIS = 2_000;

  /** Begins an operation of the machine. */
  interface Start {
    void start(long now, long operation);
  }

  /** Somebody who waits for an operation. */
  private record Waiting(Promise<Outcome> done, Consumer<Action> updates) {}

  private static final Reactions<KademliaProtocol, Action> REACTIONS = Reactions
      .of(KademliaProtocol.class, Action.class)
      .on(Action.Request.class, (self, request) -> self.outbound.send(request))
      .on(Action.Respond.class, (self, respond) -> self.inbound.respond(respond.exchange(), respond.messageOrNull()))
      .on(Action.Check.class, KademliaProtocol::judge)
      .on(Action.Cancel.class, (self, cancel) -> self.outbound.cancel(cancel.request()))
      .on(Action.Refuse.class, (self, refuse) -> self.inbound.refuse(refuse.exchange(), refuse.reason()))
      .on(Action.Serve.class, (self, serve) -> self.serve(serve.serve()))
      .on(Action.Better.class, (self, better) -> self.update(better.operation(), better))
      .on(Action.ProviderFound.class, (self, found) -> self.update(found.operation(), found))
      .on(Action.Done.class, (self, done) -> self.operations.remove(done.operation()).done.complete(done.outcome()))
      .build();

  private final Vertx vertx;
  private final Host host;
  private final Kademlia machine;
  private final KademliaOptions options;
  private final Driver<Action> driver;
  private final InboundStreams inbound;
  private final OutboundStreams outbound;
  private final Map<Long, Waiting> operations = new HashMap<>();
  private final TableWorth worth;
  private Future<Registration> registration;
  private long telling = -1;
  private long lastOperation;

  /** @param options those of the machine */
  KademliaProtocol(Vertx vertx, Host host, Kademlia machine, KademliaOptions options) {
    this.vertx = vertx;
    this.host = host;
    this.machine = machine;
    this.options = options;
    this.driver = new Driver<>(vertx, machine, action -> REACTIONS.accept(this, action));
    this.inbound = new InboundStreams(vertx, driver, machine, options.getLimits());
    this.outbound = new OutboundStreams(vertx, host, driver, machine, options);
    this.worth = new TableWorth(host);
  }

  /** Fails when the protocol is to be served and is taken. */
  Future<?> start() {
    telling = vertx.setPeriodic(TELL_MILLIS, id -> worth.keepTo(machine.table()));
    host.events(this::onEvent);
    return host.info().compose(info -> {
      driver.run(now -> machine.onListening(info.listenAddresses()));
      driver.run(machine::start);
      Future<?> served = registration == null ? Future.succeededFuture() : registration;
      return served.compose(done -> host.peers());
    }).onSuccess(peers -> peers.forEach(this::onKnown));
  }

  Future<?> stop() {
    vertx.cancelTimer(telling);
    outbound.close();
    inbound.close();
    driver.close();
    operations.values().forEach(each -> each.done.tryFail(Failure.UNAVAILABLE.because("kademlia is being stopped")));
    return Future.succeededFuture();
  }

  private void onKnown(PeerInfo peer) {
    if (peer.connected() && !peer.addresses().isEmpty()) {
      driver.run(now -> machine.onConnected(peer.peer(), peer.addresses().get(0), peer.inbound()));
      onIdentified(peer);
    }
  }

  private void onIdentified(PeerInfo peer) {
    outbound.onIdentified(peer.peer(), peer.agentVersion());
    if (!peer.protocols().isEmpty()) {
      boolean isServer = peer.protocols().contains(options.getProtocol());
      driver.run(now -> machine.onIdentified(now, peer.peer(), peer.addresses(), isServer));
    }
  }

  private void onEvent(HostEvent event) {
    if (event instanceof HostEvent.Connected connected) {
      driver.run(now -> machine.onConnected(connected.peer(), connected.remoteAddress(), connected.inbound()));
    } else if (event instanceof HostEvent.Disconnected disconnected) {
      outbound.onDisconnected(disconnected.peer());
      driver.run(now -> machine.onDisconnected(disconnected.peer()));
    } else if (event instanceof HostEvent.Identified identified) {
      onIdentified(identified.peer());
    } else if (event instanceof HostEvent.ListenAddressesChanged changed) {
      driver.run(now -> machine.onListening(changed.addresses()));
    }
  }

  private void update(long operation, Action action) {
    Waiting waiting = operations.get(operation);
    if (waiting != null) {
      waiting.updates.accept(action);
    }
  }

  private void judge(Action.Check check) {
    Future<Verdict> verdict = check.validator() instanceof BusValidator remote
        ? remote.ask(vertx, check.key(), check.value())
        : vertx.executeBlocking(() -> check.validator().check(check.wallMillis(), Namespaces.name(check.key()),
            check.value()), false);
    verdict.onComplete(judged -> {
      if (judged.failed()) {
        LOG.error("checking a record failed, so it counts as invalid", judged.cause());
      }
      Verdict result = judged.succeeded() ? judged.result() : Verdict.bad("it could not be checked");
      driver.run(now -> machine.onChecked(now, check.check(), result));
    });
  }

  /** One change after the other: a client that becomes a server again waits until it is none. */
  private void serve(boolean wanted) {
    if (wanted) {
      Future<?> before = registration == null ? Future.succeededFuture() : registration.compose(Registration::close)
          .otherwiseEmpty();
      registration = before.compose(v -> host.handle(options.getProtocol(), inbound::accept))
          .onFailure(e -> LOG.error("{} is not served: {}", options.getProtocol(), e.getMessage()));
    } else if (registration != null) {
      registration.compose(Registration::close);
    }
  }

  /**
   * Begins an operation; the future ends as it does.
   *
   * @param updates gets {@link Action.Better} and {@link Action.ProviderFound}
   */
  Future<Outcome> run(Start start, Consumer<Action> updates) {
    long operation = ++lastOperation;
    Waiting waiting = new Waiting(Promise.promise(), updates);
    operations.put(operation, waiting);
    driver.run(now -> start.start(now, operation));
    return waiting.done.future();
  }

  /** Gives the machine an input. */
  void input(LongConsumer input) {
    driver.run(input);
  }

  Kademlia machine() {
    return machine;
  }

  KademliaOptions options() {
    return options;
  }

  int inboundStreams() {
    return inbound.open();
  }

  int outboundStreams() {
    return outbound.open();
  }
}
