package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
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

  /** The config these choose; what the file leaves out is as in {@code defaults}. */
  NodeConfig config(JsonObject defaults) throws StartException {
    JsonObject over = new JsonObject();
    if (name != null) {
      over.put("node", name);
    }
    if (data != null) {
      over.put("data", data.toAbsolutePath().normalize().toString());
    }
    try {
      JsonObject base = conf == null ? new JsonObject() : NodeConfig.read(conf).toJson();
      return NodeConfig.defaults().with("command line", defaults.copy().mergeIn(base).mergeIn(over));
    } catch (ConfigException e) {
      throw new StartException(Exit.CONFIG, e.getMessage(), e);
    }
  }
}
