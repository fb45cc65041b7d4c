package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.peerbus.api.Dial;
import io.peerbus.api.Failure;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Dials given up at random moments, at listeners of every kind, leave sockets, channels and direct memory where they
 * were (SEC-06). {@code -Ddials.cancelled=100000} for the number of the issue.
 */
@ExtendWith(VertxExtension.class)
@Timeout(3_600)
class DialStormTest {

  private static final int DIALS = Integer.getInteger("dials.cancelled", 1_500);
  private static final int AT_ONCE = 48;
  /** More than what both sides say before they are through with the upgrade. */
  private static final int UPGRADE_BYTES = 700;
  private static final int MOST_MILLIS = 60;
  /** What Netty takes at once, and keeps for a while: less than that for each thousand dials is no leak. */
  private static final int CHUNK = 4 << 20;

  private final Random random = new Random(100_000);
  private final List<ServerSocket> listeners = new ArrayList<>();
  private Vertx vertx;
  private Node alice;
  private Node bob;
  private NetClient client;
  private final List<Multiaddr> targets = new ArrayList<>();

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    this.vertx = vertx;
    alice = Nodes.start(vertx, "alice");
    bob = Nodes.start(vertx, "bob");
    client = vertx.createNetClient();
    targets.add(bob.address().withoutPeerId());
    targets.add(Multiaddr.tcp("127.0.0.1", 1)); // refuses
    targets.add(silent(4_096));
    for (int i = 0; i < 4; i++) {
      targets.add(halting());
    }
  }

  @AfterEach
  void closeListeners() throws IOException {
    for (ServerSocket listener : listeners) {
      listener.close();
    }
  }

  /** Accepts, as far as the system does that by itself, and never says anything. */
  private Multiaddr silent(int backlog) throws IOException {
    ServerSocket listener = new ServerSocket(0, backlog, InetAddress.getByName("127.0.0.1"));
    listeners.add(listener);
    Thread drain = new Thread(() -> drain(listener), "silent");
    drain.setDaemon(true);
    drain.start();
    return Multiaddr.tcp("127.0.0.1", listener.getLocalPort());
  }

  /** Takes its connections, and lets each go when the other side has. */
  private static void drain(ServerSocket listener) {
    try {
      while (true) {
        java.net.Socket socket = listener.accept();
        Thread reader = new Thread(() -> {
          try (socket) {
            socket.getInputStream().readAllBytes();
          } catch (IOException e) {
            // reset: it is gone as well
          }
        }, "silent reader");
        reader.setDaemon(true);
        reader.start();
      }
    } catch (IOException e) {
      // closed at the end of the test
    }
  }

  /** Bob, but the line goes dead after some bytes, in the middle of any step of the upgrade. */
  private Multiaddr halting() {
    NetServer server = vertx.createNetServer();
    Random fates = new Random(random.nextLong());
    server.connectHandler(down -> {
      int[] left = {fates.nextInt(UPGRADE_BYTES)};
      down.exceptionHandler(e -> { });
      down.pause();
      Multiaddr.HostPort to = targets.get(0).hostPort().orElseThrow();
      client.connect(to.port(), to.host()).onComplete(up -> {
        up.exceptionHandler(e -> { });
        down.closeHandler(closed -> up.close());
        up.closeHandler(closed -> down.close());
        down.handler(bytes -> pass(bytes, up, left));
        up.handler(bytes -> pass(bytes, down, left));
        down.resume();
      }, e -> down.close());
    });
    await(server.listen(0, "127.0.0.1"));
    return Multiaddr.tcp("127.0.0.1", server.actualPort());
  }

  private static void pass(Buffer bytes, NetSocket to, int[] left) {
    int length = Math.min(left[0], bytes.length());
    left[0] -= length;
    if (length > 0) {
      to.write(bytes.getBuffer(0, length));
    }
  }

  /** Socket channels of Netty that anybody still holds: alive after a collection. */
  private static long channels() {
    try {
      String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
          new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
          new Object[] {new String[0]}, new String[] {String[].class.getName()});
      return histogram.lines().map(line -> line.trim().split("\\s+"))
          .filter(columns -> columns.length > 3 && columns[3].endsWith("SocketChannel")
              && columns[3].startsWith("io.netty.channel."))
          .mapToLong(columns -> Long.parseLong(columns[1])).sum();
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  /** Bytes of direct memory that Netty has taken. A buffer that is never released fails the test by itself. */
  private static long direct() {
    return ((ByteBufAllocatorMetricProvider) VertxByteBufAllocator.POOLED_ALLOCATOR).metric().usedDirectMemory();
  }

  private Future<Failure> dialAndGiveUp(List<Multiaddr> addresses, PeerId peer) {
    Promise<Failure> outcome = Promise.promise();
    Dial dial = alice.host().dial(peer, addresses);
    dial.connected().onComplete(done -> outcome.complete(null), e -> outcome.complete(Failure.of(e).failure()));
    int millis = random.nextInt(MOST_MILLIS);
    if (millis == 0) {
      dial.cancel();
    } else {
      vertx.setTimer(millis, fired -> dial.cancel());
    }
    return outcome.future();
  }

  private List<Multiaddr> someTargets() {
    List<Multiaddr> some = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      some.add(targets.get(random.nextInt(targets.size())));
    }
    return some;
  }

  private Map<Failure, Integer> storm(int dials) {
    Map<Failure, Integer> outcomes = new EnumMap<>(Failure.class);
    PeerId[] strangers = new PeerId[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
      strangers[i] = KeyPair.generate(KeyType.ED25519, new SecureRandom()).publicKey().peerId();
    }
    for (int done = 0; done < dials; done += AT_ONCE) {
      int count = Math.min(AT_ONCE, dials - done);
      List<Future<Failure>> batch = alice.on(() -> {
        List<Future<Failure>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          all.add(dialAndGiveUp(someTargets(), strangers[i]));
        }
        return Future.join(all).map(all);
      });
      batch.forEach(dial -> outcomes.merge(dial.result(), 1, Integer::sum));
    }
    return outcomes;
  }

  @Test
  void dialsCancelledAtRandomMomentsLeaveNothingBehind() {
    storm(10 * AT_ONCE); // whatever is made once is made
    settled();
    long sockets = Nodes.sockets();
    long channels = channels();
    long direct = direct();
    long began = System.nanoTime();
    Map<Failure, Integer> outcomes = storm(DIALS);
    long took = (System.nanoTime() - began) / 1_000_000;
    assertEquals(DIALS, outcomes.values().stream().mapToInt(n -> n).sum(), outcomes.toString());
    assertTrue(outcomes.getOrDefault(Failure.CANCELLED, 0) > DIALS / 3, outcomes.toString());
    settled();
    Nodes.eventually(alice, "no socket is left", () -> Nodes.sockets() <= sockets);
    Nodes.eventually(alice, "no channel is left", () -> channels() <= channels);
    Nodes.eventually(alice, "no direct memory is left", () -> direct() <= direct + CHUNK);
    System.out.printf("%d dials in %d ms: %s; sockets %d -> %d, channels %d -> %d, direct bytes %d -> %d%n",
        DIALS, took, outcomes, sockets, Nodes.sockets(), channels, channels(), direct, direct());
    Multiaddr toBob = bob.address();
    assertEquals(bob.host().id(), alice.on(() -> alice.host().connect(toBob)));
  }

  /** Upgrades that are given up still close their sockets. */
  private void settled() {
    for (Node node : List.of(alice, bob)) {
      Nodes.eventually(node, "no peer is left", () -> node.on(node.host()::peers).isEmpty());
    }
    long[] before = {Long.MAX_VALUE, System.nanoTime()};
    Nodes.eventually(alice, "the sockets have settled", () -> {
      long now = Nodes.sockets();
      if (now != before[0]) {
        before[0] = now;
        before[1] = System.nanoTime();
      }
      return System.nanoTime() - before[1] > 500_000_000L;
    });
  }
}
