package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of the streams that a plugin opened when it is undeployed. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class DrainTest {

  private static final String ECHO = "/echo/1.0.0";

  private Node plugin;
  private Stream ours;
  private Stream theirs;
  private Node other;

  @BeforeEach
  void open(Vertx vertx) {
    Node node = Nodes.start(vertx, "node");
    plugin = Nodes.attach(vertx, "node", node.deployment());
    other = Nodes.start(vertx, "other");
    Promise<Stream> accepted = Promise.promise();
    other.on(() -> other.host().handle(ECHO, accepted::complete));
    Multiaddr address = other.address();
    ours = plugin.on(() -> plugin.host().connect(address).compose(peer -> plugin.host().open(peer, ECHO)));
    plugin.on(() -> ours.write(Buffer.buffer("hello")));
    theirs = await(accepted.future());
  }

  private Future<Void> close(Duration drain) {
    Promise<Void> closed = Promise.promise();
    plugin.context().runOnContext(now -> plugin.host().close(drain).onComplete(closed));
    return closed.future();
  }

  @Test
  void aStreamOfOursMayFinishWithinTheDrain() {
    Future<Void> closed = close(Duration.ofMinutes(10));
    Buffer read = plugin.on(() -> {
      Promise<Buffer> all = Promise.promise();
      Buffer bytes = Buffer.buffer();
      ours.handler(bytes::appendBuffer);
      ours.endHandler(end -> all.complete(bytes));
      ours.resetHandler(all::tryFail);
      ours.write(Buffer.buffer(", and good bye"));
      ours.end();
      other.context().runOnContext(now -> theirs.pipeTo(theirs));
      return all.future();
    });
    assertEquals("hello, and good bye", read.toString());
    await(closed);
    assertEquals(Failure.CANCELLED, assertThrows(FailureException.class,
        () -> plugin.on(() -> plugin.host().open(ours.peer(), ECHO))).failure());
  }

  @Test
  void aStreamOfOursThatGoesOnIsResetAfterTheDrain() {
    Promise<FailureException> reset = Promise.promise();
    other.on(() -> {
      theirs.resetHandler(reset::complete);
      return Future.succeededFuture();
    });
    Future<Void> closed = close(Duration.ofMillis(100));
    await(closed);
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
  }
}
