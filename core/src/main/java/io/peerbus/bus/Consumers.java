package io.peerbus.bus;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.impl.MessageConsumerImpl;

/**
 * Makes the consumers of the contract's addresses.
 *
 * <p>The bus puts a message into the queue of its consumer's context; when that unregisters before its turn comes,
 * Vert.x throws the message away and warns of it. By the contract there is nothing to warn of: frames and events may
 * cross the end of who they are for, and nobody can keep a publisher from it. A request that is thrown away is
 * answered as before, with a failure. Uses an internal of Vert.x, which offers no other way to end without the warning.
 *
 * <p>The same hook is called for a consumer that is full. Ours never are: none is paused (BUS.md, "Credit").
 */
public final class Consumers {

  private Consumers() {}

  /** As {@code vertx.eventBus().consumer}, but ends in silence. On the calling context. */
  public static <T> MessageConsumer<T> of(Vertx vertx, String address, Handler<Message<T>> handler) {
    MessageConsumer<T> consumer = vertx.eventBus().consumer(address);
    if (consumer instanceof MessageConsumerImpl<T> known) {
      known.discardHandler(late -> { });
    }
    return consumer.handler(handler);
  }
}
