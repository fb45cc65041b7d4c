package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Varint;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The plugin is replaced while a peer, played by the test, writes to it in pieces and reads from it. */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class GossipsubHandoverTest {

  private static final String TOPIC = "topic";
  private static final String PROTOCOL = "/meshsub/1.1.0";
  private static final int TIMES = 20;

  private final List<String> delivered = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final List<RpcProto.Rpc> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private Vertx vertx;
  private Node node;
  private Node peer;
  private Stream toNode;
  private String deployed;
  private long seqno;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    node = Nodes.start(vertx, "node");
    peer = Nodes.start(vertx, "peer");
    vertx.eventBus().<JsonObject>consumer("peerbus.node.gossipsub.events",
        message -> events.add(message.body().getString("event")));
    deployed = deploy(false, new JsonObject());
    listen("test.first");
    ask(new JsonObject().put("op", "subscribe").put("topic", TOPIC).put("deliver", "test.first"));
    Multiaddr address = node.address();
    peer.on(() -> peer.host().handle(PROTOCOL, this::onStream)
        .compose(served -> peer.host().connect(address))
        .compose(connected -> peer.host().open(node.host().id(), PROTOCOL))
        .onSuccess(stream -> {
          toNode = stream;
          stream.resetHandler(e -> ends.add("to the node: " + e.getMessage()));
        }));
    write(rpc(RpcProto.Rpc.newBuilder().addSubscriptions(
        RpcProto.Rpc.SubOpts.newBuilder().setSubscribe(true).setTopicId(TOPIC)).build()));
    Nodes.eventually(node, "the peer is in the mesh", () -> ask(new JsonObject().put("op", "peers").put("topic", TOPIC))
        .getJsonArray("mesh").equals(new JsonArray().add(peer.host().id().toString())));
  }

  private void onStream(Stream stream) {
    streams.incrementAndGet();
    RpcFramer framer = new RpcFramer(1 << 20, frame -> {
      try {
        received.add(RpcProto.Rpc.parseFrom(frame));
      } catch (InvalidProtocolBufferException e) {
        throw new FormatException(e.getMessage());
      }
    });
    stream.resetHandler(e -> ends.add("of the node: " + e.getMessage()));
    stream.endHandler(end -> ends.add("of the node"));
    stream.handler(bytes -> {
      try {
        framer.onBytes(bytes);
      } catch (FormatException e) {
        ends.add(e.getMessage());
      }
    });
  }

  private String deploy(boolean replaces, JsonObject settings) {
    return Nodes.await(vertx.deployVerticle(new GossipsubVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", "node").put("plugin", "gossipsub").put("replaces", replaces).put("settings", settings))));
  }

  private void replace() {
    String newer = deploy(true, new JsonObject());
    Nodes.await(vertx.undeploy(deployed));
    deployed = newer;
  }

  private void listen(String address) {
    Nodes.await(vertx.eventBus().<JsonObject>consumer(address, message -> {
      delivered.add(address + " " + message.body().getBuffer("data"));
      message.reply(null);
    }).completion());
  }

  private JsonObject ask(JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.node.gossipsub", request)).body();
  }

  private static Buffer rpc(RpcProto.Rpc rpc) {
    byte[] body = rpc.toByteArray();
    return Buffer.buffer(Varint.encode(body.length)).appendBytes(body);
  }

  private void write(Buffer bytes) {
    peer.on(() -> toNode.write(bytes));
  }

  /** A message of the peer, as it goes over the wire. */
  private Buffer message(String text) {
    RpcProto.Message unsigned = RpcProto.Message.newBuilder().setFrom(ByteString.copyFrom(peer.host().id().toBytes()))
        .setSeqno(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(++seqno).array()))
        .setData(ByteString.copyFromUtf8(text)).addTopic(TOPIC).build();
    Buffer signature = peer.on(() -> peer.host().sign("libp2p-pubsub:", Buffer.buffer(unsigned.toByteArray())));
    return rpc(RpcProto.Rpc.newBuilder().addPublish(
        unsigned.toBuilder().setSignature(ByteString.copyFrom(signature.getBytes()))).build());
  }

  private List<String> published() {
    return received.stream().flatMap(rpc -> rpc.getPublishList().stream())
        .map(message -> message.getData().toStringUtf8()).toList();
  }

  @Test
  void noStreamEndsAndNoMessageIsLostOrDoubledInEitherDirection() {
    List<Future<?>> publishing = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      Buffer whole = message("in " + i).appendBuffer(message("also " + i));
      int cut = 1 + i * (whole.length() - 2) / TIMES; // a length, a body, the end of a message: everywhere once
      write(whole.slice(0, cut));
      for (int n = 0; n < 10; n++) {
        publishing.add(vertx.eventBus().request("peerbus.node.gossipsub", new JsonObject().put("op", "publish")
            .put("topic", TOPIC).put("data", Buffer.buffer("out " + i + "." + n))));
      }
      replace();
      write(whole.slice(cut, whole.length()));
    }
    Nodes.await(Future.all(publishing));
    Nodes.eventually(node, "all has come", () -> delivered.size() >= 2 * TIMES && published().size() >= 10 * TIMES);
    assertEquals(IntStream.range(0, TIMES).boxed()
        .flatMap(i -> List.of("test.first in " + i, "test.first also " + i).stream()).toList(), delivered);
    assertEquals(10 * TIMES, published().size());
    assertEquals(10 * TIMES, published().stream().distinct().count());
    assertEquals(List.of(), ends);
    assertEquals(1, streams.get(), "one stream of the node");
    assertEquals(1, received.stream().mapToInt(RpcProto.Rpc::getSubscriptionsCount).sum(), "nothing is told anew");
    assertEquals(List.of("started"), events);
    assertEquals(10 * TIMES, ask(new JsonObject().put("op", "stats")).getInteger("published"));
  }

  @Test
  void aSubscriberTakesThePlaceOfAnother() {
    listen("test.second");
    write(message("one"));
    Nodes.eventually(node, "the first is there", () -> delivered.size() == 1);
    ask(new JsonObject().put("op", "subscribe").put("topic", TOPIC).put("deliver", "test.second")
        .put("replaces", "test.first"));
    replace();
    write(message("two"));
    Nodes.eventually(node, "the second is there", () -> delivered.size() == 2);
    assertEquals(List.of("test.first one", "test.second two"), delivered);
  }

  @Test
  void aPeerThatLeavesMeanwhileIsForgotten() {
    Future<String> newer = vertx.deployVerticle(new GossipsubVerticle(), new DeploymentOptions()
        .setConfig(new JsonObject().put("node", "node").put("plugin", "gossipsub").put("replaces", true)));
    node.on(() -> node.host().disconnect(peer.host().id()));
    Nodes.await(newer);
    Nodes.await(vertx.undeploy(deployed));
    Nodes.eventually(node, "nobody subscribes", () -> ask(new JsonObject().put("op", "peers").put("topic", TOPIC))
        .getJsonArray("peers").isEmpty());
  }

  /** As the plugin manager does it: the older version, which has nothing any more, is stopped and begins anew. */
  @Test
  void afterAVersionThatFailsOnceItHasInheritedTheOlderOneBeginsAnew() {
    AtomicInteger disconnected = new AtomicInteger();
    peer.on(() -> {
      peer.host().events(event -> disconnected.addAndGet(event instanceof HostEvent.Disconnected ? 1 : 0));
      return Future.succeededFuture();
    });
    ProtocolVerticle failing = new ProtocolVerticle() {
      @Override
      protected Future<?> start(Host host) {
        return host.inherit().compose(left -> Future.failedFuture("failed with " + left.isPresent()));
      }
    };
    RuntimeException error = assertThrows(RuntimeException.class, () -> Nodes.await(vertx.deployVerticle(failing,
        new DeploymentOptions().setConfig(new JsonObject()
            .put("node", "node").put("plugin", "gossipsub").put("replaces", true)))));
    assertEquals("failed with true", error.getMessage());
    Nodes.await(vertx.undeploy(deployed));
    deployed = deploy(false, new JsonObject());
    Nodes.eventually(node, "it says so", () -> events.equals(List.of("started", "started")));
    Nodes.eventually(node, "our streams were reset", () -> ends.size() == 2);
    ask(new JsonObject().put("op", "subscribe").put("topic", TOPIC).put("deliver", "test.first"));
    peer.on(() -> peer.host().open(node.host().id(), PROTOCOL).onSuccess(stream -> toNode = stream));
    write(message("new"));
    Nodes.eventually(node, "it is there", () -> delivered.equals(List.of("test.first new")));
    assertEquals(0, disconnected.get());
  }

  @Test
  void aVersionThatDoesNotStartLeavesEverythingAsItWas() {
    assertThrows(RuntimeException.class, () -> deploy(true, new JsonObject().put("d", -1)));
    write(message("still"));
    Nodes.eventually(node, "it is there", () -> delivered.size() == 1);
    assertEquals(List.of(), ends);
  }

  @Test
  void whatIsLeftIsReadAsItWasWritten() throws FormatException {
    assertThrows(FormatException.class, () -> LeftState.read(Buffer.buffer(new byte[] {1, 2, 3})));
    Map<String, List<String>> deliveries = new LinkedHashMap<>();
    deliveries.put("a", List.of("x", "y"));
    deliveries.put("b", List.of("z"));
    LeftState state = new LeftState(StateProto.State.newBuilder().addTopics("a").build(),
        deliveries, 7);
    assertEquals(state, LeftState.read(state.toBuffer()));
    assertTrue(LeftState.read(Buffer.buffer()).deliveries().isEmpty(), "nothing was left");
  }
}
