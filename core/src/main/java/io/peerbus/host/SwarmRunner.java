package io.peerbus.host;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.HostEvent;
import io.peerbus.machine.Reactions;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.net.Resolver;
import io.peerbus.swarm.ConnectionInfo;
import io.peerbus.swarm.FailureKind;
import io.peerbus.swarm.Gater;
import io.peerbus.swarm.KnownPeer;
import io.peerbus.swarm.Lifetime;
import io.peerbus.swarm.PeerStore;
import io.peerbus.swarm.Swarm;
import io.peerbus.swarm.Swarm.Action;
import io.peerbus.swarm.SwarmOptions;
import io.peerbus.swarm.Watermarks;
import io.peerbus.swarm.Worth;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Swarm} on the host's context: its dials and closes go to the shards, what becomes of them comes back
 * here, and requests are answered.
 */
final class SwarmRunner implements Shard.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(SwarmRunner.class);

  private static final Reactions<SwarmRunner, Action> REACTIONS = Reactions.of(SwarmRunner.class, Action.class)
      .on(Action.Dial.class, SwarmRunner::dial)
      .on(Action.Resolve.class, SwarmRunner::resolve)
      .on(Action.CancelDial.class, SwarmRunner::cancelDial)
      .on(Action.Close.class, SwarmRunner::close)
      .on(Action.CloseWhenIdle.class, SwarmRunner::closeWhenIdle)
      .on(Action.Up.class, SwarmRunner::onUp)
      .on(Action.Down.class, SwarmRunner::onDown)
      .on(Action.Done.class, SwarmRunner::onDone)
      .on(Action.Failed.class, SwarmRunner::onFailed)
      .on(Action.BootstrapFailed.class, SwarmRunner::onBootstrapFailed)
      .on(Action.Refused.class, SwarmRunner::onRefused)
      .on(Action.Trimmed.class, SwarmRunner::onTrimmed)
      .build();

  private final Context context;
  private final Swarm swarm;
  private final PeerStore store;
  private final HostState state;
  private final Resolver resolver;
  private final Driver<Action> driver;
  private final List<Shard> shards = new ArrayList<>();
  private final Map<Long, Promise<ConnectionInfo>> requests = new HashMap<>();
  private final Map<Long, Shard> dials = new HashMap<>();
  private final Map<Long, Promise<Void>> closing = new HashMap<>();
  private final Map<Long, IntSupplier> streams = new HashMap<>();
  private long lastRequest;
  private boolean closed;
  private int nextShard;

  /** To be made on the host's context. */
  SwarmRunner(Vertx vertx, Swarm swarm, PeerStore store, Resolver resolver, HostState state) {
    this.context = vertx.getOrCreateContext();
    this.swarm = swarm;
    this.store = store;
    this.resolver = resolver;
    this.state = state;
    swarm.keeper().setStreams(connection -> streams.getOrDefault(connection, () -> 0).getAsInt());
    this.driver = new Driver<>(vertx, swarm, action -> REACTIONS.accept(this, action));
  }

  void add(Shard shard) {
    shards.add(shard);
  }

  List<Shard> shards() {
    return shards;
  }

  /** A request for a connection, and how to take it back. */
  record Connecting(Future<ConnectionInfo> done, Runnable cancel) {}

  /** Reaches a peer; the connection that is up already does. */
  Connecting connect(PeerId peer, List<Multiaddr> addresses) {
    if (closed) {
      return new Connecting(Future.failedFuture(Failure.UNAVAILABLE.because("the node stops")), () -> { });
    }
    long request = ++lastRequest;
    Promise<ConnectionInfo> answer = Promise.promise();
    requests.put(request, answer);
    driver.run(now -> swarm.connect(now, request, peer, addresses));
    return new Connecting(answer.future(), () -> driver.run(now -> swarm.cancel(now, request)));
  }

  void setLimits(SwarmOptions limits, Watermarks marks) {
    swarm.setLimits(limits);
    driver.run(now -> swarm.keeper().setMarks(now, marks, limits.getInbound().getMaxConnections()));
  }

  /** What peers are worth to the clients, by their numbers. */
  Worth worth() {
    return swarm.keeper().worth();
  }

  /** The shards see it at once, the connections that are there at the end of this; answers how many it closes. */
  int setGater(Gater next) {
    if (closed) {
      return 0;
    }
    state.setGater(next);
    int[] gone = new int[1];
    driver.run(now -> gone[0] = swarm.setGater(now, next));
    return gone[0];
  }

  void bootstrap(List<Multiaddr> addresses) {
    driver.run(now -> swarm.bootstrap(now, addresses));
  }

  /** Goes back to peers that were connected when the node was last up; none of them is owed an answer. */
  void redial(int most) {
    for (KnownPeer known : store.reachable(Driver.now(), Lifetime.CONNECTED, "", most)) {
      connect(known.peer(), List.of()).done().onFailure(e -> LOG.debug("known from before: {}", e.getMessage()));
    }
  }

  Future<Void> disconnect(PeerId peer) {
    if (closed) {
      return Future.succeededFuture();
    }
    List<Future<Void>> gone = new ArrayList<>();
    for (ConnectionInfo connection : swarm.connections(peer)) {
      gone.add(closing.computeIfAbsent(connection.id(), id -> Promise.promise()).future());
    }
    driver.run(now -> swarm.disconnect(now, peer)); // dials to it are given up as well
    return Future.join(gone).mapEmpty();
  }

  Optional<ConnectionInfo> connection(PeerId peer) {
    return swarm.connection(peer);
  }

  List<ConnectionInfo> connections() {
    return swarm.connections();
  }

  /** Tells the connections of a peer what it serves. */
  void know(PeerId peer, Set<String> protocols) {
    for (ConnectionInfo connection : swarm.connections(peer)) {
      shards.get(connection.shard()).know(connection.id(), protocols);
    }
  }

  private void dial(Action.Dial dial) {
    Shard shard = shards.get(Math.floorMod(nextShard++, shards.size()));
    dials.put(dial.attempt(), shard);
    LOG.debug("dialling {}", dial.address());
    shard.dial(dial.attempt(), dial.address(), dial.expectedOrNull(), dial.timeoutNanos());
  }

  /** A lookup that is given up runs to its end; its answer is late then. */
  private void resolve(Action.Resolve lookup) {
    LOG.debug("looking up {}", lookup.address());
    resolver.resolve(lookup.address()).onComplete(
        found -> driver.run(now -> swarm.onResolved(now, lookup.attempt(), found)),
        e -> driver.run(now -> swarm.onDialFailed(now, lookup.attempt(), e.getMessage())));
  }

  /** The addresses that one stands for. */
  Future<List<Multiaddr>> resolve(Multiaddr address) {
    return resolver.resolve(address).recover(e -> Future.failedFuture(Failure.NOT_FOUND.because(e.getMessage())));
  }

  private void cancelDial(Action.CancelDial cancel) {
    Shard shard = dials.remove(cancel.attempt());
    if (shard != null) {
      shard.cancel(cancel.attempt());
    }
  }

  private void close(Action.Close close) {
    shards.get(shardOf(close.connectionId())).close(close.connectionId(), close.reason());
  }

  private void closeWhenIdle(Action.CloseWhenIdle close) {
    shards.get(shardOf(close.connectionId())).closeWhenIdle(close.connectionId(), close.reason());
  }

  private void onUp(Action.Up up) {
    ConnectionInfo connection = up.connection();
    state.publish(new HostEvent.Connected(connection.peer(), connection.inbound(), connection.remoteAddress()));
  }

  private void onDown(Action.Down down) {
    state.publish(new HostEvent.Disconnected(down.peer(), down.reason()));
  }

  private void onBootstrapFailed(Action.BootstrapFailed failed) {
    LOG.warn("{}; {}", failed.message(), failed.retryNanos() < 0 ? "it is not tried again"
        : "the next try is in " + TimeUnit.NANOSECONDS.toSeconds(failed.retryNanos()) + " s");
  }

  private void onRefused(Action.Refused refused) {
    state.refusals().add(refused.message());
  }

  private void onTrimmed(Action.Trimmed trimmed) {
    LOG.info("highWater: of {} connections the {} of least worth are closed", trimmed.open(), trimmed.closed());
  }

  private void onDone(Action.Done done) {
    Optional.ofNullable(requests.remove(done.request())).ifPresent(answer -> answer.complete(done.connection()));
  }

  private void onFailed(Action.Failed failed) {
    if (failed.kind() == FailureKind.LIMIT_REACHED || failed.kind() == FailureKind.FORBIDDEN) {
      state.refusals().add(failed.message());
    }
    Optional.ofNullable(requests.remove(failed.request()))
        .ifPresent(answer -> answer.fail(failure(failed.kind()).because(failed.message())));
  }

  /** A connection's number begins with that of its shard. */
  static int shardOf(long connection) {
    return (int) (connection >>> Shard.NUMBER_BITS);
  }

  private static Failure failure(FailureKind kind) {
    return switch (kind) {
      case NOT_FOUND -> Failure.NOT_FOUND;
      case DIAL_FAILED -> Failure.DIAL_FAILED;
      case TIMED_OUT -> Failure.TIMED_OUT;
      case CANCELLED -> Failure.CANCELLED;
      case LIMIT_REACHED -> Failure.LIMIT_REACHED;
      case FORBIDDEN -> Failure.FORBIDDEN;
      case BAD_REQUEST -> Failure.BAD_REQUEST;
    };
  }

  private void run(Consumer<Long> input) {
    context.runOnContext(ignored -> driver.run(input::accept));
  }

  @Override
  public Future<Boolean> admit(String remoteIp) {
    Context shard = Vertx.currentContext();
    Promise<Boolean> answer = Promise.promise();
    run(now -> {
      String refusal = swarm.refusal(now, remoteIp);
      if (refusal != null) {
        state.refusals().add(refusal);
      }
      shard.runOnContext(ignored -> answer.complete(refusal == null));
    });
    return answer.future();
  }

  @Override
  public void onAcceptEnded(String remoteIp) {
    run(now -> swarm.onAcceptEnded(now, remoteIp));
  }

  @Override
  public void onConnected(long attempt, ConnectionInfo connection, IntSupplier itsStreams) {
    context.runOnContext(ignored -> {
      streams.put(connection.id(), itsStreams);
      driver.run(now -> {
        dials.remove(attempt);
        swarm.onConnected(now, attempt, connection);
      });
      // By now everybody is told of the peer, or the connection is being closed because it is not wanted.
      shards.get(connection.shard()).onAnnounced(connection.id());
    });
  }

  @Override
  public void onDialFailed(long attempt, String reason) {
    run(now -> {
      dials.remove(attempt);
      swarm.onDialFailed(now, attempt, reason);
    });
  }

  @Override
  public void onWorn(long connection) {
    run(now -> swarm.onWorn(now, connection));
  }

  @Override
  public void onClosed(long connection, String reason) {
    run(now -> {
      streams.remove(connection);
      swarm.onClosed(now, connection, reason);
      Optional.ofNullable(closing.remove(connection)).ifPresent(Promise::complete);
    });
  }

  void close() {
    closed = true;
    driver.close();
    resolver.close();
    requests.values().forEach(answer -> answer.tryFail(Failure.UNAVAILABLE.because("the node stops")));
    requests.clear();
    closing.values().forEach(Promise::tryComplete);
    closing.clear();
  }

  PeerStore store() {
    return store;
  }
}
