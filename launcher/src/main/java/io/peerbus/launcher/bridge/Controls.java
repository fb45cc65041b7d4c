package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.Registration;
import io.peerbus.launcher.config.BridgeConfig.ForeignPlugin;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a foreign plugin may ask of the node. Some of core's own requests are passed on, with the fields that are named
 * here and no others; what is missing, such as to sign or to manage plugins, is not for the bridge.
 *
 * <p>Not thread safe, owned by its session.
 */
final class Controls {

  /** Core has a deadline of its own for dialling. */
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(60_000);
  private static final long CALL_SECONDS = 60;
  /** As a plugin in Java has when it is undeployed. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private static final Map<String, List<String>> PASSED_ON = Map.of(
      "info", List.of(), "peers", List.of(), "peer", List.of("peer"), "connect", List.of("peer", "addresses", "dial"));

  private final BridgeVerticle bridge;
  private final Session session;
  private final Map<List<String>, Registration> registrations = new LinkedHashMap<>();
  private final Map<Long, Promise<JsonObject>> calls = new LinkedHashMap<>();
  private long called;

  Controls(BridgeVerticle bridge, Session session) {
    this.bridge = bridge;
    this.session = session;
  }

  Future<JsonObject> answer(JsonObject request) {
    String op = Fields.text(request, "op");
    return switch (op) {
      case "attach" -> attach(request);
      case "register" -> register(session.host(), Fields.protocols(request));
      case "unregister" -> unregister(Fields.protocols(request));
      case "serve" -> session.host().serve(this::call).map(new JsonObject());
      case "call" -> callOther(session.host(), request);
      case "info", "peers", "peer", "connect" -> passOn(op, request);
      default -> throw Failure.FORBIDDEN.because("op: \"" + op + "\" is none that a plugin has over the bridge: attach,"
          + " register, unregister, serve, call, info, peers, peer, connect");
    };
  }

  private Future<JsonObject> attach(JsonObject request) {
    Fields.number(request, "api", 1, 1);
    String id = Fields.text(request, "plugin");
    ForeignPlugin plugin = bridge.settings().plugin(id).orElseThrow(() -> Failure.FORBIDDEN.because("the config of"
        + " node " + bridge.node() + " does not allow a plugin \"" + id + "\": add {\"id\": \"" + id + "\"} to bridge.plugins"));
    return session.attach(plugin)
        .map(host -> new JsonObject().put("id", host.id().toString()).put("plugin", id));
  }

  private Future<JsonObject> register(Host host, List<String> protocols) {
    return host.handle(protocols, session.streams()::offer)
        .onSuccess(registration -> registrations.put(protocols, registration))
        .map(new JsonObject());
  }

  private Future<JsonObject> unregister(List<String> protocols) {
    Registration registration = registrations.remove(protocols);
    if (registration == null) {
      throw Failure.NOT_FOUND.because("protocols: no such list was registered; give one as it was registered");
    }
    return registration.close(DRAIN).map(new JsonObject());
  }

  private Future<JsonObject> callOther(Host host, JsonObject request) {
    String other = Fields.text(request, "plugin");
    if (!session.plugin().calls().contains(other)) {
      throw Failure.FORBIDDEN.because("\"" + session.plugin().id() + "\" may not call \"" + other
          + "\": add it to \"calls\" of its entry in bridge.plugins");
    }
    return host.call(other, Fields.object(request, "request")).map(reply -> new JsonObject().put("reply", reply));
  }

  private Future<JsonObject> passOn(String op, JsonObject request) {
    session.host();
    JsonObject asked = new JsonObject().put("op", op);
    PASSED_ON.get(op).stream().filter(request::containsKey)
        .forEach(field -> asked.put(field, request.getValue(field)));
    return bridge.vertx().eventBus().<JsonObject>request("peerbus." + bridge.node() + ".control", asked, PATIENT)
        .map(reply -> {
          reply.body().remove("data"); // where a connection's frames go is for the node's own
          reply.body().remove("connection");
          return reply.body();
        });
  }

  /** Somebody on the bus asks the plugin. */
  private Future<JsonObject> call(JsonObject request) {
    if (calls.size() >= bridge.settings().limits().maxRequests()) {
      throw Failure.LIMIT_REACHED.because("\"" + session.plugin().id() + "\" has " + calls.size()
          + " requests to answer (bridge.limits.maxRequests)");
    }
    long number = ++called;
    Promise<JsonObject> answer = Promise.promise();
    calls.put(number, answer);
    session.send(new JsonObject().put("kind", "call").put("call", number).put("request", request));
    return answer.future().timeout(CALL_SECONDS, TimeUnit.SECONDS).onComplete(done -> calls.remove(number));
  }

  /** The plugin has answered. Too late is no mistake. */
  void onAnswer(JsonObject frame) {
    Promise<JsonObject> waiting = calls.get(Fields.number(frame, "call", 1, Fields.MAX_NUMBER));
    if (frame.containsKey("failure")) {
      Failure failure = Failure.of((int) Fields.number(frame, "failure", 1, Integer.MAX_VALUE));
      String message = Fields.text(frame, "message");
      if (waiting != null) {
        waiting.tryFail(failure.because(message));
      }
    } else {
      JsonObject reply = Fields.object(frame, "reply");
      if (waiting != null) {
        waiting.tryComplete(reply);
      }
    }
  }

  void close() {
    List.copyOf(calls.values()).forEach(
        waiting -> waiting.tryFail(Failure.UNAVAILABLE.because("the plugin's process has gone")));
  }
}
