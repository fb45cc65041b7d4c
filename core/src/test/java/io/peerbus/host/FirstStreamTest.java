package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.HostEvent;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer whose first stream comes in the same packet as the end of the handshake. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class FirstStreamTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final int PEERS = 40;

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @Test
  void aPluginHearsOfThePeerFirst(Vertx vertx) throws Exception {
    Node node = Nodes.start(vertx, "node");
    node.on(() -> node.host().handle(ECHO, stream -> {
      told.add("stream");
      stream.handler(bytes -> told.add("bytes"));
      stream.resetHandler(reset -> { });
    }));
    node.on(() -> {
      node.host().events(event -> {
        if (event instanceof HostEvent.Connected) {
          told.add("connected");
        }
      });
      return Future.succeededFuture();
    });
    Multiaddr address = node.address();
    for (int i = 0; i < PEERS; i++) {
      try (RawPeer peer = RawPeer.dial(address)) {
        connectAndOpenAtOnce(peer);
        for (String expected : new String[] {"connected", "stream", "bytes"}) {
          assertEquals(expected, told.poll(20, TimeUnit.SECONDS), "of peer " + i);
        }
      }
    }
  }

  private static void connectAndOpenAtOnce(RawPeer peer) throws Exception {
    peer.agree("/noise");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(peer.shakeToEnd(peer.initiator(RawPeer.YAMUX)));
    bytes.writeBytes(peer.seal(RawPeer.open(1, ECHO)));
    bytes.writeBytes(peer.seal(RawPeer.data(0, 1, new byte[] {1})));
    peer.write(bytes.toByteArray());
  }
}
