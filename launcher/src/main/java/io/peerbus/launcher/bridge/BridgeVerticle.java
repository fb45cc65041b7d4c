package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.api.HostFactory;
import io.peerbus.launcher.config.BridgeConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge of a node: listens on a loopback address and has a {@link Gate} for each connection. Undeployed, it closes
 * them, and the plugins behind them are gone at once.
 *
 * <p>Not thread safe: sockets, sessions and their hosts all live on its context.
 */
public final class BridgeVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(BridgeVerticle.class);
  private static final long A_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final String node;
  private final BridgeConfig config;
  private final Token token;
  private final Map<Long, Gate> gates = new LinkedHashMap<>();
  private final Set<String> attached = new LinkedHashSet<>();
  private NetServer server;
  private long connections;
  private long told = System.nanoTime() - A_SECOND;
  private long untold;

  public BridgeVerticle(String node, BridgeConfig config, Token token) {
    this.node = node;
    this.config = config;
    this.token = token;
  }

  @Override
  public Future<?> start() throws Exception {
    // The schema has said so already; whoever makes a config otherwise is not to open the node to a network.
    if (!InetAddress.getByName(config.host()).isLoopbackAddress()) {
      throw Failure.CANNOT_LISTEN.because("bridge.host: " + config.host()
          + " is not a loopback address; the bridge is for processes of this machine only");
    }
    server = vertx.createNetServer(new NetServerOptions().setHost(config.host()).setPort(config.port())
        .setAcceptBacklog(config.limits().maxConnections()));
    return server.connectHandler(this::onConnect).listen()
        .onSuccess(listening -> LOG.info("Plugins in other languages reach this node at {} port {}, with the token in"
            + " {}", config.host(), listening.actualPort(), config.tokenFile()))
        .recover(error -> Future.failedFuture(Failure.CANNOT_LISTEN.because(
            "bridge: " + config.host() + " port " + config.port() + " cannot be listened on: " + error.getMessage())));
  }

  @Override
  public Future<?> stop() {
    return Future.join(List.copyOf(gates.values()).stream().map(Gate::close).toList());
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  private void onConnect(NetSocket socket) {
    if (gates.size() >= config.limits().maxConnections()) {
      complain("the bridge has " + gates.size() + " connections (bridge.limits.maxConnections), one more was refused");
      Gate.turnAway(socket, Failure.LIMIT_REACHED.because("the bridge has " + gates.size() + " connections already"));
      return;
    }
    long number = ++connections;
    Gate gate = new Gate(this, socket, number);
    gates.put(number, gate);
    gate.begin();
  }

  void onClosed(long number) {
    gates.remove(number);
  }

  /** Takes a plugin's name for a session; answers whether it was free. */
  boolean take(String plugin) {
    return attached.add(plugin);
  }

  void release(String plugin) {
    attached.remove(plugin);
  }

  /** Tells the log, once a second at most: whoever is refused may try for ever. */
  void complain(String what) {
    long now = System.nanoTime();
    if (now - told < A_SECOND) {
      untold++;
      return;
    }
    LOG.warn("{}{}", what, untold == 0 ? "" : " (and " + untold + " more before)");
    told = now;
    untold = 0;
  }

  String node() {
    return node;
  }

  BridgeConfig settings() {
    return config;
  }

  boolean isTokenKnownBy(Object claimed) {
    return token.isKnownBy(claimed);
  }

  Vertx vertx() {
    return vertx;
  }

  Context context() {
    return context;
  }

  static HostFactory hosts() {
    return ServiceLoader.load(HostFactory.class, HostFactory.class.getClassLoader()).findFirst().orElseThrow();
  }
}
