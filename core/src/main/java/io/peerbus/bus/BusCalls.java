package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Function;

/**
 * The JSON interface of a plugin, which core's desk passes requests on to. Not thread safe, owned by the plugin's
 * context.
 */
final class BusCalls {

  private final Control control;
  private final Lease lease;
  private Function<JsonObject, Future<JsonObject>> answer;
  private MessageConsumer<JsonObject> consumer;
  private boolean left;

  BusCalls(Control control, Lease lease) {
    this.control = control;
    this.lease = lease;
  }

  Future<Void> serve(Function<JsonObject, Future<JsonObject>> answer) {
    this.answer = Objects.requireNonNull(answer);
    return serve();
  }

  /** Also when there is a new lease: core knows the plugin by another number then. */
  Future<Void> serve() {
    if (answer == null || left) {
      return Future.succeededFuture();
    }
    drop();
    consumer = Consumers.of(control.vertx(), control.addresses().calls(lease.client()), this::onRequest);
    return consumer.completion().compose(ready -> resume());
  }

  /** Requests wait at core's desk from now on, until somebody serves. */
  Future<Void> yield() {
    return request("yield");
  }

  /** Requests come here again. */
  Future<Void> resume() {
    return request("serve");
  }

  /** For a plugin without a JSON interface there is nothing to ask for. */
  private Future<Void> request(String op) {
    return answer == null ? Future.succeededFuture()
        : control.request(new JsonObject().put("op", op).put("client", lease.client())).mapEmpty();
  }

  /** Another version has the state that answers would come from. */
  void leave() {
    left = true;
  }

  /** No requests come here any more. The future never fails. */
  Future<Void> close() {
    return consumer == null ? Future.succeededFuture() : request("unserve").otherwiseEmpty().onComplete(done -> drop());
  }

  private void drop() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }

  private void onRequest(Message<JsonObject> message) {
    if (left) {
      fail(message, Failure.UNAVAILABLE.because("the plugin makes room for a newer version, which is not ready"));
      return;
    }
    Future<JsonObject> reply;
    try {
      reply = Objects.requireNonNull(answer.apply(message.body()), "the plugin gave no answer");
    } catch (RuntimeException e) {
      reply = Future.failedFuture(e);
    } catch (Error e) {
      fail(message, Failure.of(e));
      throw e; // the context reports it
    }
    reply.onSuccess(message::reply).onFailure(e -> fail(message, Failure.of(e)));
  }

  private static void fail(Message<?> message, FailureException failure) {
    message.fail(failure.failure().code(), failure.getMessage());
  }
}
