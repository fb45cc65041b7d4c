package io.peerbus.launcher;

import io.peerbus.launcher.console.Printable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code peerbus plugin list}. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Shows the plugins of a running node.",
    footer = {"", "Examples:", "  peerbus plugin list", "  peerbus plugin list --name alice --json"})
final class PluginListCommand implements Callable<Integer> {

  private static final List<String> COLUMNS = List.of(
      "id", "version", "state", "threading", "restarts", "blocked", "errors", "refusals", "previous", "publisher",
      "jar");

  @Mixin
  private NodeQuestion node;

  @Override
  public Integer call() throws StartException {
    return node.talk(Exit.FAILED, running -> {
      JsonObject answer = node.ask(running, new JsonObject().put("op", "list"));
      if (node.isJson()) {
        node.print(answer.encode());
      } else {
        List<JsonObject> plugins = answer.getJsonArray("plugins", new JsonArray()).stream()
            .flatMap(entry -> entry instanceof JsonObject plugin ? Stream.of(plugin) : Stream.empty()).toList();
        table(plugins).forEach(node::print);
        problems(plugins).forEach(node::print);
      }
    }).code();
  }

  private static List<String> table(List<JsonObject> plugins) {
    TextTable table = new TextTable(COLUMNS.stream().map(name -> name.toUpperCase(Locale.ROOT)).toArray(String[]::new));
    plugins.forEach(plugin -> table.add(COLUMNS.stream().map(name -> cell(plugin.getValue(name))).toList()));
    return table.lines();
  }

  /** Why those do not run that should. */
  private static List<String> problems(List<JsonObject> plugins) {
    return plugins.stream().filter(plugin -> plugin.getValue("problem") != null)
        .map(plugin -> Printable.of(plugin.getValue("id") + " is " + plugin.getValue("state")
            + ("waiting".equals(plugin.getValue("state")) ? " " : ": ") + plugin.getValue("problem"))).toList();
  }

  private static String cell(Object value) {
    return value == null ? "-" : value.toString();
  }
}
