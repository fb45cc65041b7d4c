package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamEndTest {

  private static final long ID = 2;

  private final List<StreamFrame> sent = new ArrayList<>();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final BusStream stream = new BusStream(ID,
      new BusStream.Link(null, "/test/1", Multiaddr.tcp("127.0.0.1", 1), true), Allowance.INITIAL, sent::add,
      stream -> gone.incrementAndGet());

  private long count(StreamFrame.Kind kind) {
    return sent.stream().filter(frame -> frame.kind() == kind).count();
  }

  private void assertClosedOnce() {
    assertEquals(1, closed.get(), "closeHandler");
    assertEquals(1, gone.get(), "gone");
  }

  @Test
  void endingInTheEndHandlerClosesOnce() {
    stream.closeHandler(v -> closed.incrementAndGet());
    stream.endHandler(v -> stream.end());
    stream.onFrame(StreamFrame.end(ID));
    assertClosedOnce();
    assertEquals(1, count(StreamFrame.Kind.END));
  }

  @Test
  void resettingInTheEndHandlerClosesOnce() {
    stream.closeHandler(v -> closed.incrementAndGet());
    stream.end();
    stream.endHandler(v -> stream.reset());
    stream.onFrame(StreamFrame.end(ID));
    assertClosedOnce();
  }

  @Test
  void resettingWhenOurEndIsSentClosesOnce() {
    stream.closeHandler(v -> closed.incrementAndGet());
    for (int i = 0; i < 5; i++) {
      stream.write(Buffer.buffer(new byte[StreamFrame.MAX_DATA]));
    }
    stream.onFrame(StreamFrame.end(ID));
    stream.end().onComplete(done -> stream.reset());
    stream.onFrame(StreamFrame.credit(ID, 4 * StreamFrame.cost(StreamFrame.MAX_DATA)));
    assertClosedOnce();
  }

  @Test
  void aHandlerThatThrowsCostsItsStream() {
    stream.closeHandler(v -> closed.incrementAndGet());
    stream.handler(data -> {
      throw new IllegalStateException("thrown by the test");
    });
    assertThrows(IllegalStateException.class, () -> stream.onFrame(StreamFrame.data(ID, Buffer.buffer("x"))));
    assertClosedOnce();
    assertEquals(1, count(StreamFrame.Kind.RESET));
  }

  @Test
  void anEndHandlerThatThrowsCostsItsStream() {
    stream.closeHandler(v -> closed.incrementAndGet());
    stream.endHandler(v -> {
      throw new IllegalStateException("thrown by the test");
    });
    assertThrows(IllegalStateException.class, () -> stream.onFrame(StreamFrame.end(ID)));
    assertClosedOnce();
    assertEquals(1, count(StreamFrame.Kind.RESET));
  }

  @Test
  void aResetReachesTheExceptionHandlerToo() {
    List<String> told = new ArrayList<>();
    stream.resetHandler(e -> told.add("reset"));
    stream.exceptionHandler(e -> told.add("exception"));
    stream.onFrame(StreamFrame.reset(ID, Failure.RESET_BY_PEER.code(), "by the test"));
    assertEquals(List.of("reset", "exception"), told);
  }

  @Test
  void whoeverListensToAWriteCannotKeepTheOthersFromHearing() {
    AtomicInteger failed = new AtomicInteger();
    stream.closeHandler(v -> closed.incrementAndGet());
    stream.write(Buffer.buffer("one")).onComplete(done -> {
      throw new IllegalStateException("thrown by the test");
    });
    stream.write(Buffer.buffer("two")).onFailure(e -> failed.incrementAndGet());
    try {
      stream.onFrame(StreamFrame.reset(ID, Failure.RESET_BY_PEER.code(), "by the test"));
    } catch (IllegalStateException thrownByTheTest) {
      // may or may not come out here
    }
    assertEquals(1, failed.get());
    assertClosedOnce();
  }
}
