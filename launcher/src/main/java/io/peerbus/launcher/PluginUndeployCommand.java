package io.peerbus.launcher;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peerbus plugin undeploy}. */
@Command(name = "undeploy", mixinStandardHelpOptions = true, description = {
    "Takes a plugin out of a running node.",
    "",
    "Its open streams may finish, for some seconds. Its jar stays in the folder and is left alone until it changes, or"
        + " `peerbus plugin deploy ID`."})
final class PluginUndeployCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  @Parameters(paramLabel = "ID", description = "The plugin's id, as `peerbus plugin list` shows it.")
  private String id;

  @Override
  public Integer call() throws StartException {
    return node.change(Exit.FAILED, "Undeploying " + id, new JsonObject().put("op", "undeploy").put("id", id),
        answer -> id + " is undeployed").code();
  }
}
