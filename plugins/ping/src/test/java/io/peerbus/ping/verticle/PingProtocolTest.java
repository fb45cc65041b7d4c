package io.peerbus.ping.verticle;

import static io.peerbus.memory.TwoHosts.readAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.memory.MemoryHost;
import io.peerbus.memory.MemoryStream;
import io.peerbus.memory.TwoHosts;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class PingProtocolTest {

  private static final long MS = 1_000_000;

  private Vertx vertx;
  private TwoHosts hosts;
  private MemoryHost a;
  private MemoryHost b;

  @BeforeEach
  void setUp(Vertx vertx) throws Exception {
    this.vertx = vertx;
    hosts = TwoHosts.start(vertx);
    a = hosts.a();
    b = hosts.b();
  }

  private <T> T await(Supplier<Future<T>> code) throws Exception {
    return hosts.await(code);
  }

  private Future<PingProtocol> start(MemoryHost host, PingOptions options) {
    PingProtocol protocol = new PingProtocol(vertx, host, options);
    return protocol.start().map(protocol);
  }

  private static PingOptions quiet() {
    return new PingOptions().setInterval(0);
  }

  private JsonObject pingRequest() {
    return new JsonObject().put("op", "ping").put("peer", b.id().toString()).put("intervalMillis", 0);
  }

  @Test
  void severalPingsUseOneStream() throws Exception {
    JsonObject answer = await(() -> start(b, quiet()).compose(started -> start(a, quiet()))
        .compose(protocol -> protocol.answer(pingRequest().put("count", 5).put("timeoutMillis", 120_000L))));
    assertEquals(5, answer.getJsonArray("rttMicros").size());
    assertEquals(0, answer.getInteger("lost"));
    assertEquals(b.id().toString(), answer.getString("peer"));
    assertEquals(1, a.streams().size());
  }

  @Test
  void anAddressIsConnectedToFirst() throws Exception {
    JsonObject answer = await(() -> start(b, quiet()).compose(started -> start(a, quiet())).compose(protocol ->
        protocol.answer(new JsonObject().put("op", "ping").put("address", b.fullAddress().toString()))
            .map(pinged -> protocol.answer(new JsonObject().put("op", "rtts"))).compose(rtts -> rtts)));
    assertTrue(answer.getLong(b.id().toString()) >= 0, answer::encode);
  }

  @Test
  void aPeerThatCannotBeReachedOrHasNoPingFailsTheRequest() throws Exception {
    FailureException none = assertThrows(FailureException.class, () -> await(() -> start(a, quiet())
        .compose(protocol -> protocol.answer(pingRequest().put("count", 3)))));
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, none.failure());
    FailureException nobody = assertThrows(FailureException.class, () -> await(() -> start(b, quiet())
        .compose(protocol -> protocol.answer(
            new JsonObject().put("op", "ping").put("address", "/ip4/127.0.0.1/tcp/9")))));
    assertEquals(Failure.DIAL_FAILED, nobody.failure());
  }

  @Test
  void anAnswerThatDoesNotComeIsCounted() throws Exception {
    JsonObject answer = await(() -> b.handle(PingProtocol.ID, stream -> stream.handler(bytes -> { }))
        .compose(registered -> start(a, quiet()))
        .compose(protocol -> protocol.answer(pingRequest().put("count", 2).put("timeoutMillis", 20))));
    assertEquals(2, answer.getInteger("lost"));
    assertTrue(answer.getString("reason").contains("20 ms"), answer::encode);
  }

  @Test
  void badRequestsSayWhatIsWrong() throws Exception {
    for (JsonObject bad : List.of(new JsonObject().put("op", "pong"), new JsonObject().put("op", "ping"),
        new JsonObject().put("op", "ping").put("peer", "x"), pingRequest().put("count", 0),
        pingRequest().put("count", "many"), pingRequest().put("timeoutMillis", 1L << 40))) {
      FailureException failure = assertThrows(FailureException.class,
          () -> await(() -> start(a, quiet()).compose(protocol -> protocol.answer(bad))), bad::encode);
      assertEquals(Failure.BAD_REQUEST, failure.failure(), bad::encode);
      await(() -> a.close(Duration.ZERO));
    }
  }

  /** js: the ping and the end of its direction in one go, then it reads. */
  @Test
  void aPeerThatEndsBehindItsPingIsAnswered() throws Exception {
    byte[] block = new byte[32];
    block[7] = 7;
    Buffer back = await(() -> start(b, quiet()).compose(started -> a.open(b.id(), PingProtocol.ID))
        .compose(stream -> {
          Future<Buffer> all = readAll(stream);
          stream.write(Buffer.buffer(block).slice(0, 20));
          stream.write(Buffer.buffer(block).slice(20, 32));
          stream.end();
          return all;
        }));
    assertArrayEquals(block, back.getBytes());
  }

  /** SEC-29. */
  @Test
  void theThirdStreamOfAPeerIsRefusedUntilOneIsOver() throws Exception {
    Boolean served = await(() -> start(b, quiet()).compose(started -> Future.all(
        a.open(b.id(), PingProtocol.ID), a.open(b.id(), PingProtocol.ID), a.open(b.id(), PingProtocol.ID)))
        .compose(three -> {
          Stream first = three.resultAt(0);
          Stream third = three.resultAt(2);
          return readAll(third).transform(refused -> {
            assertEquals(Failure.RESET_BY_PEER, Failure.of(refused.cause()).failure());
            assertFalse(((MemoryStream) first).isOver());
            Future<Buffer> over = readAll(first);
            first.end();
            return over;
          });
        }).compose(over -> a.open(b.id(), PingProtocol.ID)).compose(fourth -> {
          Future<Buffer> all = readAll(fourth);
          fourth.write(Buffer.buffer(new byte[32]));
          fourth.end();
          return all;
        }).map(back -> back.length() == 32));
    assertTrue(served);
  }

  /** SEC-29: nothing is read on while our answers are not read. */
  @Test
  void aFloodIsHeldUpByItsOwnAnswers() throws Exception {
    Buffer chunk = Buffer.buffer(new byte[32 * 1024]);
    Integer taken = await(() -> start(b, quiet()).compose(started -> a.open(b.id(), PingProtocol.ID))
        .compose(stream -> {
          stream.pause();
          Promise<Integer> stuck = Promise.promise();
          int[] written = {0};
          vertx.setPeriodic(1, timer -> {
            if (stream.writeQueueFull()) {
              vertx.cancelTimer(timer);
              stuck.complete(written[0]);
              return;
            }
            stream.write(chunk);
            written[0] += chunk.length();
          });
          return stuck.future();
        }));
    assertTrue(taken <= 1024 * 1024, "took " + taken);
  }

  /** SEC-29. */
  @Test
  void aPeerThatDribblesIsCut() throws Exception {
    FailureException failure = assertThrows(FailureException.class, () -> await(() ->
        start(b, quiet().setBlockTimeout(30 * MS)).compose(started -> a.open(b.id(), PingProtocol.ID))
            .compose(stream -> {
              Future<Buffer> all = readAll(stream);
              vertx.setPeriodic(5, timer -> stream.write(Buffer.buffer(new byte[1])));
              return all;
            })));
    assertEquals(Failure.RESET_BY_PEER, failure.failure());
  }

  @Test
  void connectedPeersArePingedByThemselvesAndForgottenWhenTheyLeave() throws Exception {
    PingOptions often = new PingOptions().setInterval(300 * MS);
    await(() -> start(b, quiet()).compose(started -> start(a, often))
        .compose(protocol -> a.connect(b.fullAddress())
            .compose(connected -> hosts.until(() -> !rtts(protocol).isEmpty()))
            .compose(measured -> a.disconnect(b.id()))
            .compose(closed -> hosts.until(() -> rtts(protocol).isEmpty() && protocol.known() == 0))));
  }

  private static JsonObject rtts(PingProtocol protocol) {
    return protocol.answer(new JsonObject().put("op", "rtts")).result();
  }

  @Test
  void settingsAreCheckedByName() {
    assertEquals(0, PingSettings.ALL.read(new JsonObject().put("intervalSeconds", 0)).getInterval());
    for (JsonObject bad : List.of(new JsonObject().put("interval", 7), new JsonObject().put("timeoutMillis", "x"),
        new JsonObject().put("timeoutMillis", 0), new JsonObject().put("intervalSeconds", -1))) {
      assertThrows(FailureException.class, () -> PingSettings.ALL.read(bad), bad::encode);
    }
  }
}
