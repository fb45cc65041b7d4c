package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.crypto.KeyPair;
import io.peerbus.mplex.MplexOptions;
import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.net.NameServer;
import io.peerbus.net.Resolver;
import io.peerbus.net.WebSocketTls;
import io.peerbus.pnet.PrivateNetwork;
import io.peerbus.swarm.ConnectionOptions;
import io.peerbus.swarm.Gater;
import io.peerbus.swarm.InboundOptions;
import io.peerbus.swarm.Muxers;
import io.peerbus.swarm.PeerStore;
import io.peerbus.swarm.PeerStoreOptions;
import io.peerbus.swarm.Swarm;
import io.peerbus.swarm.SwarmOptions;
import io.peerbus.yamux.YamuxOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.LocalMap;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A libp2p node: owns its identity, its sockets and its connections, and serves plugins over the event bus.
 *
 * <p>Deploy one instance for each node. Several nodes may share one Vert.x as long as their names differ. The start
 * fails with {@link Failure#CANNOT_LISTEN} when an address cannot be listened on. Undeploying closes every connection
 * with a GoAway.
 */
public final class HostVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(HostVerticle.class);

  /** A node with few connections has fewer of these in reserve: one of so many, and one. */
  private static final int RESERVED_OF = 16;

  private final HostOptions options;
  private volatile ConnectionOptions connections; // read by the shards
  private final KeyPair identity;
  private final PrivateNetwork network; // null for the open one
  private final WebSocketTls tls;
  private final YamuxOptions yamux;
  private Shard first; // on our own event loop
  private String deployment; // of the other shards; null where there are none
  private HostState state;
  private PeerKeeper keeper; // null where peers are kept in memory only
  private ControlEndpoint control;

  /** {@code identity} stays in core; plugins can only have certain bytes signed with it. */
  public HostVerticle(HostOptions options, KeyPair identity) {
    this(options, identity, (PrivateNetwork) null);
  }

  /** In a private network, which like the identity stays in core; {@code null} for the open one. */
  public HostVerticle(HostOptions options, KeyPair identity, PrivateNetwork networkOrNull) {
    this(options, identity, networkOrNull, WebSocketTls.NONE);
  }

  /** With a certificate for {@code /tls/ws}, or other certificates to trust there than the JDK's. */
  public HostVerticle(HostOptions options, KeyPair identity, PrivateNetwork networkOrNull, WebSocketTls tls) {
    this(options, identity, networkOrNull, tls, new YamuxOptions());
  }

  /** For tests: with limits of the muxer that no node needs to set. */
  HostVerticle(HostOptions options, KeyPair identity, YamuxOptions yamux) {
    this(options, identity, null, WebSocketTls.NONE, yamux);
  }

  private HostVerticle(HostOptions options, KeyPair identity, PrivateNetwork networkOrNull, WebSocketTls tls,
      YamuxOptions yamux) {
    this.options = new HostOptions(options);
    this.identity = identity;
    this.network = networkOrNull;
    this.tls = tls;
    this.yamux = new YamuxOptions(yamux);
  }

  @Override
  public Future<?> start() {
    StreamFrameCodec.register(vertx);
    String taken = names().putIfAbsent(options.getNode(), identity.publicKey().peerId().toString());
    if (taken != null) {
      return Future.failedFuture(Failure.ALREADY_TAKEN.because(
          "a node named \"" + options.getNode() + "\" is running on this Vert.x: " + taken));
    }
    state = new HostState(vertx, options, identity);
    PeerStore store = new PeerStore(new PeerStoreOptions());
    Swarm swarm = new Swarm(state.self(), swarmOptions(options), store, new SecureRandom());
    Resolver resolver = new Resolver(vertx, NameServer.of(vertx, options.getPeers().dnsServer()));
    SwarmRunner runner = new SwarmRunner(vertx, swarm, store, resolver, state);
    state.setSwarm(runner);
    runner.setGater(options.getGater());
    setLimits(runner, options);
    return startShards(runner) // first: its future has this context, and so have all that come of it
        .compose(started -> keepPeers(store))
        .compose(kept -> listen(runner))
        .compose(listening -> {
          control = new ControlEndpoint(vertx, state, state.addresses());
          return control.ready();
        })
        .onSuccess(ready -> {
          runner.redial(options.getPeers().redial());
          if (!options.getBootstrap().isEmpty()) {
            runner.bootstrap(options.getBootstrap());
          }
          LOG.info("node {} is {}, listening on {}", options.getNode(), state.self(),
              options.getListen().isEmpty() ? "nothing" : state.describe().listenAddresses());
        })
        .recover(e -> abandon().transform(stopped -> Future.failedFuture(e)));
  }

  /** A node whose disk fails is better than none. */
  private Future<Void> keepPeers(PeerStore store) {
    return options.getPeers().store().isEmpty() ? Future.succeededFuture()
        : PeerKeeper.open(vertx, store, Path.of(options.getPeers().store()))
            .onSuccess(opened -> keeper = opened)
            .onFailure(e -> LOG.warn("peers are kept in memory only, and forgotten at the end: {}", e.getMessage()))
            .<Void>mapEmpty()
            .otherwiseEmpty();
  }

  /** Whose each name is. Two nodes of one name would each get half of what plugins send to it. */
  private LocalMap<String, String> names() {
    return vertx.sharedData().getLocalMap("peerbus.nodes");
  }

  private SwarmOptions swarmOptions(HostOptions options) {
    return new SwarmOptions()
        .setNearNames(network != null)
        .setDialTimeout(options.getTimeouts().dial())
        .setMaxConnectionsPerPeer(options.getMaxConnectionsPerPeer())
        .setInbound(inbound(options));
  }

  private static InboundOptions inbound(HostOptions options) {
    return new InboundOptions()
        .setMaxConnections(options.getMaxConnections())
        .setMaxPending(options.getMaxPending())
        .setMaxPerIp(options.getMaxPerIp())
        .setMaxPerSite(options.getMaxPerSite())
        .setReserve(Math.min(InboundOptions.DEFAULT_RESERVE, 1 + options.getMaxConnections() / RESERVED_OF))
        .setLoopbackExempt(options.isLoopbackExempt());
  }

  /**
   * Takes over the limits of {@code next}, and nothing else of it, for connections that are made from now on; those
   * that are there stay as they are. The gater's rules that were set so before are replaced by those of {@code next},
   * which close connections; rules that came over the bus stay. Any thread; completes when it is done.
   */
  public Future<Void> setLimits(HostOptions next) {
    HostOptions limits = new HostOptions(next);
    Promise<Void> done = Promise.promise();
    context.runOnContext(now -> {
      ConnectionOptions before = connections;
      connections = new ConnectionOptions(before.security(), network, muxers(limits), before.protocols(),
          limits.getTimeouts().ofConnections());
      setLimits(state.swarm(), limits);
      state.scopes().setCapacity(limits.getCapacity());
      setGater(limits.getGater());
      done.complete();
    });
    return done.future();
  }

  private void setLimits(SwarmRunner runner, HostOptions limits) {
    runner.setLimits(swarmOptions(limits), limits.getConnections());
  }

  private void setGater(Gater next) {
    if (!next.equals(options.getGater())) {
      List<GateRule> before = new ArrayList<>(options.getGater().denied());
      before.addAll(options.getGater().allowed());
      state.swarm().setGater(state.gater().with(next.denied(), next.allowed(), before));
      options.setGater(next);
    }
  }

  private Future<?> startShards(SwarmRunner runner) {
    connections = new ConnectionOptions(
        options.getSecurity().stream().map(security -> security.of(identity)).toList(),
        network,
        muxers(options),
        new ConnectionOptions.Protocols(
            protocol -> state.protocols().serves(protocol), () -> state.protocols().protocols()),
        options.getTimeouts().ofConnections());
    Shard.Shared shared = new Shard.Shared(state, () -> connections, options.getMaxStreamsPerShard(), tls, runner);
    int count = options.getShards() == 0 ? Runtime.getRuntime().availableProcessors() : options.getShards();
    List<Shard> shards = IntStream.range(0, count).mapToObj(i -> new Shard(i, shared)).peek(runner::add).toList();
    return context.isEventLoopContext() // not for who deploys a node on worker threads: shards need their loops
        ? startHere(shards.get(0)).compose(started -> startElsewhere(shards.subList(1, count)))
        : startElsewhere(shards);
  }

  /**
   * The first shard is on our own event loop: each connection goes to and fro between its shard and us six times, and a
   * thread that sleeps takes longer to wake up than what it has to do then.
   */
  private Future<?> startHere(Shard shard) {
    try {
      Future<?> started = shard.deploy(context);
      first = shard;
      return started;
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  /** Instances of one deployment, each on an event loop of its own. */
  private Future<?> startElsewhere(List<Shard> shards) {
    Iterator<Shard> each = shards.iterator();
    return shards.isEmpty() ? Future.succeededFuture()
        : vertx.deployVerticle(each::next, new DeploymentOptions().setInstances(shards.size()))
            .onSuccess(id -> deployment = id);
  }

  private Future<?> stopHere() {
    try {
      return first == null ? Future.succeededFuture() : first.undeploy(context);
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  private Muxers muxers(HostOptions limits) {
    YamuxOptions limited = new YamuxOptions(yamux).setWriteTimeoutMillis(limits.getTimeouts().ofStreamMillis());
    List<String> ids = options.getMuxers().stream()
        .map(name -> name.equals("mplex") ? Muxers.MPLEX : Muxers.YAMUX).toList();
    return new Muxers(ids, limited, new MplexOptions());
  }

  private Future<?> listen(SwarmRunner runner) {
    List<Multiaddr> bound = new ArrayList<>();
    Future<Void> all = Future.succeededFuture();
    for (ListenSocket socket : ListenSocket.plan(options.getListen())) {
      all = all.compose(done -> vertx.sharedData().getLocalCounter("peerbus.listeners"))
          .compose(Counter::incrementAndGet)
          .compose(number -> listen(runner.shards(), socket.bind(), number.intValue()))
          .onSuccess(at -> bound.addAll(socket.bound(at)))
          .mapEmpty();
    }
    return all.onSuccess(done -> state.setListenAddresses(bound));
  }

  /** Every shard listens on every address; Vert.x hands accepted connections to them in turn. */
  private Future<Multiaddr> listen(List<Shard> shards, Multiaddr address, int number) {
    List<Future<Multiaddr>> listening = shards.stream().map(shard -> shard.listen(address, number)).toList();
    return Future.all(listening)
        .map(all -> all.<Multiaddr>resultAt(0))
        .recover(e -> Future.failedFuture(
            Failure.CANNOT_LISTEN.because("cannot listen on " + address + ": " + e.getMessage())));
  }

  private Future<?> abandon() {
    Future<Void> shards = deployment == null ? Future.succeededFuture() : vertx.undeploy(deployment);
    return shards.otherwiseEmpty().eventually(this::stop);
  }

  /** Vert.x has undeployed the other shards by now, and with the first one every connection is closed. */
  @Override
  public Future<?> stop() {
    return stopHere().transform(stopped -> stopAlone());
  }

  private Future<Void> stopAlone() {
    state.swarm().close();
    Future<Void> closed = control == null ? Future.succeededFuture() : control.close();
    return closed.eventually(() -> keeper == null ? Future.succeededFuture() : keeper.close())
        .onComplete(done -> names().remove(options.getNode()));
  }
}
