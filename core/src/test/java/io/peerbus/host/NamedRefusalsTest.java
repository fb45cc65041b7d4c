package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.yamux.YamuxOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Limits deep inside a connection are told by their names as all others: in the log, in the figures, on the bus. */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class NamedRefusalsTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Vertx vertx;

  @BeforeEach
  void listen(Vertx vertx) {
    this.vertx = vertx;
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  private interface Attack {
    RawPeer on(Multiaddr address) throws Exception;
  }

  /** What a peer does is refused so often in all. */
  private void assertTold(String message, long times, HostOptions options, YamuxOptions yamux, Attack attack)
      throws Exception {
    String limit = message.substring(0, message.indexOf(':'));
    KeyPair identity = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    Node node = Nodes.attach(vertx, "victim",
        await(vertx.deployVerticle(new HostVerticle(options.setNode("victim"), identity, yamux))));
    Promise<JsonObject> told = Promise.promise();
    vertx.eventBus().<JsonObject>consumer("peerbus.victim.refusals.events", event -> {
      if (event.body().getString("limit").equals(limit) && event.body().getLong("total") >= times) {
        told.tryComplete(event.body());
      }
    });
    try (RawPeer peer = attack.on(node.address())) {
      JsonObject event = await(told.future());
      assertEquals(message, event.getString("message"));
      assertEquals(times, event.getLong("total"));
      JsonObject stats = await(vertx.eventBus().<JsonObject>request("peerbus.victim.stats", new JsonObject())).body();
      assertEquals(times, stats.getJsonObject("refusals").getLong(limit));
      assertTrue(log.list.stream().map(ILoggingEvent::getFormattedMessage)
          .anyMatch(line -> line.matches("refused \\d+ times: .*") && line.endsWith(": " + message)),
          () -> log.list.toString());
    }
  }

  private static YamuxOptions yamux() {
    return new YamuxOptions().setWastedBurst(100_000);
  }

  private static RawPeer opening(Multiaddr address, int count) throws Exception {
    RawPeer peer = RawPeer.upgraded(address);
    for (int i = 0; i < count; i++) {
      peer.gather(RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.SYN, 2 * i + 1, 0, new byte[0]));
    }
    peer.flush(); // all in one message
    return peer;
  }

  @Test
  void streamsBeyondThoseOfOneConnection() throws Exception {
    assertTold("yamux.maxInboundStreams: the peer has 3 streams open on one connection", 497, Nodes.options("victim"),
        yamux().setMaxInboundStreams(3), at -> opening(at, 500));
  }

  @Test
  void streamsThatAreNotLookedAtYet() throws Exception {
    assertTold("yamux.acceptBacklog: 7 streams that the peer opened at once on one connection are not looked at yet",
        13, Nodes.options("victim"), yamux().setAcceptBacklog(7), at -> opening(at, 20));
  }

  @Test
  void streamsOpenedForNothingAndTheEndOfTheirConnection() throws Exception {
    assertTold("yamux.wastedPerSecond: too many streams are opened for nothing: more than 1 a second on one connection,"
        + " where one that is reset counts 5", 101, Nodes.options("victim"),
        new YamuxOptions().setMaxInboundStreams(1).setWastedPerSecond(1).setWastedBurst(100),
        at -> opening(at, 203)); // one is open, 101 are too many, 100 are not looked at, the last of them ends it
  }

  @Test
  void pingsWhoseAnswersNobodyReads() throws Exception {
    assertTold("yamux.maxPendingPongs: the other side does not read: 64 pongs wait to be sent", 1,
        Nodes.options("victim"), yamux(), at -> {
          RawPeer peer = RawPeer.upgraded(at);
          for (int i = 0; i < 65; i++) {
            peer.gather(RawPeer.frame(RawPeer.PING, RawPeer.SYN, 0, i, new byte[0]));
          }
          peer.flush();
          return peer;
        });
  }

  @Test
  void aFrameThatDoesNotEnd() throws Exception {
    assertTold("yamux.frameTimeoutMillis: a frame was not complete within 100 ms", 1, Nodes.options("victim"),
        yamux().setFrameTimeoutMillis(100), at -> {
          RawPeer peer = RawPeer.upgraded(at);
          peer.gather(RawPeer.frame(RawPeer.DATA, RawPeer.SYN, 1, 10, new byte[9]));
          peer.flush();
          return peer;
        });
  }

  @Test
  void streamsWithoutAProtocol() throws Exception {
    assertTold("maxNegotiating: 128 streams of one connection have no protocol yet", 72,
        Nodes.options("victim").setTimeouts(Timeouts.DEFAULT.withNegotiation(600_000)), yamux(),
        at -> opening(at, 200));
  }

  @Test
  void aStreamThatIsSilent() throws Exception {
    assertTold("negotiationTimeoutMillis: for a stream of a peer no protocol was agreed on within 50 ms", 2,
        Nodes.options("victim").setTimeouts(Timeouts.DEFAULT.withNegotiation(50)), yamux(), at -> opening(at, 2));
  }

  @Test
  void aConnectionThatIsSilent() throws Exception {
    assertTold("upgradeTimeoutMillis: an inbound connection was not upgraded within 100 ms", 1,
        Nodes.options("victim").setTimeouts(Timeouts.DEFAULT.withUpgrade(100)), yamux(), RawPeer::dial);
  }
}
