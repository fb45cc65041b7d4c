package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginRules;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say which node is meant, the same for all commands. */
final class NodeChoice {

  @Option(names = "--conf", paramLabel = "FILE", description = "The node's JSON config.")
  private Path conf;

  @Option(names = "--name", paramLabel = "NODE", description = "The node's name, before what the config says.")
  private String name;

  @Option(names = "--data", paramLabel = "DIR",
      description = "The node's folder, with its key in it, before what the config says.")
  private Path data;

  /** The config's file, or {@code null}. */
  Path file() {
    return conf;
  }

  /** Whether none of them was given. */
  boolean isUnsaid() {
    return conf == null && name == null && data == null;
  }

  /** The config these choose; what the file leaves out is as in {@code defaults}. */
  NodeConfig config(JsonObject defaults, PluginRules rules) throws StartException {
    JsonObject over = defaults.copy();
    try {
      if (conf == null) {
        return NodeConfig.of("command line", chosen(over), Path.of(""), rules);
      }
      NodeConfig base = NodeConfig.read(conf, rules);
      base.toJson().fieldNames().forEach(over::remove);
      return base.with("command line", chosen(over));
    } catch (ConfigException e) {
      throw new StartException(Exit.CONFIG, e.getMessage(), e);
    }
  }

  private JsonObject chosen(JsonObject over) {
    if (name != null) {
      over.put("node", name);
    }
    if (data != null) {
      over.put("data", data.toAbsolutePath().normalize().toString());
    }
    return over;
  }
}
