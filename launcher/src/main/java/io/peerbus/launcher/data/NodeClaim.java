package io.peerbus.launcher.data;

import io.peerbus.crypto.KeyPair;
import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.pnet.PrivateNetwork;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a node must own before it may start: a name, a folder that no other node uses, and the key in it.
 *
 * @param config the node's config, with the name it got
 * @param networkOrNull the private network that it is in
 * @param webFiles what it has for {@code /tls/ws}
 */
public record NodeClaim(NodeConfig config, DataFolder folder, KeyPair identity, PrivateNetwork networkOrNull,
    WebFiles webFiles) implements AutoCloseable {

  /** How many unnamed nodes of one user find a folder of their own. */
  private static final int MAX_UNNAMED = 100;

  /**
   * Claims all that for a node. One that is not named in its config takes the first free of {@code node}, {@code
   * node-2}, {@code node-3}, …: so two of them can be started without a thought, and each is the same peer next time.
   * Blocks.
   */
  public static NodeClaim of(NodeConfig config, SecureRandom random) throws StartException {
    if (config.isNamed()) {
      return in(config, DataFolder.open(pathOf(config)), random);
    }
    for (String name : unnamed(config)) {
      Optional<DataFolder> free = DataFolder.tryOpen(defaultPath(name, System.getenv()));
      if (free.isPresent()) {
        return in(named(config, name), free.get(), random);
      }
    }
    throw new StartException(Exit.DATA, MAX_UNNAMED + " nodes called " + config.node() + "-… are running; use --name");
  }

  /** The names that a node may get whose config gives it none, in the order they are tried. */
  public static List<String> unnamed(NodeConfig config) {
    return IntStream.rangeClosed(1, MAX_UNNAMED).mapToObj(i -> config.node() + (i == 1 ? "" : "-" + i)).toList();
  }

  /** Where the node of this name has its folder, if its config says nothing else. */
  public static Path defaultPath(String node) {
    return defaultPath(node, System.getenv());
  }

  private static NodeClaim in(NodeConfig config, DataFolder folder, SecureRandom random) throws StartException {
    NodeClaim claim = null;
    try {
      PrivateNetwork network = network(config, folder.path(), System.getenv());
      KeyPair key = IdentityFile.loadOrCreate(
          folder.path().resolve(config.identityFile()), config.identityType(), random);
      claim = new NodeClaim(config, folder, key, network, WebFiles.load(config, folder.path()));
      return claim;
    } finally {
      if (claim == null) {
        release(folder);
      }
    }
  }

  /** The private network that a config names; {@code null} for the open one, where that is not forbidden. */
  static PrivateNetwork network(NodeConfig config, Path folder, Map<String, String> environment)
      throws StartException {
    Optional<String> file = config.networkKeyFile();
    if (file.isEmpty() && "1".equals(environment.get(NetworkKeyFile.FORCED))) {
      throw new StartException(Exit.CONFIG, NetworkKeyFile.FORCED + " is 1, and the config names no private network:"
          + " say where its key is in privateNetwork.file, or unset " + NetworkKeyFile.FORCED);
    }
    return file.isEmpty() ? null : NetworkKeyFile.load(folder.resolve(file.get()));
  }

  private static NodeConfig named(NodeConfig config, String name) throws StartException {
    try {
      return config.with("node name", new JsonObject().put("node", name));
    } catch (ConfigException e) {
      throw new StartException(Exit.CONFIG, e.getMessage(), e);
    }
  }

  /** Where a node's folder is: as its config says, or where the system keeps a user's data. */
  public static Path pathOf(NodeConfig config) {
    return config.data().orElseGet(() -> defaultPath(config.node(), System.getenv()));
  }

  /** {@code $XDG_DATA_HOME/peerbus/<node>}, by default {@code ~/.local/share/peerbus/<node>}. */
  static Path defaultPath(String node, Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
    // The specification wants relative paths ignored.
    Path base = xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home", ""), ".local", "share");
    return base.resolve("peerbus").resolve(node);
  }

  @Override
  public void close() {
    release(folder);
  }

  private static void release(DataFolder folder) {
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
