package io.peerbus.bus;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.junit5.VertxExtension;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class ConsumersTest {

  private final Logger logger =
      (Logger) LoggerFactory.getLogger("io.vertx.core.eventbus.impl.MessageConsumerImpl");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Vertx vertx;

  @BeforeEach
  void listen(Vertx vertx) {
    this.vertx = vertx;
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  /** A request that waits behind the task in which its consumer unregisters; fails as the request does. */
  private void requestAtTheEnd(Supplier<MessageConsumer<String>> consumer) {
    Context context = vertx.getOrCreateContext();
    Promise<Object> answer = Promise.promise();
    Promise<Void> gone = Promise.promise();
    context.runOnContext(start -> {
      MessageConsumer<String> made = consumer.get();
      made.completion().onSuccess(registered -> context.runOnContext(turn -> {
        vertx.eventBus().request("address", "late").<Object>mapEmpty().onComplete(answer);
        made.unregister().onComplete(gone);
      }));
    });
    await(gone.future());
    assertThrows(ReplyException.class, () -> await(answer.future()));
    await(Future.future(behind -> context.runOnContext(v -> behind.complete())));
  }

  @Test
  void aMessageThatCrossesTheEndIsDroppedInSilenceAndARequestIsAnswered() {
    requestAtTheEnd(() -> Consumers.of(vertx, "address", message -> message.reply("too early")));
    assertEquals(0, log.list.size());
  }

  /** Were this to fail, {@link Consumers} would no longer be needed. */
  @Test
  void anyOtherConsumerWarnsOfIt() {
    requestAtTheEnd(() -> vertx.eventBus().consumer("address", message -> message.reply("too early")));
    assertEquals(1, log.list.size());
  }
}
