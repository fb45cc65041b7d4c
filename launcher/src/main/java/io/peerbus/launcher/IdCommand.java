package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.data.IdentityFile;
import io.peerbus.launcher.data.NodeClaim;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code peerbus id}: which peer a node is, also while it runs. */
@Command(name = "id", mixinStandardHelpOptions = true, description = {
    "Prints a node's peer id. A node that never ran gets its key now."},
    footer = {"", "Examples:", "  peerbus id", "  peerbus id --name alice", "  peerbus id --conf conf/chat.json"})
final class IdCommand implements Callable<Integer> {

  @Mixin
  private NodeChoice node;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws StartException {
    NodeConfig config = node.config(new JsonObject(), PluginRules.NONE);
    Path file = NodeClaim.pathOf(config).resolve(config.identityFile());
    boolean isNew = !Files.exists(file);
    KeyPair key = IdentityFile.loadOrCreate(file, config.identityType(), new SecureRandom());
    if (isNew) {
      spec.commandLine().getErr().println("Made a new key: " + file);
      spec.commandLine().getErr().flush();
    }
    spec.commandLine().getOut().println(key.publicKey().peerId());
    spec.commandLine().getOut().flush();
    return Exit.OK.code();
  }
}
