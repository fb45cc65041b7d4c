package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.console.Console;
import io.peerbus.launcher.console.PipeConsole;
import io.peerbus.launcher.console.Terminals;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code peerbus chat}: a node with the chat plugin, and what is typed is said. */
@Command(name = "chat", mixinStandardHelpOptions = true, description = {
    "Starts a node that chats with libp2p peers of any language.",
    "",
    "A line typed is sent to everybody in the room; Ctrl-C or Ctrl-D leaves. Without a terminal, lines are read from"
        + " standard input and the node stays up at its end."},
    footer = {
        "",
        "The environment variable REMOTE_PEER names one more peer, which is dialled before those of --connect.",
        "",
        "With any peer to begin with, by an option or by the config, the node takes part in the DHT as a client: it"
            + " looks there for others of the room, and says whom it found.",
        "",
        "Options come before the config file, and that before the defaults. --port and --listen replace the addresses"
            + " of the file; --connect adds to its peers.",
        "",
        "Examples:",
        "  peerbus chat --port 4001",
        "  peerbus chat --connect /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…",
        "  echo hello | peerbus chat --connect /ip4/127.0.0.1/tcp/4001"})
final class ChatCommand implements Callable<Integer> {

  private static final JsonObject DEFAULTS = new JsonObject()
      .put("listen", new JsonArray().add("/ip4/0.0.0.0/tcp/0"))
      .put("plugins", new JsonArray()
          .add(new JsonObject().put("id", "identify"))
          .add(new JsonObject().put("id", "ping"))
          .add(new JsonObject().put("id", "gossipsub"))
          .add(new JsonObject().put("id", "chat")));

  enum Format { text, json, protobuf }

  @Mixin
  private NodeChoice node;

  @Spec
  private CommandSpec spec;

  private Integer port;

  @Option(names = "--listen", paramLabel = "MULTIADDR", converter = AddressConverter.class,
      description = "Listen on this address. May be given more than once.")
  private List<Multiaddr> listen = List.of();

  @Option(names = {"-c", "--connect"}, paramLabel = "MULTIADDR", converter = AddressConverter.class,
      description = "Connect to this peer. May be given more than once.")
  private List<Multiaddr> connect = List.of();

  @Option(names = {"-b", "--bootstrap"}, paramLabel = "MULTIADDR", converter = AddressConverter.class,
      description = "Find peers of the room through the DHT that this peer is in. May be given more than once.")
  private List<Multiaddr> bootstrap = List.of();

  @Option(names = "--format", paramLabel = "text|json|protobuf",
      description = "The form of the messages we send (default: json). All are understood.")
  private Format format;

  @Option(names = "--no-console", description = "Leave standard input alone.")
  private boolean noConsole;

  @Option(names = {"-v", "--verbose"}, description = "Log in detail, to standard error.")
  private boolean verbose;

  @Option(names = {"-p", "--port"}, paramLabel = "N",
      description = "Listen on this TCP port of all interfaces; 0, the default, is a free one.")
  void setPort(int port) {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(spec.commandLine(), "--port: " + port + " is out of range, 0 to 65535");
    }
    this.port = port;
  }

  @Override
  public Integer call() throws Exception {
    Logging.configure("INFO", verbose);
    NodeConfig config = config(System.getenv());
    NodeClaim claim = NodeClaim.of(config, new SecureRandom());
    Vertx vertx = Vertx.vertx(new VertxOptions(claim.config().vertx()));
    Console console = noConsole ? new PipeConsole(System.in, System.out) : Terminals.detect().console();
    NodeProcess process = new NodeProcess(vertx, claim, console, System.out, file());
    try {
      process.start(CoreHost::create).toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (!process.leaving().forget()) {
        return process.leaving().await().code();
      }
      console.close();
      vertx.close().toCompletionStage().toCompletableFuture().join();
      throw new StartException(NodeProcess.exitOf(e.getCause()), e.getCause().getMessage(), e);
    }
    if (!noConsole) {
      process.readConsole();
    }
    return process.leaving().await().code();
  }

  /** What these options amount to each time the file is read. */
  private ConfigFile file() {
    return node.file() == null ? null : new ConfigFile(node.file(), () -> config(System.getenv()));
  }

  /** The config these options amount to. */
  NodeConfig config(Map<String, String> environment) throws StartException {
    NodeConfig base = node.config(DEFAULTS, Home.pluginRules());
    if (base.plugins().stream().noneMatch(plugin -> plugin.id().equals("chat"))) {
      throw new StartException(Exit.CONFIG, "plugins: chat is missing; add {\"id\": \"chat\"}, or start this node with"
          + " `vertx run " + NodeVerticleFactory.NODE + "`");
    }
    JsonObject over = new JsonObject();
    JsonArray addresses = new JsonArray();
    if (port != null) {
      addresses.add("/ip4/0.0.0.0/tcp/" + port);
    }
    listen.forEach(address -> addresses.add(address.toString()));
    if (!addresses.isEmpty()) {
      over.put("listen", addresses);
    }
    List<String> peers = peers(environment);
    if (!peers.isEmpty()) {
      over.put("bootstrap", redialled(base, peers));
    }
    boolean joinsDht = !bootstrap.isEmpty()
        || !redialled(base, peers).isEmpty() && Home.plugins(base).holds(ChatDht.PLUGIN);
    if (!peers.isEmpty() || format != null || joinsDht) {
      JsonArray plugins = withChatSettings(base, peers);
      over.put("plugins", joinsDht ? ChatDht.join(plugins, bootstrap, redialled(base, peers)) : plugins);
    }
    if (verbose) {
      JsonObject levels = new JsonObject();
      base.logging().forEach(levels::put);
      levels.remove(Logger.ROOT_LOGGER_NAME); // the command line's wins
      over.put("logging", levels);
    }
    try {
      return base.with("command line", over);
    } catch (ConfigException e) {
      throw new StartException(Exit.CONFIG, e.getMessage(), e);
    }
  }

  /** REMOTE_PEER, then --connect. */
  private List<String> peers(Map<String, String> environment) throws StartException {
    List<String> peers = new ArrayList<>();
    String remote = environment.getOrDefault("REMOTE_PEER", "").trim();
    if (!remote.isEmpty()) {
      try {
        peers.add(Multiaddr.parse(remote).toString());
      } catch (FormatException e) {
        throw new StartException(Exit.USAGE, "REMOTE_PEER: \"" + remote + "\" is no multiaddr: " + e.getMessage());
      }
    }
    connect.forEach(address -> peers.add(address.toString()));
    return peers;
  }

  /** The peers to find again when they are lost: those with an id, and the config's. */
  private static JsonArray redialled(NodeConfig base, List<String> peers) {
    Stream<String> named = peers.stream().filter(peer -> peer.contains("/p2p/"));
    Stream<String> configured = base.hostOptions().getJsonArray("bootstrap", new JsonArray()).stream()
        .map(String.class::cast);
    return new JsonArray(Stream.concat(named, configured).distinct().toList());
  }

  private JsonArray withChatSettings(NodeConfig base, List<String> peers) {
    JsonArray plugins = base.toJson().getJsonArray("plugins");
    for (Object plugin : plugins) {
      JsonObject entry = (JsonObject) plugin;
      if (entry.getString("id").equals("chat")) {
        JsonObject settings = entry.getJsonObject("settings", new JsonObject());
        // A list of another type is for the plugin to refuse: there may be one without a schema.
        if (settings.getValue("connect", new JsonArray()) instanceof JsonArray before && !peers.isEmpty()) {
          settings.put("connect", new JsonArray(Stream.concat(peers.stream(), before.stream()).distinct().toList()));
        }
        if (format != null) {
          settings.put("format", format.name());
        }
        entry.put("settings", settings);
      }
    }
    return plugins;
  }
}
