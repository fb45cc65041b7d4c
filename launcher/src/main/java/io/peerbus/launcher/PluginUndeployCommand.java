package io.peerbus.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peerbus plugin undeploy}. */
@Command(name = "undeploy", mixinStandardHelpOptions = true, description = {
    "Takes a plugin out of a running node.",
    "",
    "Its open streams may finish, for some seconds. Its jar stays in the folder and is left alone until it changes, or"
        + " `peerbus plugin deploy ID`. Plugins that require it are stopped before, and wait for it."})
final class PluginUndeployCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  @Parameters(paramLabel = "ID", description = "The plugin's id, as `peerbus plugin list` shows it.")
  private String id;

  @Override
  public Integer call() throws StartException {
    return node.change(Exit.FAILED, "Undeploying " + id, new JsonObject().put("op", "undeploy").put("id", id),
        this::tell).code();
  }

  private String tell(JsonObject answer) {
    JsonArray waiting = answer.getJsonArray("waiting", new JsonArray());
    return id + " is undeployed" + (waiting.isEmpty() ? "" : "; without it " + waiting.stream().map(String::valueOf)
        .collect(Collectors.joining(", ")) + " cannot run and " + (waiting.size() == 1 ? "waits" : "wait"));
  }
}
