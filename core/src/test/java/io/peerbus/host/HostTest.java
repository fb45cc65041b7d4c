package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two real nodes over TCP on 127.0.0.1, used through the event bus as a plugin uses them. */
@ExtendWith(VertxExtension.class)
class HostTest {

  private static final String ECHO = "/echo/1.0.0";

  private Vertx vertx;
  private Node alice;
  private Node bob;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    alice = start("alice");
    bob = start("bob");
  }

  private Node start(String name) {
    return Nodes.start(vertx, options(Nodes.options(name)), KeyPair.generate(KeyType.ED25519, new SecureRandom()));
  }

  /** Other than the defaults. */
  HostOptions options(HostOptions usual) {
    return usual;
  }

  private Registration echo(Node node) {
    return node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
  }

  /** Everything that comes on a stream until its end. */
  private static Future<Buffer> readAll(Stream stream) {
    Promise<Buffer> all = Promise.promise();
    Buffer read = Buffer.buffer();
    stream.handler(read::appendBuffer);
    stream.endHandler(end -> all.complete(read));
    stream.resetHandler(all::tryFail);
    return all.future();
  }

  private Stream open(Node from, Node to, String protocol) {
    Multiaddr address = to.address();
    return from.on(() -> from.host().connect(address).compose(peer -> from.host().open(peer, protocol)));
  }

  private void openAndReset(Node from, Node to) {
    Stream stream = open(from, to, ECHO);
    from.on(() -> {
      stream.reset();
      return Future.succeededFuture();
    });
  }

  private static Failure failure(Runnable action) {
    return assertThrows(FailureException.class, action::run).failure();
  }

  /** A gossipsub stream sets its handler once and lives for days: nothing would be sent after the second full queue. */
  @Test
  void oneDrainHandlerIsCalledEachTimeTheQueueDrains() {
    echo(bob);
    Stream stream = open(alice, bob, ECHO);
    int total = 4 << 20;
    Buffer block = Buffer.buffer(new byte[32 * 1024]);
    int[] unsent = {total};
    Buffer answer = alice.on(() -> {
      Future<Buffer> all = readAll(stream);
      Runnable write = () -> {
        while (unsent[0] > 0 && !stream.writeQueueFull()) {
          unsent[0] -= block.length();
          stream.write(block);
          if (unsent[0] == 0) {
            stream.end();
          }
        }
      };
      stream.drainHandler(drained -> write.run());
      write.run();
      return all;
    });
    assertEquals(total, answer.length());
  }

  @Test
  void aStreamForConnectedPeersDoesNotBringOneBack() {
    echo(bob);
    openAndReset(alice, bob);
    alice.on(() -> alice.host().disconnect(bob.host().id()));
    assertEquals(Failure.CONNECTION_CLOSED,
        failure(() -> alice.on(() -> alice.host().openConnected(bob.host().id(), List.of(ECHO)))));
    assertEquals(List.of(), alice.on(alice.host()::peers));
    open(alice, bob, ECHO);
    assertEquals(ECHO, alice.on(() -> alice.host().openConnected(bob.host().id(), List.of(ECHO))).protocol());
  }

  @Test
  void bytesComeBackFromAnEcho() {
    echo(bob);
    Stream stream = open(alice, bob, ECHO);
    assertEquals(ECHO, stream.protocol());
    assertEquals(bob.host().id(), stream.peer());
    Buffer answer = alice.on(() -> {
      Future<Buffer> all = readAll(stream);
      stream.write(Buffer.buffer("hello"));
      stream.end();
      return all;
    });
    assertEquals("hello", answer.toString(StandardCharsets.UTF_8));
  }

  @Test
  void eightMebibytesComeBackWhole() {
    echo(bob);
    Stream stream = open(alice, bob, ECHO);
    byte[] sent = new byte[8 << 20];
    new java.util.Random(1).nextBytes(sent);
    Buffer answer = alice.on(() -> {
      Future<Buffer> all = readAll(stream);
      stream.write(Buffer.buffer(sent));
      stream.end();
      return all;
    });
    assertEquals(Buffer.buffer(sent), answer);
  }

  @Test
  void manyStreamsAtOnceOnOneConnection() {
    echo(bob);
    openAndReset(alice, bob);
    List<Buffer> answers = alice.on(() -> {
      List<Future<Buffer>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        int number = i;
        all.add(alice.host().open(bob.host().id(), ECHO).compose(stream -> {
          Future<Buffer> read = readAll(stream);
          stream.write(Buffer.buffer("stream " + number));
          stream.end();
          return read;
        }));
      }
      return Future.all(all).map(done -> done.<Buffer>list());
    });
    for (int i = 0; i < 100; i++) {
      assertEquals("stream " + i, answers.get(i).toString());
    }
  }

  @Test
  void aProtocolThatNobodyServesIsRefused() {
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, failure(() -> open(alice, bob, "/nobody/1")));
  }

  @Test
  void aProtocolIdBelongsToOnePluginAtATime() {
    Registration registration = echo(bob);
    Node other = Nodes.attach(vertx, "bob", bob.deployment());
    assertEquals(Failure.ALREADY_TAKEN, failure(() -> echo(other)));
    bob.on(registration::close);
    echo(other);
  }

  @Test
  void anAddressWhereNobodyListensIsNamedInTheFailure() {
    Multiaddr nowhere = Multiaddr.tcp("127.0.0.1", 1).withPeerId(bob.host().id());
    FailureException failure = assertThrows(FailureException.class,
        () -> alice.on(() -> alice.host().connect(nowhere)));
    assertEquals(Failure.DIAL_FAILED, failure.failure());
    assertTrue(failure.getMessage().contains("/ip4/127.0.0.1/tcp/1"), failure.getMessage());
  }

  @Test
  void bothSidesHearOfAConnectionAndOfItsEnd() throws InterruptedException {
    CountDownLatch up = new CountDownLatch(2);
    CountDownLatch down = new CountDownLatch(2);
    for (Node node : List.of(alice, bob)) {
      node.on(() -> {
        node.host().events(event -> {
          if (event instanceof HostEvent.Connected) {
            up.countDown();
          } else if (event instanceof HostEvent.Disconnected) {
            down.countDown();
          }
        });
        return Future.succeededFuture();
      });
    }
    Multiaddr address = bob.address();
    alice.on(() -> alice.host().connect(address));
    assertTrue(up.await(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(bob.host().id(), alice.on(alice.host()::peers).get(0).peer());
    alice.on(() -> alice.host().disconnect(bob.host().id()));
    assertTrue(down.await(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(List.of(), alice.on(alice.host()::peers));
  }

  @Test
  void dialsOfBothSidesAtOnceEndInOneConnection() {
    Multiaddr toBob = bob.address();
    Multiaddr toAlice = alice.address();
    echo(bob);
    Promise<Object> first = Promise.promise();
    Promise<Object> second = Promise.promise();
    alice.context().runOnContext(now -> alice.host().connect(toBob).<Object>map(p -> p).onComplete(first));
    bob.context().runOnContext(now -> bob.host().connect(toAlice).<Object>map(p -> p).onComplete(second));
    await(first.future());
    await(second.future());
    Stream stream = open(alice, bob, ECHO);
    Buffer answer = alice.on(() -> {
      Future<Buffer> all = readAll(stream);
      stream.write(Buffer.buffer("still here"));
      stream.end();
      return all;
    });
    assertEquals("still here", answer.toString());
  }

  @Test
  void aPluginThatGoesTakesItsStreamsAlong() {
    Node plugin = Nodes.attach(vertx, "bob", bob.deployment());
    Promise<Stream> inbound = Promise.promise();
    plugin.on(() -> plugin.host().handle(ECHO, inbound::complete));
    Stream stream = open(alice, bob, ECHO);
    Promise<FailureException> reset = Promise.promise();
    alice.on(() -> {
      stream.resetHandler(reset::complete);
      return stream.write(Buffer.buffer("x"));
    });
    await(inbound.future());
    plugin.on(() -> plugin.host().close(java.time.Duration.ZERO));
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, failure(() -> open(alice, bob, ECHO)));
  }

  @Test
  void onlyKnownDomainsAreSigned() {
    Buffer bytes = Buffer.buffer("bytes");
    assertEquals(64, alice.on(() -> alice.host().sign("libp2p-pubsub:", bytes)).length());
    assertEquals(Failure.FORBIDDEN,
        failure(() -> alice.on(() -> alice.host().sign("noise-libp2p-static-key:", bytes))));
  }

  @Test
  void protocolChangesAreTold() {
    Promise<List<String>> told = Promise.promise();
    alice.on(() -> {
      alice.host().events(event -> {
        if (event instanceof HostEvent.ProtocolsChanged changed) {
          told.tryComplete(changed.protocols());
        }
      });
      return alice.host().handle(ECHO, Stream::reset);
    });
    assertEquals(List.of(ECHO), await(told.future()));
  }
}
