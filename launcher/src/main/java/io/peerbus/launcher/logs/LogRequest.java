package io.peerbus.launcher.logs;

import io.peerbus.api.Failure;
import io.peerbus.launcher.logs.PluginLogs.Line;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** The op {@code logs} of the plugin manager. */
public final class LogRequest {

  private static final int DEFAULT_LINES = 100;

  private LogRequest() {}

  /**
   * Answers {@code {"op": "logs", "id", "lines"}} with {@code {"lines", "seq"}}: the texts, and the number of the last
   * of them, 0 if there is none.
   *
   * @param isPlugin whether there is a plugin of this id, which may have logged nothing
   */
  public static void answer(Message<JsonObject> message, PluginLogs logs, Predicate<String> isPlugin) {
    Object id = message.body().getValue("id");
    Object count = message.body().getValue("lines", DEFAULT_LINES);
    if (!(id instanceof String plugin)) {
      fail(message, Failure.BAD_REQUEST, "id: the id of a plugin is needed");
    } else if (!(count instanceof Integer lines) || lines < 0 || lines > PluginLogs.MAX_LINES) {
      fail(message, Failure.BAD_REQUEST, "lines: must be a whole number from 0 to " + PluginLogs.MAX_LINES);
    } else {
      List<Line> last = logs.last(plugin, PluginLogs.MAX_LINES);
      if (last.isEmpty() && !isPlugin.test(plugin)) {
        fail(message, Failure.NOT_FOUND, "there is no plugin \"" + plugin + "\", and it has logged nothing");
        return;
      }
      message.reply(new JsonObject()
          .put("lines", new JsonArray(last.subList(Math.max(0, last.size() - lines), last.size()).stream()
              .map(Line::text).toList()))
          .put("seq", last.isEmpty() ? 0 : last.get(last.size() - 1).seq()));
    }
  }

  private static void fail(Message<JsonObject> message, Failure failure, String words) {
    message.fail(failure.code(), words);
  }
}
