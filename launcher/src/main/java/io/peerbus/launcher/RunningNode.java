package io.peerbus.launcher;

import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.control.ControlClient;
import io.peerbus.launcher.control.ControlException;
import io.peerbus.launcher.data.NodeClaim;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A running node that a command speaks to.
 *
 * @param name for messages: its name, or its folder where that was given
 */
record RunningNode(String name, ControlClient client) implements AutoCloseable {

  /**
   * The node that a config means: of its name or folder, or, when it gives neither, the one of the unnamed nodes that
   * runs. Blocks.
   */
  static RunningNode of(NodeConfig config) throws StartException {
    if (config.isNamed()) {
      String name = config.data().map(Path::toString).orElse(config.node());
      try {
        return new RunningNode(name, ControlClient.open(NodeClaim.pathOf(config)));
      } catch (ControlException e) {
        throw unreachable(e, "; " + (config.data().isPresent()
            ? "start one with: peerbus chat --data " + config.data().get() : others(config.node())));
      }
    }
    List<RunningNode> found = new ArrayList<>();
    ControlException refused = null;
    for (String name : NodeClaim.unnamed(config)) {
      try {
        found.add(new RunningNode(name, ControlClient.open(NodeClaim.defaultPath(name))));
      } catch (ControlException e) {
        refused = refused == null || e.kind() == ControlException.Kind.NOT_ALLOWED ? e : refused;
      }
    }
    if (found.isEmpty()) {
      throw unreachable(refused, "; " + others(config.node()));
    }
    if (found.size() > 1) {
      found.forEach(RunningNode::close);
      throw new StartException(Exit.UNREACHABLE, found.size() + " nodes run; say which is meant: "
          + String.join(" or ", found.stream().map(node -> "--name " + node.name()).toList()));
    }
    return found.get(0);
  }

  private static StartException unreachable(ControlException error, String hint) {
    return new StartException(Exit.UNREACHABLE,
        error.getMessage() + (error.kind() == ControlException.Kind.NOT_RUNNING ? hint : ""), error);
  }

  /** What to do when the node of this name does not run: the running ones beside it are named. */
  private static String others(String name) {
    List<String> running = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(NodeClaim.defaultPath(name).getParent())) {
      for (Path folder : folders) {
        try {
          ControlClient.open(folder).close();
          running.add("--name " + folder.getFileName());
        } catch (ControlException e) {
          // Not running, or not ours.
        }
      }
    } catch (IOException e) {
      // No node ever ran here.
    }
    running.sort(null);
    return running.isEmpty()
        ? "start one with: peerbus chat" + (name.equals(NodeConfig.DEFAULT_NODE) ? "" : " --name " + name)
        : "running: " + String.join(", ", running);
  }

  @Override
  public void close() {
    client.close();
  }
}
