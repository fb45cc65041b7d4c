package io.peerbus.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code peerbus reload}. */
@Command(name = "reload", mixinStandardHelpOptions = true, description = {
    "Has a running node read its config file again.",
    "",
    "Plugins, limits, gater, pluginPolicy and logging change at once; what needs a restart is named. A node does the same by"
        + " itself within seconds of a change of the file."},
    footer = {"", "Ends with 2 when the config is refused, which leaves the one before in place, and with 15 when a"
        + " plugin could not be brought to it.", "", "Examples:", "  peerbus reload", "  peerbus reload --name alice"})
final class ReloadCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  private boolean failed;

  @Override
  public Integer call() throws StartException {
    Exit exit = node.talk(Exit.CONFIG, running -> {
      JsonObject answer = node.ask(running, new JsonObject().put("op", "reload"));
      failed = answer.containsKey("failed");
      (node.isJson() ? List.of(answer.encode()) : words(answer)).forEach(node::print);
    });
    return (exit == Exit.OK && failed ? Exit.DEPLOY : exit).code();
  }

  private static List<String> words(JsonObject answer) {
    JsonArray changes = answer.getJsonArray("changes", new JsonArray());
    JsonArray failures = answer.getJsonArray("failed", new JsonArray());
    JsonArray restart = answer.getJsonArray("restart", new JsonArray());
    List<String> lines = new ArrayList<>();
    changes.forEach(change -> lines.add(change.toString()));
    failures.forEach(failure -> lines.add("failed: " + failure));
    restart.forEach(name -> lines.add("needs a restart: " + name));
    return lines.isEmpty() ? List.of("nothing has changed") : lines;
  }
}
