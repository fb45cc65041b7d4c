package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.launcher.bridge.BridgeVerticle;
import io.peerbus.launcher.bridge.Token;
import io.peerbus.launcher.config.BridgeConfig;
import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.control.ControlServer;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.launcher.data.TokenFile;
import io.peerbus.launcher.logs.LogLevels;
import io.peerbus.launcher.logs.LogPublisher;
import io.peerbus.launcher.logs.PluginLogs;
import io.peerbus.launcher.metrics.MetricsServer;
import io.peerbus.launcher.plugin.PluginManager;
import io.peerbus.launcher.plugin.TopLevel;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole node: its name, folder and key; core; then the plugins in the order of the config. Undeployed, it takes them
 * down in the opposite order, so that plugins part from their peers while the connections still stand.
 *
 * <p>Deployed as {@code peerbus:node} its config is a {@link NodeConfig}; the commands deploy it with a claim they
 * made before. A start that fails takes everything down again and fails with a {@link StartException}.
 *
 * <p>The time to stop adds up to 1.7 s, or 1.85 s with a bridge: whoever presses Ctrl-C should not wait for two.
 */
public final class NodeVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(NodeVerticle.class);

  /** The file of known peers in the node's folder. */
  static final String PEER_STORE = "peers.mv";

  /** Enough to close a socket and to delete it. */
  private static final long CONTROL_STOP_MILLIS = 150;
  /** How long one plugin may hold up the stop of the next. Its open streams are cut when core goes. */
  private static final long PLUGIN_STOP_MILLIS = 150;
  /** Enough to tell every peer of the end of its connection. */
  private static final long HOST_STOP_MILLIS = 600;
  /** For what the plugins still have to do once their streams are gone. */
  private static final long REST_MILLIS = 300;

  private final HostSource hosts;
  private final ConfigFile file;
  private final LogLevels levels = new LogLevels();
  private final int patience;
  private NodeClaim claim;
  private PluginManager plugins;
  private Deployable core;
  private String host;
  private String bridge;
  private ConfigReload reload;
  private ControlServer control;
  private LogPublisher logs;
  private MetricsServer metrics;
  private Runnable unhook;

  /** A node that finds its config in its deployment. */
  public NodeVerticle() {
    this(null, CoreHost::create);
  }

  /** A node with what was claimed for it; it gives the claim back when it stops, or fails to start. */
  public NodeVerticle(NodeClaim claim, HostSource hosts) {
    this(claim, hosts, null);
  }

  /** One that follows the changes of its config file, which may be {@code null}. */
  NodeVerticle(NodeClaim claim, HostSource hosts, ConfigFile file) {
    this(claim, hosts, file, 1);
  }

  /** For tests on busy machines: so many times the time to stop. */
  NodeVerticle(NodeClaim claim, HostSource hosts, int patience) {
    this(claim, hosts, null, patience);
  }

  private NodeVerticle(NodeClaim claim, HostSource hosts, ConfigFile file, int patience) {
    this.claim = claim;
    this.hosts = hosts;
    this.file = file;
    this.patience = patience;
  }

  @Override
  public Future<?> start() {
    unhook = TopLevel.beforeClose(vertx, () -> {
      Promise<Void> down = Promise.promise();
      context.runOnContext(v -> takeDown().onComplete(down));
      return down.future();
    });
    return claim()
        .compose(this::startPlugins)
        .compose(done -> startHost())
        .compose(done -> deployAll())
        .compose(done -> startBridge())
        .compose(done -> followConfig())
        .compose(done -> startMetrics())
        .compose(done -> startControl())
        .recover(error -> takeDown().transform(done -> Future.failedFuture(error)));
  }

  @Override
  public Future<?> stop() {
    return takeDown();
  }

  private Future<NodeClaim> claim() {
    if (claim != null) {
      return Future.succeededFuture(claim);
    }
    return context.executeBlocking(() -> {
      try {
        NodeConfig config = NodeConfig.of(
            "config of " + getClass().getSimpleName(), config(), Path.of(""), Home.pluginRules());
        return NodeClaim.of(config, new SecureRandom());
      } catch (ConfigException e) {
        throw new StartException(Exit.CONFIG, e.getMessage(), e);
      }
    }).onSuccess(claimed -> claim = claimed);
  }

  private Future<Void> startPlugins(NodeClaim claimed) {
    NodeConfig config = claimed.config();
    levels.apply(config.logging());
    plugins = new PluginManager(context, config.node(), Home.plugins(config), claimed.folder().path().resolve("work"),
        config.pluginPolicy());
    return plugins.start().recover(error -> failed(Exit.DATA, error));
  }

  private Future<Void> startHost() {
    core = hosts.create(hostOptions(), claim);
    return TopLevel.deploy(context, core, new DeploymentOptions())
        .onSuccess(id -> host = id)
        .<Void>mapEmpty()
        .recover(error -> failed(exitOf(error), error));
  }

  private JsonObject hostOptions() {
    JsonObject options = claim.config().hostOptions();
    if (claim.config().keepsPeers()) {
      options.put("peers", options.getJsonObject("peers", new JsonObject())
          .put("store", claim.folder().path().resolve(PEER_STORE).toString()));
    }
    return options;
  }

  private Future<Void> followConfig() {
    if (file == null) {
      return Future.succeededFuture();
    }
    reload = new ConfigReload(context, file, claim.config(),
        new ConfigReload.Parts(plugins, levels, options -> CoreHost.setLimits(core, options)));
    return reload.start();
  }

  /** Nothing, unless the config switches it on. */
  private Future<Void> startBridge() {
    Optional<BridgeConfig> config = claim.config().bridge();
    if (config.isEmpty()) {
      return Future.succeededFuture();
    }
    Path file = claim.folder().path().resolve(config.get().tokenFile());
    return context.executeBlocking(() -> new Token(TokenFile.loadOrCreate(file, new SecureRandom())))
        .compose(token -> TopLevel.deploy(context,
            new BridgeVerticle(claim.config().node(), config.get(), token), new DeploymentOptions()))
        .onSuccess(id -> bridge = id)
        .<Void>mapEmpty()
        .recover(error -> failed(error instanceof StartException start ? start.exit() : exitOf(error), error));
  }

  /** Plugins over the bridge part before those that they may call. */
  private Future<Void> stopBridge() {
    String id = bridge;
    bridge = null;
    return id == null ? Future.succeededFuture() : limited(vertx.undeploy(id), patience * PLUGIN_STOP_MILLIS);
  }

  private Future<Void> startMetrics() {
    return claim.config().metricsPort().map(port -> MetricsServer.start(vertx, claim.config().node(), port)
        .onSuccess(started -> {
          metrics = started;
          LOG.info("Metrics are at http://{}:{}/metrics", MetricsServer.HOST, started.port());
        })
        .<Void>mapEmpty()
        .recover(error -> NodeVerticle.<Void>failed(Exit.LISTEN, new IOException("metrics.port: " + MetricsServer.HOST
            + ":" + port + " cannot be listened on: " + error.getMessage(), error))))
        .orElseGet(Future::succeededFuture);
  }

  /** The last step, so that a node that can be spoken to is whole. One that cannot be is better than none. */
  private Future<Void> startControl() {
    String node = claim.config().node();
    logs = LogPublisher.start(context, node, PluginLogs.ofProcess());
    return ControlServer.start(vertx, node, claim.folder().path())
        .onSuccess(started -> control = started)
        .onFailure(error -> LOG.warn("Commands cannot reach this node: {}", error.toString()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<Void> stopControl() {
    if (logs != null) {
      logs.close();
    }
    return Future.join(
        control == null ? Future.succeededFuture() : limited(control.close(), CONTROL_STOP_MILLIS),
        metrics == null ? Future.succeededFuture() : limited(metrics.close(), CONTROL_STOP_MILLIS)).mapEmpty();
  }

  private Future<Void> deployAll() {
    return plugins.begin(claim.config().plugins())
        .onSuccess(done -> LOG.info("Node {} runs {}, its data is in {}", claim.config().node(), plugins,
            claim.folder().path()))
        .recover(error -> failed(Exit.DEPLOY, error));
  }

  /** Also does no harm a second time. */
  private Future<Void> takeDown() {
    unhook.run();
    levels.apply(Map.of());
    if (reload != null) {
      reload.stop();
    }
    return stopControl()
        .compose(done -> stopBridge())
        .compose(done -> plugins == null ? Future.succeededFuture()
            : plugins.undeployAll(patience * PLUGIN_STOP_MILLIS))
        .transform(done -> host == null ? Future.succeededFuture() : stopHost())
        .transform(done -> plugins == null ? Future.succeededFuture()
            : limited(plugins.whenGone(), patience * REST_MILLIS))
        .transform(done -> release());
  }

  private Future<Void> stopHost() {
    String id = host;
    host = null;
    return limited(vertx.undeploy(id), patience * HOST_STOP_MILLIS);
  }

  private Future<Void> release() {
    NodeClaim held = claim;
    claim = null;
    return held == null ? Future.succeededFuture() : context.executeBlocking(() -> {
      held.close();
      return null;
    });
  }

  private static Future<Void> limited(Future<Void> future, long millis) {
    return future.timeout(millis, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  private static Exit exitOf(Throwable error) {
    return Failure.of(error).failure() == Failure.CANNOT_LISTEN ? Exit.LISTEN : Exit.DEPLOY;
  }

  private static <T> Future<T> failed(Exit exit, Throwable error) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    return Future.failedFuture(new StartException(exit, message, error));
  }
}
