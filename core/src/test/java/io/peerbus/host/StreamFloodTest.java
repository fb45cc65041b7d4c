package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One peer opens streams as fast as it can while an honest one is served (SEC-01, SEC-22). */
@ExtendWith(VertxExtension.class)
@Timeout(600)
class StreamFloodTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final int MAX_STREAMS = 1024; // YamuxOptions
  private static final int MAX_NEGOTIATING = 128; // ConnectionOptions
  private static final int FLOOD = 300_000;

  /** Half of the round trips are far faster, also on a busy machine; without limits they would take ever longer. */
  private static final long SLOW = 10_000_000_000L;

  /** Streams for nothing a second, far below the default: no machine is so slow that it could not send more. */
  private static final YamuxOptions LOW_RATE = new YamuxOptions().setWastedPerSecond(100).setWastedBurst(2_000);

  private Vertx vertx;
  private Node node;
  private Node honest;
  private Multiaddr address;
  private int open;
  private int mostOpen;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    honest = Nodes.start(vertx, "honest");
  }

  private void startVictim(YamuxOptions yamux) {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    HostOptions options = Nodes.options("victim").setTimeouts(Timeouts.DEFAULT.withNegotiation(60_000));
    node = Nodes.attach(vertx, "victim",
        await(vertx.deployVerticle(new HostVerticle(options, identity, yamux))));
    node.on(() -> node.host().handle(ECHO, this::echo));
    address = node.address();
    honest.on(() -> honest.host().connect(address));
    roundTrip();
  }

  private void echo(Stream stream) {
    open++;
    mostOpen = Math.max(open, mostOpen);
    stream.closeHandler(closed -> open--);
    stream.pipeTo(stream);
  }

  private long roundTrip() {
    long began = System.nanoTime();
    Buffer answer = honest.on(() -> honest.host().open(node.host().id(), ECHO).compose(stream -> {
      Promise<Buffer> back = Promise.promise();
      stream.handler(back::tryComplete);
      stream.resetHandler(back::tryFail);
      stream.write(Buffer.buffer("honest"));
      return back.future().onSuccess(read -> stream.end()); // a reset would count as the flood does
    }));
    assertEquals("honest", answer.toString());
    return System.nanoTime() - began;
  }

  private interface Attack {
    void run() throws Exception;
  }

  /** Round trips of the honest peer, one after the other, for as long as the attack goes on. */
  private List<Long> roundTripsDuring(Attack attack) {
    Promise<Void> done = Promise.promise();
    Thread attacker = new Thread(() -> {
      try {
        attack.run();
        done.complete();
      } catch (Throwable e) {
        done.fail(e);
      }
    }, "attacker");
    attacker.start();
    List<Long> times = new ArrayList<>();
    do {
      times.add(roundTrip());
    } while (!done.future().isComplete());
    await(done.future());
    times.sort(null);
    return times;
  }

  private void assertServed(List<Long> times) {
    long median = times.get((times.size() - 1) / 2);
    assertTrue(median < SLOW, "half of " + times.size() + " round trips took " + median / 1_000_000 + " ms or more");
  }

  /** Reads in a thread of its own until the connection is closed, so that the flood is not held up. */
  private static Future<Frames> readAll(RawPeer peer) {
    Promise<Frames> all = Promise.promise();
    Thread reader = new Thread(() -> {
      Frames frames = new Frames();
      try {
        for (ByteBuffer plain = peer.readPlain(); plain != null; plain = peer.readPlain()) {
          frames.add(plain);
        }
        all.complete(frames);
      } catch (Exception e) {
        all.fail(e);
      }
    }, "reader");
    reader.start();
    return all.future();
  }

  private static boolean writes(RawPeer peer) throws Exception {
    try {
      peer.flush();
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void streamsThatStayOpenEndAtTheLimit() throws Exception {
    startVictim(new YamuxOptions());
    try (RawPeer peer = RawPeer.upgraded(address)) {
      List<Long> times = roundTripsDuring(() -> {
        Frames frames = new Frames();
        for (int i = 0; i < 40; i++) {
          for (int j = 0; j < 100; j++) {
            peer.gather(RawPeer.open(2 * (100 * i + j) + 1, ECHO));
          }
          peer.gather(RawPeer.frame(RawPeer.PING, RawPeer.SYN, 0, i, new byte[0]));
          peer.flush();
          while (frames.count(RawPeer.PING, RawPeer.ACK) <= i) { // one that never reads its refusals would be cut off
            frames.add(peer.readPlain());
          }
        }
        assertEquals(4_000 - MAX_STREAMS, refusals(frames));
      });
      assertServed(times);
      assertTrue(mostOpen <= MAX_STREAMS + 2, mostOpen + " streams were open at once");
    }
    Nodes.eventually(node, "the flood's streams are gone", () -> openNow() == 0);
  }

  private static int refusals(Frames frames) {
    return frames.count(RawPeer.WINDOW_UPDATE, RawPeer.RST);
  }

  /** It must wait for each answer; the times are lower bounds, so a slow machine cannot fail them. */
  @Test
  void aPeerWhoseStreamsComeToNothingIsReadTenTimesASecond() throws Exception {
    startVictim(new YamuxOptions().setMaxInboundStreams(1).setWastedPerSecond(1).setWastedBurst(500));
    try (RawPeer peer = RawPeer.upgraded(address)) {
      for (int i = 0; i <= 502; i++) {
        peer.gather(RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.SYN, 2 * i + 1, 0, new byte[0]));
      }
      Frames frames = new Frames();
      long began = System.nanoTime();
      for (int i = 0; i < 6; i++) {
        peer.gather(RawPeer.frame(RawPeer.PING, RawPeer.SYN, 0, i, new byte[0]));
        peer.flush();
        while (frames.count(RawPeer.PING, RawPeer.ACK) <= i) {
          frames.add(peer.readPlain());
        }
      }
      long took = System.nanoTime() - began;
      assertTrue(took >= 500_000_000, "six reads of it took " + took / 1_000_000 + " ms");
      assertEquals(502, refusals(frames));
      roundTrip();
    }
  }

  @Test
  void aFloodWithoutEndEndsTheConnection() throws Exception {
    startVictim(LOW_RATE);
    try (RawPeer peer = RawPeer.upgraded(address)) {
      readAll(peer);
      assertServed(roundTripsDuring(() -> {
        for (int i = 0; i < 10_000; i++) {
          for (int j = 0; j < 100; j++) {
            peer.gather(RawPeer.open(2 * (100 * i + j) + 1, ECHO));
          }
          if (!writes(peer)) {
            return;
          }
        }
        throw new AssertionError("it could go on for ever");
      }));
    }
    Nodes.eventually(node, "the flood's streams are gone", () -> openNow() == 0);
  }

  private int openNow() {
    return node.on(() -> Future.succeededFuture(open));
  }

  @Test
  void streamsThatAreOpenedAndResetInALoopEndTheConnection() throws Exception {
    startVictim(LOW_RATE);
    try (RawPeer peer = RawPeer.upgraded(address)) {
      Future<Frames> read = readAll(peer);
      List<Long> times = roundTripsDuring(() -> {
        for (int i = 0; i < FLOOD && !read.isComplete(); i++) {
          try {
            peer.gather(RawPeer.open(2 * i + 1, ECHO));
            peer.gather(RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.RST, 2 * i + 1, 0, new byte[0]));
          } catch (IOException closed) {
            return;
          }
        }
        await(read); // or it could go on for ever
      });
      assertServed(times);
      assertEquals(1, await(read).count(RawPeer.GO_AWAY, 0), "no GoAway came");
      Nodes.eventually(node, "the flood's streams are gone", () -> openNow() == 0);
      assertServed(roundTripsDuring(() -> { }));
    }
  }

  @Test
  void streamsThatSayNothingAreLimitedTooAndLeaveRoomForOthers() throws Exception {
    startVictim(new YamuxOptions());
    try (RawPeer peer = RawPeer.upgraded(address)) {
      List<Long> times = roundTripsDuring(() -> {
        for (int i = 0; i < 10; i++) {
          for (int j = 0; j < 100; j++) {
            peer.gather(
                RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.SYN, 2 * (100 * i + j) + 1, 0, new byte[0]));
          }
          peer.flush();
        }
        Frames frames = new Frames();
        while (refusals(frames) < 1_000 - MAX_NEGOTIATING) {
          frames.add(peer.readPlain());
        }
        peer.write(peer.seal(RawPeer.frame(RawPeer.PING, RawPeer.SYN, 0, 1, new byte[0])));
        while (frames.count(RawPeer.PING, RawPeer.ACK) == 0) {
          frames.add(peer.readPlain());
        }
        assertEquals(1_000 - MAX_NEGOTIATING, refusals(frames), "more may wait for their protocol");
      });
      assertServed(times);
    }
  }
}
