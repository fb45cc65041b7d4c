package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.peerbus.api.Failure;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrame.Kind;
import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.bus.Addresses;
import io.peerbus.host.Nodes.Node;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams that a plugin has asked for and whose peer takes its time, the plugin and the peer played by the test. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class OpeningTest {

  private static final String PROTOCOL = "/echo/1.0.0";
  private static final long ID = (77L << 32) + 1;

  /** The first stream that the listening side of a connection opens. */
  private static final int FIRST = 2;

  private Vertx vertx;
  private Node node;
  private RawPeer peer;
  private Frames frames;
  private JsonObject route;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    this.vertx = vertx;
    node = Nodes.start(vertx, "node");
    peer = RawPeer.upgraded(node.address());
    frames = new Frames();
    Nodes.eventually(node, "the peer is connected", () -> !node.on(node.host()::peers).isEmpty());
    JsonObject connect = new JsonObject().put("op", "connect").put("dial", false)
        .put("peer", node.on(node.host()::peers).get(0).peer().toString());
    route = await(vertx.eventBus().<JsonObject>request(new Addresses("node").control(), connect)).body();
  }

  @AfterEach
  void hangUp() throws Exception {
    peer.close();
  }

  private BlockingQueue<StreamFrame> inbox(String name) {
    BlockingQueue<StreamFrame> inbox = new LinkedBlockingQueue<>();
    await(vertx.eventBus().<StreamFrame>consumer(name, message -> inbox.add(message.body())).completion());
    return inbox;
  }

  private void send(StreamFrame frame) {
    vertx.eventBus().send(route.getString("data"), frame, StreamFrameCodec.OPTIONS);
  }

  private void open(String inbox) {
    send(StreamFrame.open(ID, 1024, new JsonObject().put("inbox", inbox).put("connection", route.getLong("connection"))
        .put("protocols", new JsonArray().add(PROTOCOL)).toBuffer()));
  }

  private static StreamFrame next(BlockingQueue<StreamFrame> inbox) throws InterruptedException {
    return inbox.poll(20, TimeUnit.SECONDS);
  }

  private Frames.Frame frame(int stream, int flag) throws Exception {
    while (true) {
      for (Frames.Frame frame : frames.all) {
        if (frame.stream() == stream && (frame.flags() & flag) != 0) {
          return frame;
        }
      }
      frames.add(peer.readPlain());
    }
  }

  private void agree(int stream) throws Exception {
    byte[] header = RawPeer.line("/multistream/1.0.0");
    peer.gather(RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.ACK, stream, 0, new byte[0]));
    peer.gather(RawPeer.data(0, stream, header));
    peer.gather(RawPeer.data(0, stream, RawPeer.line(PROTOCOL)));
    peer.flush();
  }

  @Test
  void aPluginThatResetsAStreamBeforeItIsOpenIsRidOfIt() throws Exception {
    BlockingQueue<StreamFrame> inbox = inbox("a plugin");
    open("a plugin");
    frame(FIRST, RawPeer.SYN);
    send(StreamFrame.reset(ID, 7, ""));
    assertEquals(7, frame(FIRST, RawPeer.RST).length());
    agree(FIRST);
    open("a plugin"); // the id is free again, and the first thing to come is the answer to this one
    frame(FIRST + 2, RawPeer.SYN);
    agree(FIRST + 2);
    assertEquals(Kind.ACCEPT, next(inbox).kind());
    assertNull(inbox.poll());
  }

  @Test
  void aSecondStreamOfOneIdIsRefusedAndTheFirstIsOver() throws Exception {
    BlockingQueue<StreamFrame> inbox = inbox("a plugin");
    open("a plugin");
    frame(FIRST, RawPeer.SYN);
    open("a plugin");
    StreamFrame refusal = next(inbox);
    assertEquals(Kind.RESET, refusal.kind());
    assertEquals(Failure.BAD_REQUEST.code(), refusal.value());
    frame(FIRST, RawPeer.RST);
    agree(FIRST);
    open("a plugin");
    frame(FIRST + 2, RawPeer.SYN);
    agree(FIRST + 2);
    assertEquals(Kind.ACCEPT, next(inbox).kind());
  }

  @Test
  void anotherPluginThatUsesTheIdOfAStreamDoesNotHarmIt() throws Exception {
    BlockingQueue<StreamFrame> first = inbox("a plugin");
    BlockingQueue<StreamFrame> second = inbox("another plugin");
    open("a plugin");
    frame(FIRST, RawPeer.SYN);
    open("another plugin");
    assertEquals(Failure.BAD_REQUEST.code(), next(second).value());
    agree(FIRST);
    assertEquals(Kind.ACCEPT, next(first).kind());
    open("another plugin");
    assertEquals(Failure.BAD_REQUEST.code(), next(second).value());
    assertNull(first.poll());
    assertNull(second.poll());
  }
}
