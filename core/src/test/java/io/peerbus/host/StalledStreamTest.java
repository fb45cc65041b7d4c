package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that reads its connection, and one of its streams not at all. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class StalledStreamTest {

  @Test
  void onlyTheStreamIsGivenUp(Vertx vertx) {
    Node writer = Nodes.start(vertx, Nodes.options("writer").setTimeouts(Timeouts.DEFAULT.withStall(2_000)),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    Node reader = Nodes.start(vertx, "reader");
    Promise<FailureException> heard = Promise.promise();
    reader.on(() -> reader.host().handle("/sink/1", stream -> stream.pause().resetHandler(heard::complete)));
    reader.on(() -> reader.host().handle("/echo/1", stream -> stream.pipeTo(stream)));
    Multiaddr address = reader.address();
    writer.on(() -> writer.host().connect(address));
    Stream other = writer.on(() -> writer.host().open(reader.host().id(), "/echo/1"));

    FailureException reset = writer.on(() -> writer.host().open(reader.host().id(), "/sink/1").compose(stream -> {
      Promise<FailureException> over = Promise.promise();
      stream.resetHandler(over::complete);
      stream.write(Buffer.buffer(new byte[2 << 20]));
      return over.future();
    }));
    assertEquals(Failure.TIMED_OUT, reset.failure());
    assertEquals(Failure.RESET_BY_PEER, await(heard.future()).failure());
    assertEquals("still here", writer.on(() -> {
      Promise<Buffer> back = Promise.promise();
      other.handler(back::complete);
      other.resetHandler(back::fail);
      other.write(Buffer.buffer("still here"));
      return back.future();
    }).toString());
  }
}
