package io.peerbus.launcher;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peerbus plugin replace}. */
@Command(name = "replace", mixinStandardHelpOptions = true, description = {
    "Puts another version in the place of a running plugin, without closing a connection.",
    "",
    "Without a file it is the jar that is in the plugin folder now. When the new version does not start, the old one"
        + " stays."},
    footer = {"", "Ends with 15 when the node refuses it.", "", "Example:",
        "  peerbus plugin replace echo target/echo-1.3.jar"})
final class PluginReplaceCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  @Parameters(index = "0", paramLabel = "ID", description = "The plugin's id, as `peerbus plugin list` shows it.")
  private String id;

  @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "The jar with the other version.")
  private Path file;

  @Override
  public Integer call() throws StartException {
    JsonObject request = new JsonObject().put("op", "replace").put("id", id);
    if (file != null) {
      request.put("file", PluginDeployCommand.jar(file));
    }
    return node.change(Exit.DEPLOY, "Replacing " + id, request, answer ->
        id + " " + answer.getValue("version") + (answer.getValue("previous") == null ? " runs; its jar has not changed"
            : " replaces " + answer.getValue("previous")) + PluginDeployCommand.also(answer)).code();
  }
}
