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
    if (answer == null) {
      return Future.succeededFuture();
    }
    if (consumer != null) {
      consumer.unregister();
    }
    consumer = Consumers.of(control.vertx(), control.addresses().calls(lease.client()), this::onRequest);
    return consumer.completion()
        .compose(ready -> control.request(new JsonObject().put("op", "serve").put("client", lease.client())))
        .mapEmpty();
  }

  private void onRequest(Message<JsonObject> message) {
    Future<JsonObject> reply;
    try {
      reply = Objects.requireNonNull(answer.apply(message.body()), "the plugin gave no answer");
    } catch (RuntimeException e) {
      reply = Future.failedFuture(e);
    }
    reply.onSuccess(message::reply).onFailure(e -> {
      FailureException failure = Failure.of(e);
      message.fail(failure.failure().code(), failure.getMessage());
    });
  }
}
