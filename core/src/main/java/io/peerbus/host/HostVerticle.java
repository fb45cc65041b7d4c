package io.peerbus.host;

import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.swarm.ConnectionOptions;
import io.peerbus.swarm.InboundOptions;
import io.peerbus.swarm.PeerStore;
import io.peerbus.swarm.PeerStoreOptions;
import io.peerbus.swarm.Swarm;
import io.peerbus.swarm.SwarmOptions;
import io.peerbus.yamux.YamuxOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A libp2p node: owns its identity, its sockets and its connections, and serves plugins over the event bus.
 *
 * <p>Deploy one instance for each node. Several nodes may share one Vert.x as long as their names differ. The start
 * fails when an address cannot be listened on. Undeploying closes every connection with a GoAway.
 */
public final class HostVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(HostVerticle.class);

  private final HostOptions options;
  private final KeyPair identity;
  private final List<String> deployments = new ArrayList<>();
  private HostState state;
  private ControlEndpoint control;

  /** {@code identity} stays in core; plugins can only have certain bytes signed with it. */
  public HostVerticle(HostOptions options, KeyPair identity) {
    this.options = new HostOptions(options);
    this.identity = identity;
  }

  @Override
  public Future<?> start() {
    StreamFrameCodec.register(vertx);
    state = new HostState(vertx, options, identity);
    PeerStore store = new PeerStore(new PeerStoreOptions());
    Swarm swarm = new Swarm(state.self(), swarmOptions(), store, new SecureRandom());
    SwarmRunner runner = new SwarmRunner(vertx, swarm, store, state::publish);
    state.setSwarm(runner);
    return startShards(runner)
        .compose(started -> listen(runner))
        .compose(listening -> {
          control = new ControlEndpoint(vertx, state, state.addresses());
          return control.ready();
        })
        .onSuccess(ready -> {
          if (!options.getBootstrap().isEmpty()) {
            runner.bootstrap(options.getBootstrap());
          }
          LOG.info("node {} is {}", options.getNode(), state.self());
        })
        .recover(e -> stop().transform(stopped -> Future.failedFuture(e)));
  }

  private SwarmOptions swarmOptions() {
    return new SwarmOptions()
        .setDialTimeout(Duration.ofMillis(options.getDialTimeoutMillis()))
        .setInbound(new InboundOptions()
            .setMaxConnections(options.getMaxConnections())
            .setMaxPending(options.getMaxPending()));
  }

  private Future<?> startShards(SwarmRunner runner) {
    ConnectionOptions connections = new ConnectionOptions(
        NoiseIdentity.of(identity, new SecureRandom()),
        new YamuxOptions(),
        new ConnectionOptions.Protocols(
            protocol -> state.protocols().serves(protocol), () -> state.protocols().protocols()),
        ConnectionOptions.Limits.DEFAULT);
    Shard.Shared shared = new Shard.Shared(state.addresses(), connections, state::protocols, runner);
    int count = options.getShards() == 0 ? Runtime.getRuntime().availableProcessors() : options.getShards();
    List<Future<?>> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Shard shard = new Shard(i, shared);
      runner.add(shard);
      started.add(vertx.deployVerticle(shard).onSuccess(deployments::add));
    }
    return Future.all(started);
  }

  /** Every shard listens on every address; Vert.x hands accepted connections to them in turn. */
  private Future<?> listen(SwarmRunner runner) {
    List<Multiaddr> bound = new ArrayList<>();
    Future<Void> all = Future.succeededFuture();
    for (Multiaddr address : options.getListen()) {
      all = all.compose(done -> listen(runner, address)).onSuccess(bound::add).mapEmpty();
    }
    return all.onSuccess(done -> state.setListenAddresses(bound));
  }

  private Future<Multiaddr> listen(SwarmRunner runner, Multiaddr address) {
    List<Shard> shards = runner.shards();
    return shards.get(0).listen(address)
        .recover(e -> Future.failedFuture("cannot listen on " + address + ": " + e.getMessage()))
        .compose(bound -> {
          List<Future<?>> rest = new ArrayList<>();
          shards.stream().skip(1).forEach(shard -> rest.add(shard.listen(bound)));
          return rest.isEmpty() ? Future.succeededFuture(bound) : Future.all(rest).map(bound);
        });
  }

  @Override
  public Future<?> stop() {
    Future<Void> controlClosed = control == null ? Future.succeededFuture() : control.close();
    List<Future<?>> stopped = new ArrayList<>();
    deployments.forEach(deployment -> stopped.add(vertx.undeploy(deployment)));
    deployments.clear();
    return controlClosed
        .compose(closed -> stopped.isEmpty() ? Future.succeededFuture() : Future.join(stopped).mapEmpty())
        .onComplete(done -> state.swarm().close());
  }
}
