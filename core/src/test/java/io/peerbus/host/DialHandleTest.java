package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Dial;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.Addresses;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A plugin that does not want to wait for a connection any more. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class DialHandleTest {

  private final PeerId somebody = KeyPair.generate(KeyType.ED25519, new SecureRandom()).publicKey().peerId();
  private Vertx vertx;
  private Node node;
  private ServerSocket silent;
  private List<Multiaddr> addresses;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    this.vertx = vertx;
    node = Nodes.start(vertx, "node");
    silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    addresses = List.of(Multiaddr.tcp("127.0.0.1", silent.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    silent.close();
  }

  private static Dial dial(Node from, PeerId peer, List<Multiaddr> addresses) {
    return from.on(() -> Future.succeededFuture(from.host().dial(peer, addresses)));
  }

  private static void cancel(Node node, Dial dial) {
    node.on(() -> {
      dial.cancel();
      return Future.succeededFuture();
    });
  }

  private static FailureException failure(Dial dial) {
    return assertThrows(FailureException.class, () -> await(dial.connected(), 5));
  }

  @Test
  void aDialThatIsTakenBackFailsAtOnceAndItsSocketIsClosed() throws IOException {
    Dial dial = dial(node, somebody, addresses);
    Socket socket = silent.accept();
    socket.setSoTimeout(5_000);
    cancel(node, dial);
    assertEquals(Failure.CANCELLED, failure(dial).failure());
    while (socket.getInputStream().read() >= 0) { // what the node said until it hung up
      assertFalse(socket.isClosed());
    }
    cancel(node, dial);
  }

  @Test
  void whoeverElseWaitsForThePeerGoesOnWaiting() throws IOException {
    Dial first = dial(node, somebody, addresses);
    Dial second = dial(node, somebody, addresses);
    silent.accept();
    cancel(node, first);
    assertEquals(Failure.CANCELLED, failure(first).failure());
    assertFalse(second.connected().isComplete());
    cancel(node, second);
    assertEquals(Failure.CANCELLED, failure(second).failure());
  }

  @Test
  void aDialThatWasAnsweredCannotBeTakenBack() {
    Node other = Nodes.start(vertx, "other");
    Multiaddr address = other.address();
    Dial dial = node.on(() -> Future.succeededFuture(node.host().dial(address)));
    assertEquals(other.host().id(), await(dial.connected()));
    cancel(node, dial);
    assertEquals(1, node.on(node.host()::peers).size());
  }

  @Test
  void aPluginThatGoesTakesItsDialsAlong() throws IOException {
    Node plugin = Nodes.attach(vertx, "node", node.deployment());
    Dial dial = dial(plugin, somebody, addresses);
    silent.accept();
    plugin.on(() -> plugin.host().close(Duration.ZERO));
    assertEquals(Failure.CANCELLED, failure(dial).failure());
  }

  @Test
  void oneNumberIsForOneRequestAtATime() throws IOException {
    JsonObject connect = new JsonObject().put("op", "connect").put("client", 5).put("request", 1)
        .put("peer", somebody.toString()).put("addresses", new JsonArray().add(addresses.get(0).toString()));
    Future<?> first = control(connect);
    silent.accept();
    assertEquals(Failure.BAD_REQUEST, Failure.of(cause(control(connect))).failure());
    await(control(new JsonObject().put("op", "cancel").put("client", 6).put("request", 1)));
    assertFalse(first.isComplete());
    await(control(new JsonObject().put("op", "cancel").put("client", 5).put("request", 1)));
    assertEquals(Failure.CANCELLED, Failure.of(cause(first)).failure());
  }

  private Future<?> control(JsonObject request) {
    return vertx.eventBus().<JsonObject>request(new Addresses("node").control(), request);
  }

  private static Throwable cause(Future<?> failed) {
    return await(failed.transform(done -> Future.succeededFuture(done.cause())));
  }
}
