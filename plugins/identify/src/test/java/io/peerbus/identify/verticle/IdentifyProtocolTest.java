package io.peerbus.identify.verticle;

import static io.peerbus.memory.TwoHosts.readAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.identify.IdentifyMessage;
import io.peerbus.identify.IdentifyOptions;
import io.peerbus.identify.IdentifyReader;
import io.peerbus.identify.Peers;
import io.peerbus.memory.MemoryHost;
import io.peerbus.memory.MemoryStream;
import io.peerbus.memory.TwoHosts;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class IdentifyProtocolTest {

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

  private Future<IdentifyProtocol> start(MemoryHost host, IdentifyOptions options) {
    IdentifyProtocol protocol = new IdentifyProtocol(vertx, host, options);
    return protocol.start().map(protocol);
  }

  private static Future<PeerInfo> identified(MemoryHost host, Predicate<PeerInfo> wanted) {
    Promise<PeerInfo> promise = Promise.promise();
    host.events(event -> {
      if (event instanceof HostEvent.Identified identified && wanted.test(identified.peer())) {
        promise.tryComplete(identified.peer());
      }
    });
    return promise.future();
  }

  @Test
  void bothSidesOfANewConnectionLearnWhoTheOtherIs() throws Exception {
    List<PeerInfo> known = await(() -> {
      Future<PeerInfo> ofB = identified(a, peer -> true);
      Future<PeerInfo> ofA = identified(b, peer -> true);
      return Future.all(start(a, new IdentifyOptions()), start(b, new IdentifyOptions()))
          .compose(started -> a.connect(b.fullAddress()))
          .compose(connected -> Future.all(ofB, ofA))
          .map(both -> List.of(ofB.result(), ofA.result()));
    });
    assertEquals(b.id(), known.get(0).peer());
    assertEquals("peerbus/node2", known.get(0).agentVersion());
    assertEquals(List.of(IdentifyProtocol.ID, IdentifyProtocol.PUSH), known.get(0).protocols());
    assertEquals(List.of(b.fullAddress().withoutPeerId()), known.get(0).addresses());
    assertFalse(known.get(0).inbound());
    assertEquals(a.id(), known.get(1).peer());
    assertTrue(known.get(1).inbound());
    await(() -> hosts.until(() -> a.streams().stream().allMatch(MemoryStream::isOver)));
  }

  @Test
  void aPeerThatClosedItsDirectionBeforeReadingIsAnswered() throws Exception {
    Buffer answer = await(() -> start(b, new IdentifyOptions()).compose(started -> a.open(b.id(), IdentifyProtocol.ID))
        .compose(stream -> {
          stream.end();
          return readAll(stream);
        }));
    assertTrue(answer.length() <= 4096);
    IdentifyReader reader = new IdentifyReader();
    reader.onBytes(ByteBuffer.wrap(answer.getBytes()));
    IdentifyMessage message = reader.end();
    assertEquals("peerbus/node2", message.agentVersion(99));
    assertArrayEquals(a.fullAddress().withoutPeerId().toBytes(), message.observedAddress());
    assertTrue(message.signedPeerRecord() != null);
  }

  /** rust asks every five minutes, on the connection that it has. */
  @Test
  void everyQuestionIsAnsweredOnTheSameConnection() throws Exception {
    List<Buffer> answers = new ArrayList<>();
    await(() -> start(b, new IdentifyOptions()).compose(started -> a.connect(b.fullAddress())));
    for (int i = 0; i < 5; i++) {
      answers.add(await(() -> a.open(b.id(), IdentifyProtocol.ID).compose(TwoHosts::readAll)));
      await(() -> {
        a.streams().forEach(MemoryStream::end);
        return Future.succeededFuture();
      });
    }
    for (Buffer answer : answers) {
      IdentifyReader reader = new IdentifyReader();
      reader.onBytes(ByteBuffer.wrap(answer.getBytes()));
      assertEquals("peerbus/node2", reader.end().agentVersion(99));
    }
  }

  @Test
  void aPeerThatHoldsItsDirectionOpenIsCutOff() throws Exception {
    FailureException failure = assertThrows(FailureException.class, () -> await(() ->
        start(b, new IdentifyOptions().setTimeout(50 * MS)).compose(started -> a.open(b.id(), IdentifyProtocol.ID))
            .compose(stream -> {
              Promise<Void> reset = Promise.promise();
              stream.handler(bytes -> { });
              stream.resetHandler(reset::tryFail);
              return reset.future();
            })));
    assertEquals(Failure.RESET_BY_PEER, failure.failure());
  }

  @Test
  void aPeerThatAsksAndTalksIsCutOff() throws Exception {
    FailureException failure = assertThrows(FailureException.class, () -> await(() ->
        start(b, new IdentifyOptions()).compose(started -> a.open(b.id(), IdentifyProtocol.ID))
            .compose(stream -> {
              Promise<Void> reset = Promise.promise();
              stream.handler(bytes -> { });
              stream.resetHandler(reset::tryFail);
              stream.write(Buffer.buffer(new byte[2048]));
              return reset.future();
            })));
    assertEquals(Failure.RESET_BY_PEER, failure.failure());
  }

  @Test
  void aNewProtocolIsPushedToConnectedPeers() throws Exception {
    PeerInfo news = await(() -> {
      Future<PeerInfo> first = identified(a, peer -> true);
      Future<PeerInfo> second = identified(a, peer -> peer.protocols().contains("/echo/1.0.0"));
      return Future.all(start(a, new IdentifyOptions()), start(b, new IdentifyOptions().setDebounce(20 * MS)))
          .compose(started -> a.connect(b.fullAddress()))
          .compose(connected -> first)
          .compose(known -> b.handle("/echo/1.0.0", stream -> { }))
          .compose(registered -> second);
    });
    assertEquals(List.of("/echo/1.0.0", IdentifyProtocol.ID, IdentifyProtocol.PUSH), news.protocols());
  }

  @Test
  void newAddressesArePushedAndReplaceTheOldOnes() throws Exception {
    Multiaddr moved = Multiaddr.parse("/ip4/192.0.2.7/tcp/7");
    PeerInfo news = await(() -> {
      Future<PeerInfo> first = identified(a, peer -> true);
      Future<PeerInfo> second = identified(a, peer -> peer.addresses().contains(moved));
      return Future.all(start(a, new IdentifyOptions()), start(b, new IdentifyOptions().setDebounce(20 * MS)))
          .compose(started -> a.connect(b.fullAddress()))
          .compose(connected -> first)
          .compose(known -> {
            b.listen(List.of(moved));
            return second;
          });
    });
    assertEquals(List.of(moved), news.addresses());
  }

  @Test
  void aFloodOfPushesIsResetUnread() throws Exception {
    List<PeerInfo> listened = new ArrayList<>();
    await(() -> {
      b.events(event -> {
        if (event instanceof HostEvent.Identified identified) {
          listened.add(identified.peer());
        }
      });
      // However long the forty take, no eleventh is granted meanwhile.
      return start(b, new IdentifyOptions().setPushInterval(3_600_000 * MS)).compose(started -> pushes(40));
    });
    assertTrue(listened.size() <= 11, "listened to " + listened.size());
    assertTrue(listened.size() >= 1, "listened to " + listened.size());
  }

  /** One push after the other, each waited for. */
  private Future<Void> pushes(int left) {
    if (left == 0) {
      return Future.succeededFuture();
    }
    return a.open(b.id(), IdentifyProtocol.PUSH).compose(stream -> {
      Promise<Void> over = Promise.promise();
      stream.handler(bytes -> { });
      stream.closeHandler(v -> over.complete());
      stream.write(Buffer.buffer(new byte[] {2, 0x32, 0}));
      stream.end();
      return over.future();
    }).compose(over -> pushes(left - 1));
  }

  @Test
  void aPeerThatNeverEndsItsDirectionIsUnderstoodAtTheTimeout() throws Exception {
    PeerInfo known = await(() -> {
      Future<PeerInfo> ofB = identified(a, peer -> true);
      return b.handle(IdentifyProtocol.ID, stream -> stream.write(Buffer.buffer(new byte[] {4, 0x32, 2, 'o', 'k'})))
          .compose(registered -> start(a, new IdentifyOptions().setTimeout(50 * MS)))
          .compose(started -> a.connect(b.fullAddress()))
          .compose(connected -> ofB);
    });
    assertEquals("ok", known.agentVersion());
  }

  /** SEC-28, end to end: what is told from far away about near addresses reaches neither the node nor a dial. */
  @Test
  void aFarPeersNearAddressesAreNotKept() throws Exception {
    Multiaddr address = Multiaddr.parse("/ip4/203.0.113.3/tcp/3");
    PeerInfo known = await(() -> {
      MemoryHost far = hosts.third(address);
      Future<PeerInfo> told = identified(a, peer -> true);
      return start(a, new IdentifyOptions())
          .compose(started -> a.connect(far.fullAddress()))
          .compose(connected -> far.open(a.id(), IdentifyProtocol.PUSH))
          .compose(stream -> {
            Buffer message = Buffer.buffer();
            for (String text : List.of("/ip4/127.0.0.1/tcp/3", "/ip4/192.168.1.1/tcp/3", address.toString())) {
              byte[] bytes = Peers.address(text).toBytes();
              message.appendByte((byte) 0x12).appendByte((byte) bytes.length).appendBytes(bytes);
            }
            stream.write(Buffer.buffer().appendByte((byte) message.length()).appendBuffer(message));
            stream.end();
            return told;
          });
    });
    assertEquals(List.of(address), known.addresses());
  }

  @Test
  void aPeerWithAnothersKeyIsNotBelieved() throws Exception {
    FailureException failure = assertThrows(FailureException.class, () -> await(() ->
        b.handle(IdentifyProtocol.ID, stream -> {
          byte[] key = Peers.key(99).publicKey().toBytes();
          stream.write(Buffer.buffer().appendByte((byte) (key.length + 2)).appendByte((byte) 0x0a)
              .appendByte((byte) key.length).appendBytes(key));
          stream.end();
        }).compose(registered -> start(a, new IdentifyOptions()))
            .compose(started -> started.answer(request(b.id().toString())))));
    assertEquals(Failure.PROTOCOL_ERROR, failure.failure());
  }

  @Test
  void aDemandConnectsAndAnswersInJson() throws Exception {
    JsonObject answer = await(() -> Future.all(start(a, new IdentifyOptions()), start(b, new IdentifyOptions()))
        .compose(both -> both.<IdentifyProtocol>resultAt(0).answer(request(b.id().toString()))));
    assertEquals(b.id().toString(), answer.getString("peer"));
    assertEquals("peerbus/node2", answer.getString("agentVersion"));
    assertEquals("/ip4/127.0.0.1/tcp/1", answer.getString("observedAddress"));
    assertEquals("/ip4/127.0.0.1/tcp/2", answer.getJsonArray("addresses").getString(0));
    assertTrue(answer.getJsonArray("protocols").contains(IdentifyProtocol.ID));
  }

  @Test
  void aDemandThatCannotBeMetSaysWhy() throws Exception {
    FailureException none = assertThrows(FailureException.class, () -> await(() -> start(a, new IdentifyOptions())
        .compose(protocol -> protocol.answer(request(b.id().toString())))));
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, none.failure());
    FailureException bad = assertThrows(FailureException.class, () -> await(() -> start(b, new IdentifyOptions())
        .compose(protocol -> protocol.answer(request("nobody")))));
    assertEquals(Failure.BAD_REQUEST, bad.failure());
  }

  private static JsonObject request(String peer) {
    return new JsonObject().put("op", "identify").put("peer", peer);
  }

  @Test
  void peersThatWereThereBeforeThePluginAreAsked() throws Exception {
    PeerInfo known = await(() -> {
      Future<PeerInfo> ofB = identified(a, peer -> true);
      return start(b, new IdentifyOptions()).compose(started -> a.connect(b.fullAddress()))
          .compose(connected -> start(a, new IdentifyOptions())).compose(started -> ofB);
    });
    assertEquals("peerbus/node2", known.agentVersion());
  }

  @Test
  void settingsAreCheckedByName() {
    assertEquals(7 * MS, IdentifySettings.ALL.read(new JsonObject().put("timeoutMillis", 7)).getTimeout());
    for (JsonObject bad : List.of(new JsonObject().put("timeout", 7), new JsonObject().put("maxOutbound", "x"),
        new JsonObject().put("maxOutbound", 0))) {
      assertThrows(FailureException.class, () -> IdentifySettings.ALL.read(bad), bad::encode);
    }
  }
}
