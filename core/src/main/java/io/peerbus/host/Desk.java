package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.Addresses;
import io.peerbus.bus.Consumers;
import io.peerbus.bus.Patience;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes the requests to the JSON interfaces of plugins, at {@code peerbus.<node>.<plugin>}, and passes each on to the
 * client that serves the plugin now (BUS.md, "Desk"). While one version makes room for the next, requests wait here, so
 * that none goes to neither. Owned by the host's context.
 */
final class Desk {

  /** How long requests wait for a newer version, in milliseconds. */
  private static final long PATIENCE_MILLIS = 5_000;

  /** Most requests that wait for one plugin: whoever asks in a loop could otherwise fill the memory meanwhile. */
  static final int MAX_WAITING = 1_024;

  /** Most requests that one plugin has not answered: of one that never does, the same. */
  static final int MAX_UNANSWERED = 16_384;

  /** The header that names the plugin that asks, which is set by the node it runs in and not by itself. */
  static final String CALLER = "caller";

  /** Addresses under the node's name that are no plugin's (BUS.md, "Addresses"). */
  private static final Pattern RESERVED = Pattern.compile("control|events|plugins|.*\\..*");

  private final Vertx vertx;
  private final Addresses addresses;
  private final Map<String, Counter> counters = new LinkedHashMap<>();

  Desk(Vertx vertx, Addresses addresses) {
    this.vertx = vertx;
    this.addresses = addresses;
  }

  /** The place of one plugin. */
  private final class Counter {
    private final String plugin;
    private final ArrayDeque<Message<JsonObject>> waiting = new ArrayDeque<>();
    private final Places waitingPlaces = new Places(MAX_WAITING);
    private final Places unanswered = new Places(MAX_UNANSWERED);
    private final MessageConsumer<JsonObject> consumer;
    private Client serving;
    private long timer = -1;
    private boolean holds;

    private Counter(String plugin) {
      this.plugin = plugin;
      consumer = Consumers.of(vertx, addresses.plugin(plugin), this::onRequest);
    }

    private void onRequest(Message<JsonObject> message) {
      if (!holds) {
        passOn(message);
      } else if (waitingPlaces.take(caller(message))) {
        waiting.add(message);
      } else {
        fail(message, Failure.LIMIT_REACHED.because("the plugin is being replaced and " + ofItsPlaces(message,
            MAX_WAITING) + " requests that wait for it"));
      }
    }

    private void passOn(Message<JsonObject> message) {
      if (serving == null) {
        fail(message, Failure.UNAVAILABLE.because("the plugin does not run"));
        return;
      }
      String caller = caller(message);
      if (!unanswered.take(caller)) {
        fail(message, Failure.LIMIT_REACHED.because("the plugin does not come up with its answers and "
            + ofItsPlaces(message, MAX_UNANSWERED) + " requests that wait for one"));
        return;
      }
      vertx.eventBus().<JsonObject>request(addresses.calls(serving.number()), message.body(), Patience.of(message))
          .onComplete(answered -> unanswered.giveBack(caller))
          .onSuccess(reply -> message.reply(reply.body()))
          .onFailure(e -> {
            int code = e instanceof ReplyException reply && reply.failureCode() > 0 ? reply.failureCode()
                : Failure.of(e).failure().code();
            message.fail(code, e.getMessage());
          });
    }

    private void hold() {
      if (!holds) { // or who yields again and again would keep the others waiting
        holds = true;
        timer = vertx.setTimer(PATIENCE_MILLIS, id -> release());
      }
    }

    private void release() {
      holds = false;
      vertx.cancelTimer(timer);
      for (Message<JsonObject> next = waiting.poll(); next != null; next = waiting.poll()) {
        waitingPlaces.giveBack(caller(next));
        passOn(next);
      }
      closeIfUnserved();
    }

    private void closeIfUnserved() {
      if (serving == null && !holds) {
        counters.remove(plugin);
        consumer.unregister();
      }
    }

    private void close() {
      serving = null;
      release();
    }
  }

  /** All that do not run as plugins are one. */
  private static String caller(Message<?> message) {
    String caller = message.headers().get(CALLER);
    return caller == null ? "" : caller;
  }

  private static String ofItsPlaces(Message<?> message, int most) {
    String caller = caller(message);
    return (caller.isEmpty() ? "those who ask from outside of plugins have" : "plugin " + caller + " has")
        + " as many as it leaves to others of the " + most;
  }

  private static void fail(Message<?> message, FailureException failure) {
    message.fail(failure.failure().code(), failure.getMessage());
  }

  /**
   * From now on requests to the client's plugin go to it, first of all those that wait. Throws
   * {@link Failure#ALREADY_TAKEN} when another client serves it that this one does not succeed.
   */
  Future<Void> serve(Client client) {
    if (RESERVED.matcher(client.plugin()).matches()) {
      throw Failure.BAD_REQUEST.because("a plugin named \"" + client.plugin() + "\" cannot serve requests: the address "
          + addresses.plugin(client.plugin()) + " is the node's; choose another name");
    }
    Counter counter = counters.computeIfAbsent(client.plugin(), Counter::new);
    if (counter.serving != null && counter.serving != client && !client.succeeds(counter.serving)) {
      throw Failure.ALREADY_TAKEN.because("the requests to plugin " + client.plugin()
          + " are answered by another instance of it");
    }
    counter.serving = client;
    counter.release();
    return counter.consumer.completion();
  }

  /** Requests to the client's plugin wait for another client to serve it, for a while. */
  void yield(Client client) {
    Counter counter = counters.get(client.plugin());
    if (counter != null && counter.serving == client) {
      counter.hold();
    }
  }

  /** A client is gone. */
  void leave(Client client) {
    Counter counter = counters.get(client.plugin());
    if (counter == null || counter.serving != client) {
      return;
    }
    counter.serving = null;
    counter.closeIfUnserved();
  }

  void close() {
    List.copyOf(counters.values()).forEach(Counter::close); // who waits is answered
  }
}
