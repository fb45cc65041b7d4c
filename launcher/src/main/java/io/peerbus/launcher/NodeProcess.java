package io.peerbus.launcher;

import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.console.Console;
import io.peerbus.launcher.console.Terminals;
import io.peerbus.launcher.data.NodeClaim;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that has a process to itself, by either command: its verticle, and where there is a chat plugin, standard
 * input and output. One at a time; any thread may call it.
 */
final class NodeProcess {

  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  private static final String DEFAULT_TOPIC = "universal-connectivity";

  /** What a start that is under way gets to end before all is taken down: Vert.x complains of what it half deployed. */
  private static final long START_MILLIS = 1_000;

  private final Vertx vertx;
  private final NodeClaim claim;
  private final Console console;
  private final ConfigFile file;
  private final Leaving leaving;
  private Future<String> starting = Future.failedFuture("not started");

  /** A console for a node of this config: none where there is no chat plugin to use it. */
  static Console consoleFor(NodeConfig config) {
    return chatOf(config).isPresent() ? Terminals.detect().console() : null;
  }

  private static Optional<PluginConfig> chatOf(NodeConfig config) {
    return config.plugins().stream().filter(plugin -> plugin.id().equals("chat")).findFirst();
  }

  /**
   * Takes the claim, and sets up the shutdown hook.
   *
   * @param console {@code null} when nothing is to be printed
   * @param file that the config is from, or {@code null}
   */
  NodeProcess(Vertx vertx, NodeClaim claim, Console console, PrintStream out, ConfigFile file) {
    this.vertx = vertx;
    this.file = file;
    this.claim = claim;
    this.console = console;
    this.leaving = new Leaving(vertx, this::undeploy, () -> {
      if (console != null) {
        console.close();
      }
      out.println();
      out.println("Goodbye!");
      out.flush();
      return Exit.OK;
    });
  }

  /**
   * Starts the node. When that fails everything is taken down again, and {@link Leaving#forget} tells whether it failed
   * by itself or because the node was told to leave.
   */
  Future<Void> start(HostSource hosts) {
    NodeConfig config = claim.config();
    if (console != null) {
      vertx.eventBus().<JsonObject>consumer("peerbus." + config.node() + ".chat.lines",
          message -> console.print(message.body().getString("line", "")));
    }
    return deploy(new NodeVerticle(claim, hosts, file)).mapEmpty();
  }

  /** Begins to send what is typed, or comes by a pipe. */
  void readConsole() {
    NodeConfig config = claim.config();
    Optional<PluginConfig> chat = chatOf(config);
    if (console == null || chat.isEmpty()) {
      return;
    }
    JsonObject settings = chat.get().settings();
    ChatInput input = new ChatInput(vertx, config.node(), settings.getString("topic", DEFAULT_TOPIC));
    // What is piped into a node that is to connect somewhere is meant for those there.
    boolean connects = !config.hostOptions().getJsonArray("bootstrap", new JsonArray()).isEmpty()
        || !settings.getJsonArray("connect", new JsonArray()).isEmpty();
    Future<Void> ready = connects && console.isPatient() ? input.untilHeard() : Future.succeededFuture();
    console.read(line -> ready.transform(done -> input.say(line)), leaving::begin);
  }

  Leaving leaving() {
    return leaving;
  }

  /** The exit code for a failed start. */
  static Exit exitOf(Throwable error) {
    return error instanceof StartException start ? start.exit() : Exit.DEPLOY;
  }

  private synchronized Future<String> deploy(NodeVerticle node) {
    starting = vertx.deployVerticle(node, new DeploymentOptions());
    return starting;
  }

  private synchronized Future<?> undeploy() {
    LOG.debug("Leaving");
    return starting.timeout(START_MILLIS, TimeUnit.MILLISECONDS)
        .transform(id -> id.succeeded() ? vertx.undeploy(id.result()) : Future.succeededFuture());
  }
}
