package io.peerbus.launcher;

import io.peerbus.launcher.control.ControlException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peerbus plugin logs}. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = {
    "Shows what a plugin of a running node logged last.",
    "",
    "A node keeps the last 1000 lines of each plugin, also when the plugin is gone."},
    footer = {"", "With --json, each line is an object with id and line.", "", "Examples:",
        "  peerbus plugin logs echo --lines 20", "  peerbus plugin logs echo --follow"})
final class PluginLogsCommand implements Callable<Integer> {

  @Mixin
  private NodeQuestion node;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The plugin's id, as `peerbus plugin list` shows it.")
  private String id;

  @Option(names = {"-f", "--follow"}, description = "Go on with what it logs from now on, until Ctrl-C.")
  private boolean follow;

  private int lines = 100;

  @Option(names = {"-n", "--lines"}, paramLabel = "N", description = "How many lines (default: 100), 0 to 1000.")
  void setLines(int lines) {
    if (lines < 0 || lines > 1_000) {
      throw new ParameterException(spec.commandLine(), "--lines: " + lines + " is out of range, 0 to 1000");
    }
    this.lines = lines;
  }

  @Override
  public Integer call() throws StartException {
    return node.talk(Exit.FAILED, running -> {
      if (follow) {
        running.client().subscribe("plugins.logs"); // before the question, so that no line is between the two
      }
      JsonObject answer = node.ask(running, new JsonObject().put("op", "logs").put("id", id).put("lines", lines));
      boolean isRead = true;
      for (Object line : answer.getJsonArray("lines", new JsonArray())) {
        isRead = isRead && print(String.valueOf(line));
      }
      if (follow && isRead) {
        follow(running, answer.getLong("seq", 0L));
      }
    }).code();
  }

  /** Prints what comes; {@code shown} is the number of the last line that is printed already. */
  private void follow(RunningNode running, long shown) throws ControlException {
    long last = shown;
    while (true) {
      JsonObject event = running.client().nextEvent().getJsonObject("event");
      if (!id.equals(event.getString("id"))) {
        continue;
      }
      long seq = event.getLong("seq", last + 1);
      if (seq <= last) {
        continue;
      }
      if (seq > last + 1) {
        node.err().println("(" + (seq - last - 1) + " lines left out)");
        node.err().flush();
      }
      last = seq;
      if (!print(event.getString("line", ""))) {
        return;
      }
    }
  }

  private boolean print(String line) {
    return node.print(node.isJson() ? new JsonObject().put("id", id).put("line", line).encode() : line);
  }
}
