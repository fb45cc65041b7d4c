package io.peerbus.launcher.plugin;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.launcher.logs.LogRequest;
import io.peerbus.launcher.logs.PluginLogs;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves the plugin manager on the bus, at {@code peerbus.<node>.plugins}.
 *
 * <table>
 * <caption>Requests</caption>
 * <tr><th>op</th><th>fields</th><th>reply</th></tr>
 * <tr><td>list</td><td></td><td>plugins: list of {id, plugin, version, jar, sha256, threading, state, restarts, errors,
 *     blocked, refusals, streams?, bytesInFlight?, previous, problem?}</td></tr>
 * <tr><td>deploy</td><td>file: absolute path of a jar, or id</td><td>id, version, previous; also: list of the
 *     other ids of a plugin that has several</td></tr>
 * <tr><td>replace</td><td>id; file (optional)</td><td>the same</td></tr>
 * <tr><td>undeploy</td><td>id</td><td>waiting: list of the ids that were stopped with it and wait for it</td></tr>
 * <tr><td>rollback</td><td>id</td><td>id, version, previous; also: those of the other ids that run it too</td></tr>
 * <tr><td>logs</td><td>id, lines</td><td>lines: list of texts</td></tr>
 * <tr><td>rescan</td><td></td><td>changes: list of texts</td></tr>
 * <tr><td>reload</td><td></td><td>changes: list of texts; restart: list of names; failed: list of texts (optional)
 *     </td></tr>
 * </table>
 */
final class PluginsEndpoint {

  private static final String OPS = "list, deploy, undeploy, replace, rollback, rescan, reload, logs";

  private final PluginManager manager;
  private final EventBus bus;
  private final String address;
  private final CoreUsage usage;
  private MessageConsumer<JsonObject> consumer;

  PluginsEndpoint(PluginManager manager, EventBus bus, String node) {
    this.manager = manager;
    this.bus = bus;
    this.address = "peerbus." + node + ".plugins";
    this.usage = new CoreUsage(bus, node);
  }

  Future<Void> start() {
    consumer = bus.consumer(address, this::onRequest);
    return consumer.completion();
  }

  void stop() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }

  private void onRequest(Message<JsonObject> message) {
    if (!((Object) message.body() instanceof JsonObject request)) {
      message.fail(Failure.BAD_REQUEST.code(), "a request is a JSON object with \"op\": " + OPS);
      return;
    }
    if ("logs".equals(request.getValue("op"))) {
      LogRequest.answer(message, PluginLogs.ofProcess(), manager::knows);
      return;
    }
    Future<JsonObject> answer;
    try {
      answer = answer(request);
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onSuccess(message::reply).onFailure(e -> {
      FailureException failure = e instanceof PluginException ? Failure.BAD_REQUEST.because(e.getMessage())
          : Failure.of(e);
      message.fail(failure.failure().code(), failure.getMessage());
    });
  }

  private Future<JsonObject> answer(JsonObject request) {
    return switch (String.valueOf(request.getValue("op"))) {
      case "list" -> usage.addTo(manager.list()).map(plugins -> new JsonObject().put("plugins", plugins));
      case "deploy" -> request.containsKey("file")
          ? manager.install(path(request), null).map(this::describeAll)
          : manager.deploy(text(request, "id")).map(PluginsEndpoint::describe);
      case "replace" -> replace(request);
      case "undeploy" -> undeploy(text(request, "id"));
      case "rollback" -> manager.rollback(text(request, "id")).map(this::describeAll);
      case "rescan" -> manager.rescan().map(changes -> new JsonObject().put("changes", new JsonArray(changes)));
      case "reload" -> manager.reload();
      default -> throw Failure.BAD_REQUEST.because("op \"" + request.getValue("op") + "\" is not known; there is: "
          + OPS);
    };
  }

  private Future<JsonObject> undeploy(String id) {
    List<Object> before = waiting();
    return manager.undeploy(id).map(done -> {
      List<Object> stopped = waiting();
      stopped.removeAll(before);
      return new JsonObject().put("waiting", new JsonArray(stopped));
    });
  }

  private List<Object> waiting() {
    List<Object> waiting = new ArrayList<>();
    for (Object each : manager.list()) {
      if (each instanceof JsonObject plugin && "waiting".equals(plugin.getString("state"))) {
        waiting.add(plugin.getString("id"));
      }
    }
    return waiting;
  }

  private Future<JsonObject> replace(JsonObject request) {
    String id = text(request, "id");
    if (!request.containsKey("file")) {
      return manager.deploy(id).map(PluginsEndpoint::describe);
    }
    return manager.install(path(request), id).map(this::describeAll);
  }

  private JsonObject describeAll(Plugin plugin) {
    String sha256 = manager.entries().shaOf(plugin.id());
    List<String> others = manager.entries().besides(plugin).stream()
        .filter(id -> sha256 != null && sha256.equals(manager.entries().shaOf(id))).toList();
    return others.isEmpty() ? describe(plugin) : describe(plugin).put("also", new JsonArray(others));
  }

  private static JsonObject describe(Plugin plugin) {
    if (plugin.copy() == null) {
      throw Failure.CANCELLED.because("plugin \"" + plugin.id() + "\" was undeployed, or has failed, meanwhile");
    }
    return new JsonObject().put("id", plugin.id()).put("version", plugin.copy().jar().version())
        .put("previous", plugin.previous() == null ? null : plugin.previous().jar().version());
  }

  private static Path path(JsonObject request) {
    String text = text(request, "file");
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      // answered below
    }
    throw Failure.BAD_REQUEST.because("\"file\" must be an absolute path, was \"" + text + "\"");
  }

  private static String text(JsonObject request, String field) {
    if (request.getValue(field) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw Failure.BAD_REQUEST.because("\"" + field + "\" is missing or no text");
  }
}
