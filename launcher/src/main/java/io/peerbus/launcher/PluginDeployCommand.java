package io.peerbus.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peerbus plugin deploy}. */
@Command(name = "deploy", mixinStandardHelpOptions = true, description = {
    "Puts a jar into the plugin folder of a running node and deploys it.",
    "",
    "A version of the same plugin is replaced, under all ids that it has in the config. Instead of a jar, the id of a"
        + " plugin can be given whose jar is in the folder, for instance after an undeploy."},
    footer = {"", "Ends with 15 when the node refuses it.", "", "Examples:",
        "  peerbus plugin deploy target/echo-1.2.jar", "  peerbus plugin deploy echo --name alice"})
final class PluginDeployCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  @Parameters(paramLabel = "FILE|ID", description = "The jar, or the id of a plugin whose jar is in the folder.")
  private String what;

  @Override
  public Integer call() throws StartException {
    JsonObject request = new JsonObject().put("op", "deploy");
    if (what.matches("[a-z0-9][a-z0-9-]{0,62}") && !Files.exists(Path.of(what))) {
      request.put("id", what);
    } else {
      request.put("file", jar(Path.of(what)));
    }
    return node.change(Exit.DEPLOY, "Deploying " + what, request, answer ->
        answer.getValue("id") + " " + answer.getValue("version") + " is deployed" + also(answer)).code();
  }

  /** What else the same jar is of. */
  static String also(JsonObject answer) {
    JsonArray ids = answer.getJsonArray("also", new JsonArray());
    return ids.isEmpty() ? "" : ids.stream().map(String::valueOf).collect(Collectors.joining(", ", ", also as ", ""));
  }

  /** The path as the node will understand it, which was started in another folder. */
  static String jar(Path file) throws StartException {
    if (!Files.isRegularFile(file)) {
      throw new StartException(Exit.DEPLOY, file + (Files.exists(file) ? " is not a file" : ": no such file"));
    }
    if (!Files.isReadable(file)) {
      throw new StartException(Exit.DEPLOY, file + " cannot be read");
    }
    return file.toAbsolutePath().normalize().toString();
  }
}
