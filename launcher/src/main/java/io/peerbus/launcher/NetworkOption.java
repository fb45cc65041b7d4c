package io.peerbus.launcher;

import io.peerbus.launcher.data.NetworkKeyFile;
import io.peerbus.pnet.PrivateNetwork;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --network}: the private network of a command's own node. */
final class NetworkOption {

  @Option(names = "--network", paramLabel = "FILE",
      description = "The key of the private network that the peer is in, as \"peerbus key network\" makes it.")
  private Path file;

  boolean isUnsaid() {
    return file == null;
  }

  /** The same config with the network in it, if there is one. */
  JsonObject in(JsonObject config) {
    return file == null ? config
        : config.copy().put("privateNetwork", new JsonObject().put("file", file.toAbsolutePath().toString()));
  }

  /** {@code null} for the open network. */
  PrivateNetwork load() throws StartException {
    return file == null ? null : NetworkKeyFile.load(file);
  }
}
