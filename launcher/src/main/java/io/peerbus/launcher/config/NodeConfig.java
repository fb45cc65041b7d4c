package io.peerbus.launcher.config;

import io.peerbus.crypto.KeyType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The one configuration that drives a node, checked: an object of this class starts or fails for other reasons than
 * its config. Immutable.
 *
 * <p>Made of JSON as {@code node.schema.json} beside this class describes it. Paths in it are relative to the folder
 * of the file it was read from.
 */
public final class NodeConfig {

  /** The name of a node whose config gives none. */
  public static final String DEFAULT_NODE = "node";

  private static final List<String> DEFAULT_PLUGINS = List.of("identify", "ping", "gossipsub");

  /** How limits end that core wants beside the others. */
  private static final String TIMEOUT = "TimeoutMillis";

  private static final Path HERE = Path.of("").toAbsolutePath();

  private final JsonObject json;
  private final PluginRules rules;

  private NodeConfig(JsonObject json, PluginRules rules) {
    this.json = json;
    this.rules = rules;
  }

  /** Reads and checks a file, but for what its plugins demand. */
  public static NodeConfig read(Path file) throws ConfigException {
    return read(file, PluginRules.NONE);
  }

  /** Reads and checks a file. */
  public static NodeConfig read(Path file, PluginRules rules) throws ConfigException {
    return of(file.toString(), ConfigText.read(file), file.toAbsolutePath().getParent(), rules);
  }

  /**
   * From what an option gives: JSON if it starts with a brace, its paths relative to the working directory; else a
   * file.
   */
  public static NodeConfig of(String option, String argument, PluginRules rules) throws ConfigException {
    return argument.stripLeading().startsWith("{")
        ? of(option, ConfigText.parse(option, argument), HERE, rules) : read(Path.of(argument), rules);
  }

  /** The config of a node about which nothing is said. */
  public static NodeConfig defaults() {
    return new NodeConfig(new JsonObject(), PluginRules.NONE);
  }

  /** Checks JSON, but for what its plugins demand. */
  public static NodeConfig of(String source, JsonObject json, Path base) throws ConfigException {
    return of(source, json, base, PluginRules.NONE);
  }

  /**
   * Checks JSON.
   *
   * @param source what errors call it
   * @param base what relative paths in it are relative to
   * @param rules asked about its plugins, also when it is changed later by {@link #with}
   */
  public static NodeConfig of(String source, JsonObject json, Path base, PluginRules rules) throws ConfigException {
    return new NodeConfig(check(source, json, base, rules), rules);
  }

  /** This config with the values of {@code over} instead of its own; paths are relative to the working directory. */
  public NodeConfig with(String source, JsonObject over) throws ConfigException {
    boolean aboutPlugins = over.containsKey("plugins") || over.containsKey("pluginFolder");
    JsonObject merged = json.copy().mergeIn(over);
    return new NodeConfig(check(source, merged, HERE, aboutPlugins ? rules : PluginRules.NONE), rules);
  }

  /** Answers the JSON with its paths made absolute. */
  private static JsonObject check(String source, JsonObject json, Path base, PluginRules rules)
      throws ConfigException {
    List<Mistake> mistakes = new ArrayList<>(SchemaCheck.check(schema(), json, ""));
    mistakes.addAll(ConfigRules.check(json));
    JsonObject absolute = json.copy();
    for (String name : List.of("data", "pluginFolder")) {
      if (json.getValue(name) instanceof String path && ConfigRules.isPath(path)) {
        absolute.put(name, base.toAbsolutePath().resolve(path).normalize().toString());
      }
    }
    boolean hasFolder = absolute.getValue("pluginFolder") instanceof String path && ConfigRules.isPath(path);
    mistakes.addAll(rules.check(
        hasFolder ? Optional.of(Path.of(absolute.getString("pluginFolder"))) : Optional.empty(),
        entries(json, mistakes)));
    if (!mistakes.isEmpty()) {
      throw new ConfigException(source, mistakes);
    }
    return absolute;
  }

  /** The plugins of which it is clear where they are: what says so has no mistakes yet. */
  private static List<PluginRules.Entry> entries(JsonObject json, List<Mistake> mistakes) {
    List<PluginRules.Entry> entries = new ArrayList<>();
    Object plugins = json.getValue("plugins", new JsonArray(DEFAULT_PLUGINS.stream()
        .map(id -> new JsonObject().put("id", id)).toList()));
    for (int i = 0; plugins instanceof JsonArray list && i < list.size(); i++) {
      String path = "plugins[" + i + "]";
      List<String> where = List.of(path + ".id", path + ".plugin", path + ".jar");
      boolean wrong = mistakes.stream().map(Mistake::path).anyMatch(where::contains);
      if (!wrong && list.getValue(i) instanceof JsonObject entry && entry.containsKey("id")) {
        String id = entry.getString("id");
        entries.add(new PluginRules.Entry(path, id, entry.getString("plugin", id), entry.getString("jar"),
            entry.getValue("settings") instanceof JsonObject settings ? settings : new JsonObject()));
      }
    }
    return entries;
  }

  /** The schema, as shipped in the jar. */
  public static JsonObject schema() {
    try (InputStream in = NodeConfig.class.getResourceAsStream("node.schema.json")) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String node() {
    return json.getString("node", DEFAULT_NODE);
  }

  /** Whether the config itself names the node or its folder; a node without may take a free one. */
  public boolean isNamed() {
    return json.containsKey("node") || json.containsKey("data");
  }

  /** The node's folder, if the config gives it. */
  public Optional<Path> data() {
    return Optional.ofNullable(json.getString("data")).map(Path::of);
  }

  /** The identity's file, relative to the node's folder if it is not absolute. */
  public String identityFile() {
    return json.getJsonObject("identity", new JsonObject()).getString("file", "identity.key");
  }

  /** The type of identity key that is made on first start. */
  public KeyType identityType() {
    return KeyType.valueOf(json.getJsonObject("identity", new JsonObject())
        .getString("type", "ed25519").toUpperCase(Locale.ROOT));
  }

  /** Where plugin jars are, if the config says so. */
  public Optional<Path> pluginFolder() {
    return Optional.ofNullable(json.getString("pluginFolder")).map(Path::of);
  }

  /** The plugins in the order they are deployed. */
  public List<PluginConfig> plugins() {
    if (!json.containsKey("plugins")) {
      return DEFAULT_PLUGINS.stream().map(PluginConfig::of).toList();
    }
    return json.getJsonArray("plugins").stream().map(entry -> PluginConfig.of((JsonObject) entry)).toList();
  }

  /** Which plugin jars are taken. */
  public PluginPolicy pluginPolicy() {
    return PluginPolicy.of(json.getJsonObject("pluginPolicy", new JsonObject()));
  }

  /** The bridge for plugins in other languages, if it is switched on. */
  public Optional<BridgeConfig> bridge() {
    return BridgeConfig.of(json.getJsonObject("bridge", new JsonObject()));
  }

  /** Loggers and what each logs from on, before what {@code logback.xml} says. */
  public Map<String, String> logging() {
    Map<String, String> levels = new LinkedHashMap<>();
    json.getJsonObject("logging", new JsonObject()).forEach(level ->
        levels.put(level.getKey(), (String) level.getValue()));
    return levels;
  }

  /** The limits that the config sets, with the parts about limits that stand for themselves. */
  public JsonObject limits() {
    JsonObject limits = json.getJsonObject("limits", new JsonObject()).copy();
    for (String part : List.of("connections", "capacity", "profile")) {
      Object value = json.getValue(part);
      if (value != null && !value.equals(new JsonObject())) {
        limits.put(part, value);
      }
    }
    return limits.copy();
  }

  /** The lists {@code deny} and {@code allow} of the gater, where the config has them. */
  public JsonObject gater() {
    return json.getJsonObject("gater", new JsonObject()).copy();
  }

  /** The file with the key of a private network, relative to the node's folder if it is not absolute. */
  public Optional<String> networkKeyFile() {
    return Optional.ofNullable(json.getJsonObject("privateNetwork")).map(network -> network.getString("file"));
  }

  /**
   * A file for {@code /tls/ws}, relative to the node's folder if it is not absolute.
   *
   * @param what {@code certificate}, {@code key} or {@code trust}
   */
  public Optional<String> webSocketFile(String what) {
    return Optional.ofNullable(json.getJsonObject("websocket")).map(files -> files.getString(what));
  }

  /** The loopback port for Prometheus, 0 for a free one; empty when nothing is to be told. */
  public Optional<Integer> metricsPort() {
    return Optional.ofNullable(json.getJsonObject("metrics")).map(metrics -> metrics.getInteger("port"));
  }

  /** Options of Vert.x, in the form of {@code VertxOptions}; Netty's epoll is used where it is on the class path. */
  public JsonObject vertx() {
    return new JsonObject().put("preferNativeTransport", hasEpoll())
        .mergeIn(json.getJsonObject("vertx", new JsonObject())).copy();
  }

  /** By its name, for it is not shipped. Not io_uring, with which Vert.x 5.0 does not get a node to listen. */
  private static boolean hasEpoll() {
    try {
      Class.forName("io.netty.channel.epoll.Epoll", false, NodeConfig.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether known peers are kept in the node's folder, over a restart. */
  public boolean keepsPeers() {
    return json.getBoolean("keepPeers", true);
  }

  /** What core is given: the config without what only the launcher needs. */
  public JsonObject hostOptions() {
    JsonObject host = new JsonObject().put("node", node());
    for (String name : List.of("listen", "announce", "bootstrap", "agentVersion", "protocolVersion", "security",
        "muxers", "gater", "connections", "capacity", "profile",
        "shards")) {
      if (json.containsKey(name)) {
        host.put(name, json.getValue(name));
      }
    }
    JsonObject peers = new JsonObject();
    for (String name : List.of("dnsServer", "redial")) {
      if (json.containsKey(name)) {
        peers.put(name, json.getValue(name));
      }
    }
    if (!peers.isEmpty()) {
      host.put("peers", peers);
    }
    JsonObject timeouts = new JsonObject();
    json.getJsonObject("limits", new JsonObject()).forEach(limit ->
        (limit.getKey().endsWith(TIMEOUT) ? timeouts : host).put(limit.getKey(), limit.getValue()));
    if (!timeouts.isEmpty()) {
      host.put("timeouts", timeouts);
    }
    return host.copy();
  }

  /** The JSON this was made of, with paths made absolute, so that a deployment's config can carry it. */
  public JsonObject toJson() {
    return json.copy();
  }
}
