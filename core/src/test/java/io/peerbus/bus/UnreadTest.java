package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams that are over for everybody but a reader who does not read, with core played by the test. */
@ExtendWith(VertxExtension.class)
class UnreadTest {

  private static final String PROTOCOL = "/p/1";
  private static final int WINDOW = 256 * 1024;
  private static final String PEER = KeyPair.ed25519(new byte[32]).publicKey().peerId().toString();

  private final List<Stream> streams = new ArrayList<>();
  private final List<Integer> dropped = new ArrayList<>();
  private BusStreams all;

  private void serve(Vertx vertx) {
    StreamFrameCodec.register(vertx);
    all = new BusStreams(vertx);
    all.serve(new BusRegistration(List.of(PROTOCOL), this::onStream, gone -> Future.succeededFuture()));
  }

  private void onStream(Stream stream) {
    int number = streams.size();
    streams.add(stream);
    stream.resetHandler(reset -> {
      assertEquals(Failure.LIMIT_REACHED, reset.failure());
      dropped.add(number);
    });
    stream.end();
  }

  /** A peer opens a stream, fills it and ends it. */
  private void fill(int number, int bytes) {
    long id = 2L * number;
    JsonObject open = new JsonObject().put("peer", PEER)
        .put("protocol", PROTOCOL).put("remoteAddress", "/ip4/127.0.0.1/tcp/1").put("data", "data");
    all.onFrame(StreamFrame.open(id, Allowance.INITIAL, open.toBuffer()));
    for (int left = bytes; left > 0; left -= StreamFrame.MAX_DATA) {
      all.onFrame(StreamFrame.data(id, Buffer.buffer(new byte[Math.min(left, StreamFrame.MAX_DATA)])));
    }
    all.onFrame(StreamFrame.end(id));
  }

  @Test
  void theOldestOfThoseThatNobodyReadsAreDropped(Vertx vertx) {
    serve(vertx);
    for (int i = 0; i < 1_000; i++) {
      fill(i, WINDOW);
    }
    int kept = 1_000 - dropped.size();
    assertTrue(kept <= Unread.MAX / WINDOW && kept >= Unread.MAX / WINDOW - 2, kept + " streams are kept");
    assertEquals(IntStream.range(0, dropped.size()).boxed().toList(), dropped);
    List<Integer> read = new ArrayList<>();
    streams.get(999).handler(bytes -> read.add(bytes.length()));
    assertEquals(WINDOW, read.stream().mapToInt(n -> n).sum());
  }

  @Test
  void aFloodOfStreamsWithAByteEachIsLimitedToo(Vertx vertx) {
    serve(vertx);
    for (int i = 0; i < 40_000; i++) {
      fill(i, 1);
    }
    assertTrue(40_000 - dropped.size() < 20_000, dropped.size() + " of 40000 were dropped");
  }

  @Test
  void whatIsReadInTimeLosesNothing(Vertx vertx) {
    serve(vertx);
    for (int i = 0; i < 1_000; i++) {
      fill(i, WINDOW);
      streams.get(i).handler(bytes -> { });
    }
    assertEquals(List.of(), dropped);
  }
}
