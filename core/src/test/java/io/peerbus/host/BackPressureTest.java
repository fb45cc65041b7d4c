package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A reader that stops is felt by the writer, all the way: plugin, bus, window, socket, and back. */
@ExtendWith(VertxExtension.class)
class BackPressureTest {

  private static final String SINK = "/sink/1.0.0";
  private static final String PING = "/round-trip/1.0.0";
  private static final long GIBIBYTE = 1L << 30;
  private static final int CHUNK = 64 * 1024;

  /**
   * What may be on its way while nobody reads: the stream's window, the credit of the writing plugin, one Noise
   * message.
   */
  private static final long IN_FLIGHT = 256 * 1024 + (256 + 32) * 1024 + 65_535;

  private Node alice;
  private Node bob;

  @BeforeEach
  void start(Vertx vertx) {
    alice = patient(vertx, "alice");
    bob = patient(vertx, "bob");
    bob.on(() -> bob.host().handle(PING, stream -> stream.pipeTo(stream)));
    Multiaddr address = bob.address();
    alice.on(() -> alice.host().connect(address));
  }

  /** A node that does not give a stream up, however long the test takes to find out that nobody writes any more. */
  private static Node patient(Vertx vertx, String name) {
    return Nodes.start(vertx, Nodes.options(name).setTimeouts(Timeouts.DEFAULT.withStall(600_000)),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()));
  }

  /** Writes without end, until {@code total} bytes, only while the stream takes more; digests what it wrote. */
  private static final class Writer {
    final Stream stream;
    final long total;
    final MessageDigest digest = sha256();
    final Buffer chunk = Buffer.buffer(randomBytes());
    long written;

    Writer(Stream stream, long total) {
      this.stream = stream;
      this.total = total;
    }

    void run() {
      byte[] bytes = chunk.getBytes();
      while (written < total && !stream.writeQueueFull()) {
        stream.write(chunk);
        digest.update(bytes);
        written += CHUNK;
      }
      if (written < total) {
        stream.drainHandler(drained -> run());
      } else {
        stream.end();
      }
    }

    private static byte[] randomBytes() {
      byte[] bytes = new byte[CHUNK];
      new Random(7).nextBytes(bytes);
      return bytes;
    }
  }

  private static final class Reader {
    final MessageDigest digest = sha256();
    final Promise<byte[]> done = Promise.promise();
    long read;

    void attach(Stream stream) {
      stream.handler(bytes -> {
        read += bytes.length();
        digest.update(bytes.getBytes());
      });
      stream.endHandler(end -> done.complete(digest.digest()));
      stream.resetHandler(done::tryFail);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Something that takes the same way there and back: when it is back, whatever went before it has arrived. */
  private void roundTrips(int count) {
    for (int i = 0; i < count; i++) {
      alice.on(() -> alice.host().open(bob.host().id(), PING).compose(stream -> {
        Promise<Void> back = Promise.promise();
        stream.handler(bytes -> { });
        stream.endHandler(end -> back.complete());
        stream.write(Buffer.buffer("x"));
        stream.end();
        return back.future();
      }));
    }
  }

  @Test
  void aReaderThatStopsHoldsTheWriterAndLosesNothing() {
    Promise<Stream> accepted = Promise.promise();
    bob.on(() -> bob.host().handle(SINK, stream -> {
      stream.pause();
      accepted.complete(stream);
    }));
    Stream out = alice.on(() -> alice.host().open(bob.host().id(), SINK));
    Stream in = await(accepted.future());
    Writer writer = new Writer(out, GIBIBYTE);
    alice.on(() -> {
      writer.run();
      return Future.succeededFuture();
    });
    long before = -1;
    for (long now = writtenSoFar(writer); now != before; now = writtenSoFar(writer)) {
      before = now;
      roundTrips(20);
    }
    assertTrue(before <= IN_FLIGHT, before + " bytes were taken from the writer while nobody read");

    Reader reader = new Reader();
    bob.on(() -> {
      reader.attach(in);
      in.resume();
      return Future.succeededFuture();
    });
    byte[] read = Nodes.await(reader.done.future(), 600);
    assertEquals(GIBIBYTE, reader.read);
    assertArrayEquals(writer.digest.digest(), read);
  }

  private long writtenSoFar(Writer writer) {
    return alice.on(() -> Future.succeededFuture(writer.written));
  }

  @Test
  void theListenersWriterIsHeldToo() {
    long total = GIBIBYTE;
    Promise<Writer> writing = Promise.promise();
    bob.on(() -> bob.host().handle(SINK, stream -> {
      Writer writer = new Writer(stream, total);
      writing.complete(writer);
      writer.run();
    }));
    Stream in = alice.on(() -> alice.host().open(bob.host().id(), SINK).onSuccess(Stream::pause));
    Writer writer = await(writing.future());
    long before = -1;
    for (long now = bobWrote(writer); now != before; now = bobWrote(writer)) {
      before = now;
      roundTrips(20);
    }
    assertTrue(before <= IN_FLIGHT, before + " bytes were taken from the writer while nobody read");
    Reader reader = new Reader();
    alice.on(() -> {
      reader.attach(in);
      in.resume();
      return Future.succeededFuture();
    });
    byte[] read = Nodes.await(reader.done.future(), 600);
    assertEquals(total, reader.read);
    assertArrayEquals(writer.digest.digest(), read);
  }

  private long bobWrote(Writer writer) {
    return bob.on(() -> Future.succeededFuture(writer.written));
  }
}
