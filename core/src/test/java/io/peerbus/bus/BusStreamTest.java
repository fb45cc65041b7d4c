package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.StreamFrame.Kind;
import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plugin's end of a stream, with core played by the test. */
class BusStreamTest {

  private static final BusStream.Link LINK = new BusStream.Link(
      KeyPair.ed25519(new byte[32]).publicKey().peerId(), "/p/1", Multiaddr.tcp("127.0.0.1", 1), false);

  private final List<StreamFrame> sent = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final BusStream stream = open(Allowance.INITIAL);

  private BusStream open(long credit) {
    return new BusStream(5, LINK, credit, sent::add, gone -> told.add("gone"));
  }

  private void listen() {
    stream.handler(bytes -> told.add(bytes.toString()));
    stream.endHandler(end -> told.add("end"));
    stream.resetHandler(reset -> told.add("reset " + reset.failure()));
    stream.closeHandler(closed -> told.add("closed"));
  }

  private void data(String... texts) {
    for (String text : texts) {
      stream.onFrame(StreamFrame.data(5, Buffer.buffer(text)));
    }
  }

  private List<Kind> kinds() {
    return sent.stream().map(StreamFrame::kind).toList();
  }

  private static Failure failure(Future<?> future) {
    assertTrue(future.failed(), "did not fail: " + future);
    return ((FailureException) future.cause()).failure();
  }

  @Test
  void bytesWaitUntilThereIsAHandler() {
    data("a", "b");
    listen();
    assertEquals(List.of("a", "b"), told);
  }

  @Test
  void aPausedStreamDeliversAsManyAsAreFetched() {
    listen();
    stream.pause();
    data("a", "b", "c");
    stream.onFrame(StreamFrame.end(5));
    assertEquals(List.of(), told);
    stream.fetch(2);
    assertEquals(List.of("a", "b"), told);
    stream.resume();
    assertEquals(List.of("a", "b", "c", "end"), told);
    assertThrows(IllegalArgumentException.class, () -> stream.fetch(-1));
  }

  @Test
  void pausingInsideTheHandlerStopsAtOnce() {
    stream.pause();
    data("a", "b");
    stream.handler(bytes -> {
      told.add(bytes.toString());
      stream.pause();
    });
    stream.resume();
    assertEquals(List.of("a"), told);
    stream.resume();
    assertEquals(List.of("a", "b"), told);
  }

  @Test
  void creditGoesBackForWhatTheHandlerTookAndNotBefore() {
    stream.pause();
    Buffer large = Buffer.buffer(new byte[StreamFrame.MAX_DATA]);
    stream.onFrame(StreamFrame.data(5, large));
    stream.handler(bytes -> { });
    assertEquals(List.of(), sent);
    stream.resume();
    assertEquals(List.of(StreamFrame.credit(5, StreamFrame.cost(StreamFrame.MAX_DATA))), sent);
  }

  @Test
  void coreThatSendsBeyondItsCreditIsCutOff() {
    listen();
    stream.pause();
    Buffer large = Buffer.buffer(new byte[StreamFrame.MAX_DATA]);
    for (int i = 0; i < 6; i++) {
      stream.onFrame(StreamFrame.data(5, large));
    }
    assertEquals(List.of(Kind.RESET), kinds());
    assertEquals(List.of("gone", "reset PROTOCOL_ERROR", "closed"), told);
  }

  @Test
  void theStreamIsOverWhenBothDirectionsHaveEnded() {
    listen();
    stream.onFrame(StreamFrame.end(5));
    assertEquals(List.of("end"), told);
    assertTrue(stream.end().succeeded());
    assertEquals(List.of("end", "gone", "closed"), told);
    assertEquals(List.of(Kind.END), kinds());
    assertEquals(Failure.CANCELLED, failure(stream.write(Buffer.buffer("late"))));
    assertTrue(stream.end().succeeded());
  }

  @Test
  void endingTwiceSendsOneEndAndWritingAfterwardsFails() {
    stream.end();
    stream.end();
    assertEquals(List.of(Kind.END), kinds());
    assertEquals(Failure.CANCELLED, failure(stream.write(Buffer.buffer("x"))));
  }

  @Test
  void aWriteIsDoneWhenItsBytesWereFramedForThePeer() {
    Future<Void> first = stream.write(Buffer.buffer("12345"));
    Future<Void> second = stream.write(Buffer.buffer("67"));
    stream.onFrame(StreamFrame.credit(5, StreamFrame.cost(5)));
    assertTrue(first.succeeded());
    assertFalse(second.isComplete());
    stream.onFrame(StreamFrame.credit(5, StreamFrame.cost(2)));
    assertTrue(second.succeeded());
    assertTrue(stream.write(Buffer.buffer()).succeeded());
    assertEquals(2, sent.size());
  }

  @Test
  void aLargeWriteGoesInFramesThatFitAndIsDoneWithTheLast() {
    Future<Void> written = stream.write(Buffer.buffer(new byte[3 * StreamFrame.MAX_DATA]));
    assertEquals(List.of(StreamFrame.MAX_DATA, StreamFrame.MAX_DATA, StreamFrame.MAX_DATA),
        sent.stream().map(frame -> frame.payload().length()).toList());
    stream.onFrame(StreamFrame.credit(5, 2 * StreamFrame.cost(StreamFrame.MAX_DATA)));
    assertFalse(written.isComplete());
    stream.onFrame(StreamFrame.credit(5, StreamFrame.cost(StreamFrame.MAX_DATA)));
    assertTrue(written.succeeded());
  }

  @Test
  void writingStopsWithTheCreditAndDrainsWhenItComesBack() {
    List<String> drained = new ArrayList<>();
    stream.drainHandler(now -> drained.add("drained"));
    Buffer large = Buffer.buffer(new byte[StreamFrame.MAX_DATA]);
    int writes = 0;
    while (!stream.writeQueueFull()) {
      stream.write(large);
      writes++;
    }
    stream.write(large);
    stream.end();
    assertEquals(writes, sent.stream().filter(frame -> frame.kind() == Kind.DATA).count() - 0L, kinds().toString());
    for (int i = 0; i < writes; i++) {
      stream.onFrame(StreamFrame.credit(5, StreamFrame.cost(StreamFrame.MAX_DATA)));
    }
    assertEquals(List.of("drained"), drained);
    assertEquals(Kind.END, sent.get(sent.size() - 1).kind());
  }

  @Test
  void aResetFailsWhatWaitsAndIsToldOnce() {
    listen();
    stream.setWriteQueueMaxSize(1);
    Future<Void> written = stream.write(Buffer.buffer("x"));
    Future<Void> unsent = stream.write(Buffer.buffer(new byte[1 << 20]));
    Future<Void> ended = stream.end();
    stream.onFrame(StreamFrame.reset(5, Failure.RESET_BY_PEER.code(), "the peer reset the stream"));
    stream.onFrame(StreamFrame.reset(5, Failure.RESET_BY_PEER.code(), "again"));
    for (Future<Void> future : List.of(written, unsent, ended)) {
      assertEquals(Failure.RESET_BY_PEER, failure(future));
    }
    assertEquals(List.of("gone", "reset RESET_BY_PEER", "closed"), told);
    data("late");
    assertEquals(3, told.size());
  }

  @Test
  void ourOwnResetGoesOutOnceWithItsCode() {
    listen();
    stream.reset(77);
    stream.reset(78);
    assertEquals(List.of(StreamFrame.reset(5, 77, "")), sent);
    assertEquals("closed", told.get(told.size() - 1));
    assertEquals(Failure.CANCELLED, failure(stream.end()));
  }

  @Test
  void resettingInsideTheHandlerDeliversNothingMore() {
    stream.pause();
    data("a", "b");
    stream.handler(bytes -> {
      told.add(bytes.toString());
      stream.reset();
    });
    stream.resume();
    assertEquals(List.of("a", "gone"), told);
  }

  @Test
  void framesOutOfTurnAndCreditThatWasNotSpentAreABreach() {
    listen();
    stream.onFrame(StreamFrame.credit(5, 1));
    assertEquals("reset PROTOCOL_ERROR", told.get(1));
    told.clear();
    BusStream other = open(1);
    other.onFrame(StreamFrame.accept(5, 1, Buffer.buffer()));
    assertEquals(List.of("gone"), told);
  }

  /** Core takes nothing of this client behind MOVE, so what still waited for credit then goes along. */
  @Test
  void aStreamThatIsBeingMovedSendsNothingMoreWhateverCreditComes() {
    BusStream tight = open(10);
    tight.write(Buffer.buffer("first"));
    tight.write(Buffer.buffer("second"));
    Future<JsonObject> moved = tight.moveTo(9, Buffer.buffer("{}"), Buffer.buffer("read"));
    tight.onFrame(StreamFrame.credit(5, StreamFrame.cost("first".length())));
    assertEquals(List.of(Kind.DATA, Kind.MOVE), kinds());
    tight.onFrame(StreamFrame.move(5, 9, Buffer.buffer()));
    assertEquals("second", moved.result().getBuffer("unsent").toString());
    assertEquals("read", moved.result().getBuffer("unread").toString());
    assertEquals(List.of(Kind.DATA, Kind.MOVE), kinds());
  }
}
