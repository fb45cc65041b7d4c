package io.peerbus.launcher;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peerbus plugin rollback}. */
@Command(name = "rollback", mixinStandardHelpOptions = true,
    description = {"Puts the version of a plugin back that was replaced last.", "",
        "Where the config has the plugin under several ids, the others follow."},
    footer = {"", "Ends with 15 when the node refuses it, for instance because there is none."})
final class PluginRollbackCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  @Parameters(paramLabel = "ID", description = "The plugin's id, as `peerbus plugin list` shows it.")
  private String id;

  @Override
  public Integer call() throws StartException {
    JsonObject request = new JsonObject().put("op", "rollback").put("id", id);
    return node.change(Exit.DEPLOY, "Rolling back " + id, request, answer ->
        id + " " + answer.getValue("version") + " is back, in the place of " + answer.getValue("previous")
            + PluginDeployCommand.also(answer)).code();
  }
}
