package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.HostEvent;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.yamux.YamuxOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose connections have few stream ids. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class WornConnectionTest {

  private static final String ECHO = "/echo/1.0.0";

  private Node node;
  private Node peer;

  private Buffer echo(Stream stream, String text) {
    return node.on(() -> {
      Promise<Buffer> back = Promise.promise();
      stream.handler(back::tryComplete);
      stream.resetHandler(back::tryFail);
      stream.write(Buffer.buffer(text));
      return back.future();
    });
  }

  private Stream open(boolean dial) {
    return node.on(() -> dial ? node.host().open(peer.host().id(), ECHO)
        : node.host().openConnected(peer.host().id(), List.of(ECHO)));
  }

  @Test
  void streamsGoOnAsConnectionsAreReplaced(Vertx vertx) {
    String deployment = await(vertx.deployVerticle(new HostVerticle(Nodes.options("node"),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()), new YamuxOptions().setLifetimeStreams(200))));
    node = Nodes.attach(vertx, "node", deployment);
    peer = Nodes.start(vertx, "peer");
    peer.on(() -> peer.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    ConcurrentLinkedQueue<HostEvent> events = new ConcurrentLinkedQueue<>();
    node.on(() -> {
      node.host().events(events::add);
      return Future.succeededFuture();
    });
    Multiaddr address = peer.address();
    node.on(() -> node.host().connect(address));

    Stream old = open(true);
    for (int i = 0; i < 600; i++) {
      Stream stream = open(i % 2 == 0);
      assertEquals("stream " + i, echo(stream, "stream " + i).toString());
      node.on(stream::end);
    }
    assertEquals("still here", echo(old, "still here").toString());
    assertEquals(0, events.stream().filter(HostEvent.Disconnected.class::isInstance).count());
    assertEquals(1, events.stream().filter(HostEvent.Connected.class::isInstance).count());
  }
}
