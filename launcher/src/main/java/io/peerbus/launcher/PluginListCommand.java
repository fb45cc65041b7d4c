package io.peerbus.launcher;

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
      "id", "version", "state", "threading", "restarts", "blocked", "errors", "refusals", "previous", "publisher", "jar");

  @Mixin
  private NodeQuestion node;

  @Override
  public Integer call() throws StartException {
    return node.talk(Exit.FAILED, running -> {
      JsonObject answer = node.ask(running, new JsonObject().put("op", "list"));
      if (node.isJson()) {
        node.print(answer.encode());
      } else {
        table(answer.getJsonArray("plugins", new JsonArray())).forEach(node::print);
      }
    }).code();
  }

  private static List<String> table(JsonArray plugins) {
    TextTable table = new TextTable(COLUMNS.stream().map(name -> name.toUpperCase(Locale.ROOT)).toArray(String[]::new));
    plugins.stream().flatMap(entry -> entry instanceof JsonObject plugin ? Stream.of(plugin) : Stream.empty())
        .forEach(plugin -> table.add(COLUMNS.stream().map(name -> cell(plugin.getValue(name))).toList()));
    return table.lines();
  }

  private static String cell(Object value) {
    return value == null ? "-" : value.toString();
  }
}
