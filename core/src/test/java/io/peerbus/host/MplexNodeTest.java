package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.mplex.MplexOptions;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that have nothing but mplex in common. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class MplexNodeTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final int CHUNK = 64 * 1024;

  private Vertx vertx;
  private Node alice;
  private Node bob;

  private Node node(String name, String... muxers) {
    return Nodes.start(vertx, Nodes.options(name).setMuxers(List.of(muxers)),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()));
  }

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    alice = node("alice", "yamux", "mplex");
    bob = node("bob", "mplex");
    bob.on(() -> bob.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    Multiaddr address = bob.address();
    alice.on(() -> alice.host().connect(address));
  }

  /** Writes, ends its half, and reads to the end of the other. */
  private static Future<Buffer> echo(Stream stream, byte[] bytes) {
    Promise<Buffer> back = Promise.promise();
    Buffer read = Buffer.buffer();
    stream.handler(read::appendBuffer);
    stream.endHandler(end -> back.tryComplete(read));
    stream.resetHandler(back::tryFail);
    write(stream, bytes, 0);
    return back.future();
  }

  private static void write(Stream stream, byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && !stream.writeQueueFull()) {
      int size = Math.min(CHUNK, bytes.length - at);
      stream.write(Buffer.buffer(size).appendBytes(bytes, at, size));
      at += size;
    }
    int next = at;
    if (at < bytes.length) {
      stream.drainHandler(drained -> write(stream, bytes, next));
    } else {
      stream.end();
    }
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void muchGoesThroughAStreamAndBack() {
    byte[] bytes = bytes(16 << 20);
    Buffer back = alice.on(() -> alice.host().open(bob.host().id(), ECHO).compose(stream -> echo(stream, bytes)));
    assertEquals(Buffer.buffer(bytes), back);
  }

  @Test
  void sixtyFourStreamsGoSideBySide() {
    List<byte[]> parts = IntStream.range(0, 64).mapToObj(i -> bytes(100_000 + i)).toList();
    List<Buffer> backs = alice.on(() -> Future.all(parts.stream()
        .map(part -> alice.host().open(bob.host().id(), ECHO).compose(stream -> echo(stream, part))).toList())
        .map(all -> all.<Buffer>list()));
    for (int i = 0; i < parts.size(); i++) {
      assertEquals(Buffer.buffer(parts.get(i)), backs.get(i));
    }
  }

  @Test
  void aStreamThatNobodyReadsIsGivenUpAndTheOthersGoOn() {
    Promise<FailureException> heard = Promise.promise();
    bob.on(() -> bob.host().handle("/sink/1", stream -> stream.pause().resetHandler(heard::complete)));
    Stream other = alice.on(() -> alice.host().open(bob.host().id(), ECHO));
    FailureException reset = alice.on(() -> alice.host().open(bob.host().id(), "/sink/1").compose(stream -> {
      Promise<FailureException> over = Promise.promise();
      stream.resetHandler(over::complete);
      stream.write(Buffer.buffer(new byte[2 << 20]));
      return over.future();
    }));
    assertEquals(Failure.RESET_BY_PEER, reset.failure());
    FailureException there = await(heard.future());
    assertEquals(Failure.LIMIT_REACHED, there.failure());
    assertTrue(there.getMessage().contains("more came than was read"), there.getMessage());
    byte[] bytes = bytes(1 << 20);
    assertEquals(Buffer.buffer(bytes), alice.on(() -> echo(other, bytes)));
    assertEquals(new JsonObject().put("mplex.readTimeoutMillis", 1), refusals(bob));
  }

  private JsonObject refusals(Node node) {
    return await(vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".stats", new JsonObject())).body()
        .getJsonObject("refusals");
  }

  @Test
  void oneStreamOfOursTooManyIsRefusedByName() {
    bob.on(() -> bob.host().handle("/hold/1", stream -> { }));
    for (int i = 0; i < MplexOptions.DEFAULT_MAX_OUTBOUND_STREAMS; i++) {
      alice.on(() -> alice.host().open(bob.host().id(), "/hold/1"));
    }
    FailureException failure = assertThrows(FailureException.class,
        () -> alice.on(() -> alice.host().open(bob.host().id(), "/hold/1")));
    assertEquals(Failure.LIMIT_REACHED, failure.failure());
    assertTrue(failure.getMessage().contains("maxOutboundStreams"), failure.getMessage());
    Nodes.eventually(alice, "it is counted", () ->
        refusals(alice).equals(new JsonObject().put("mplex.maxOutboundStreams", 1)));
  }

  @Test
  void aNodeWithYamuxAloneCannotBeReached() {
    Node carol = node("carol", "yamux");
    Multiaddr address = carol.address();
    FailureException failure = assertThrows(FailureException.class,
        () -> bob.on(() -> bob.host().connect(address)));
    assertTrue(failure.getMessage().contains("/mplex/6.7.0"), failure.getMessage());
  }
}
