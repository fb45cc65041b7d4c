package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private final Arrivals arrivals = new Arrivals();

  private static StreamFrame open(long stream) {
    return StreamFrame.open(stream, 1, Buffer.buffer());
  }

  @Test
  void aMovedStreamMayComeBeforeOrAfterItIsAwaited() {
    Future<StreamFrame> first = arrivals.await(2);
    assertTrue(arrivals.onMoved(open(2)));
    assertTrue(arrivals.onMoved(open(4)));
    Future<StreamFrame> second = arrivals.await(4);
    assertEquals(2, first.result().stream());
    assertEquals(4, second.result().stream());
    arrivals.forget(2);
    arrivals.forget(4);
    assertEquals(0, arrivals.size());
  }

  @Test
  void aMovedStreamThatEndedOnItsWayFailsAtOnce() {
    Future<StreamFrame> before = arrivals.await(2);
    arrivals.onEnd(2);
    assertTrue(before.failed());
    arrivals.onMoved(open(4));
    arrivals.onEnd(4);
    assertTrue(arrivals.await(4).failed());
    arrivals.onEnd(6); // of no interest
    assertEquals(2, arrivals.size());
    assertEquals(List.of(), arrivals.settle());
  }

  @Test
  void whenAllIsSaidWhatNobodyHasIsGivenBackAndNothingMoreIsTaken() {
    Future<StreamFrame> missing = arrivals.await(2);
    StreamFrame unwanted = open(4);
    arrivals.onMoved(unwanted);
    assertSame(unwanted, arrivals.settle().get(0));
    assertTrue(missing.failed());
    assertFalse(arrivals.onMoved(open(6)));
    assertEquals(0, arrivals.size());
  }

  @Test
  void earlyStreamsWaitUntilTheyAreTakenOrEnd() {
    arrivals.onEarly(open(2));
    arrivals.onEarly(open(4));
    arrivals.onEnd(2);
    assertEquals(List.of(4L), arrivals.takeEarly().stream().map(StreamFrame::stream).toList());
    assertEquals(0, arrivals.size());
  }
}
