package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Varint;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The plugin's streams, seen by a peer whose part the test plays byte by byte. */
@ExtendWith(VertxExtension.class)
class StreamsTest {

  private static final String PROTOCOL = "/meshsub/1.1.0";
  private static final String TOPIC = "t";

  private final LinkedBlockingQueue<RpcProto.Rpc> fromAlice = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Stream> alicesStreams = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private Node alice;
  private Node bob;
  private String deployment;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    alice = Nodes.start(vertx, "alice");
    bob = Nodes.start(vertx, "bob");
    deploy(60_000);
    bob.on(() -> bob.host().handle(PROTOCOL, stream -> {
      alicesStreams.add(stream);
      RpcFramer framer = new RpcFramer(1 << 20, frame -> fromAlice.add(parsed(frame)));
      stream.handler(data -> {
        try {
          framer.onBytes(data);
        } catch (FormatException e) {
          throw new AssertionError(e);
        }
      });
    }));
    Multiaddr address = alice.address();
    bob.on(() -> bob.host().connect(address));
    ask(new JsonObject().put("op", "subscribe").put("topic", TOPIC).put("deliver", "nowhere"));
  }

  private void deploy(int frameTimeoutMillis) {
    JsonObject config = new JsonObject().put("node", "alice").put("plugin", "gossipsub").put("settings",
        new JsonObject().put("maxMessageSize", 65536).put("frameTimeoutMillis", frameTimeoutMillis));
    deployment = Nodes.await(
        vertx.deployVerticle(new GossipsubVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private static RpcProto.Rpc parsed(byte[] frame) {
    try {
      return RpcProto.Rpc.parseFrom(frame);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonObject ask(JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.alice.gossipsub", request)).body();
  }

  private int peers() {
    return ask(new JsonObject().put("op", "peers").put("topic", TOPIC)).getJsonArray("peers").size();
  }

  private void awaitPeers(int count) {
    long began = System.nanoTime();
    while (peers() != count) {
      assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(Nodes.PATIENCE_SECONDS),
          "alice sees " + peers() + " subscribers");
    }
  }

  private Stream open() {
    return bob.on(() -> bob.host().open(alice.host().id(), PROTOCOL));
  }

  private void write(Stream stream, byte[] rpc) {
    bob.on(() -> stream.write(Buffer.buffer(Varint.encode(rpc.length)).appendBytes(rpc)));
  }

  private static byte[] subscribe(boolean subscribe) {
    return RpcProto.Rpc.newBuilder().addSubscriptions(
        RpcProto.Rpc.SubOpts.newBuilder().setSubscribe(subscribe).setTopicId(TOPIC)).build().toByteArray();
  }

  /** The failure that ends a stream, which must come about on its own. */
  private Failure end(Stream stream) {
    return bob.on(() -> {
      Promise<Failure> over = Promise.promise();
      stream.resetHandler(e -> over.complete(e.failure()));
      return over.future();
    });
  }

  private RpcProto.Rpc nextFromAlice() throws InterruptedException {
    RpcProto.Rpc rpc = fromAlice.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(rpc, "alice says nothing");
    return rpc;
  }

  @Test
  void aPeerThatOpensAStreamGetsOneBackWithOurSubscriptions() throws InterruptedException {
    Stream stream = open();
    assertEquals(TOPIC, nextFromAlice().getSubscriptions(0).getTopicId());
    write(stream, subscribe(true));
    awaitPeers(1);
    assertEquals(TOPIC, nextFromAlice().getControl().getGraft(0).getTopicId());
    assertEquals(1, alicesStreams.size());
  }

  @Test
  void aSecondStreamReplacesTheFirst() {
    Stream first = open();
    write(first, subscribe(true));
    awaitPeers(1);
    Future<Failure> ended = endLater(first);
    Stream second = open();
    assertEquals(Failure.RESET_BY_PEER, Nodes.await(ended));
    assertEquals(1, peers(), "what was said on the first still holds");
    write(second, subscribe(false));
    awaitPeers(0);
    assertEquals(1, alicesStreams.size(), "ours stays as it is");
  }

  private Future<Failure> endLater(Stream stream) {
    Promise<Failure> over = Promise.promise();
    bob.on(() -> {
      stream.resetHandler(e -> over.complete(e.failure()));
      return Future.succeededFuture();
    });
    return over.future();
  }

  @Test
  void aStreamWithSomethingElseThanRpcsIsReset() {
    for (byte[] garbage : new byte[][] {
        {1, 7}, {(byte) 0x80, 0}, Varint.encode(65537), {2, 0x0a, 0x50}, {1, (byte) 0xff}}) {
      Stream stream = open();
      bob.on(() -> stream.write(Buffer.buffer(garbage)));
      assertEquals(Failure.RESET_BY_PEER, end(stream));
    }
    Stream good = open();
    write(good, subscribe(true));
    awaitPeers(1);
  }

  /** One total deadline for each RPC, whatever trickles in meanwhile. */
  @Test
  void aStreamOnWhichAnRpcDoesNotArriveInTimeIsReset() {
    Nodes.await(vertx.undeploy(deployment));
    deploy(500);
    Stream stream = open();
    write(stream, subscribe(true));
    awaitPeers(1);
    Future<Failure> ended = endLater(stream);
    byte[] rpc = subscribe(false);
    bob.on(() -> stream.write(Buffer.buffer(Varint.encode(rpc.length)).appendBytes(rpc, 0, 3)));
    assertEquals(Failure.RESET_BY_PEER, Nodes.await(ended));
    awaitPeers(0);
  }

  @Test
  void aPeerThatEndsItsStreamIsForgottenAndMayComeBack() {
    Stream stream = open();
    write(stream, subscribe(true));
    awaitPeers(1);
    bob.on(stream::end);
    awaitPeers(0);
    write(open(), subscribe(true));
    awaitPeers(1);
  }

  @Test
  void weNeverEndOurHalfOfThePeersStream() {
    Stream stream = open();
    Promise<Void> ended = Promise.promise();
    bob.on(() -> {
      stream.handler(data -> {});
      stream.endHandler(ended::complete);
      return Future.succeededFuture();
    });
    write(stream, subscribe(true));
    awaitPeers(1);
    assertFalse(ended.future().isComplete());
    bob.on(stream::end);
    Nodes.await(ended.future());
  }

  @Test
  void ourStreamIsOpenedAgainWhenThePeerResetsIt() throws InterruptedException {
    open();
    nextFromAlice();
    Stream ours = alicesStreams.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
    bob.on(() -> {
      ours.reset();
      return Future.succeededFuture();
    });
    assertEquals(TOPIC, nextFromAlice().getSubscriptions(0).getTopicId(), "the hello on the new stream");
    assertEquals(1, alicesStreams.size());
  }

  @Test
  void aPeerThatDoesNotReadLosesMessagesAndNothingElseIsHeldUp() throws InterruptedException {
    Stream stream = open();
    write(stream, subscribe(true));
    awaitPeers(1);
    Stream ours = alicesStreams.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
    bob.on(() -> {
      ours.pause();
      return Future.succeededFuture();
    });
    byte[] data = new byte[60_000];
    JsonObject request = new JsonObject().put("op", "publish").put("topic", TOPIC).put("data", Buffer.buffer(data));
    int reached = 0;
    JsonObject last = null;
    for (int i = 0; i < 400; i++) {
      last = ask(request);
      reached += last.getJsonArray("peers").size();
    }
    assertEquals(0, last.getJsonArray("peers").size());
    assertEquals("none of 1 peers reads fast enough: their queues are full", last.getString("reason"));
    assertEquals(400 - reached, ask(new JsonObject().put("op", "stats")).getInteger("dropped"));
    fromAlice.clear();
    bob.on(() -> {
      ours.resume();
      return Future.succeededFuture();
    });
    int received = 0;
    while (received < reached - 10) { // a few were read before the pause took hold
      received += nextFromAlice().getPublishCount();
    }
    assertTrue(ask(request).getJsonArray("peers").size() == 1, "there is room again");
  }

  @Test
  void aFloodOfUncheckedMessagesIsReadOnlyAsFastAsItIsChecked() {
    Stream stream = open();
    write(stream, subscribe(true));
    awaitPeers(1);
    RpcProto.Rpc.Builder flood = RpcProto.Rpc.newBuilder();
    for (int i = 0; i < 300; i++) {
      flood.addPublish(RpcProto.Message.newBuilder()
          .setFrom(ByteString.copyFrom(bob.host().id().toBytes()))
          .setSeqno(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, (byte) (i >> 8), (byte) i}))
          .addTopic(TOPIC).setSignature(ByteString.copyFrom(new byte[64])));
    }
    byte[] rpc = flood.build().toByteArray();
    for (int i = 0; i < 20; i++) {
      write(stream, rpc);
    }
    long began = System.nanoTime();
    JsonObject stats = ask(new JsonObject().put("op", "stats"));
    while (stats.getInteger("invalid") + stats.getInteger("duplicate") < 20 * 300) {
      assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(Nodes.PATIENCE_SECONDS),
          () -> ask(new JsonObject().put("op", "stats")).encode());
      stats = ask(new JsonObject().put("op", "stats"));
    }
    assertEquals(0, stats.getInteger("overload"), "nothing was read that could not be checked");
  }
}
