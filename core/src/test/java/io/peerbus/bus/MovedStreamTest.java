package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.bus.StreamFrame.Kind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plugin's end of a stream that goes to another version of the plugin, with core played by the test. */
class MovedStreamTest {

  private final List<StreamFrame> sent = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final PluginEnd end = new PluginEnd(5, 100, sent::add);
  private final List<StreamFrame> nextSent = new ArrayList<>();
  private final PluginEnd next = new PluginEnd(5, 1_000_000, nextSent::add);

  private void listen(PluginEnd end) {
    end.stream().handler(bytes -> told.add(bytes.toString()));
    end.stream().endHandler(ended -> told.add("end"));
    end.stream().drainHandler(drained -> told.add("drained"));
    end.stream().resetHandler(reset -> told.add("reset"));
    end.stream().closeHandler(closed -> told.add("closed"));
  }

  private static Buffer bytes(int length) {
    return Buffer.buffer(new byte[length]);
  }

  private List<Kind> kinds() {
    return sent.stream().map(StreamFrame::kind).toList();
  }

  private void onMoved() {
    end.onFrame(StreamFrame.move(5, 7, Buffer.buffer()));
  }

  @Test
  void noFrameFollowsMoveAndNoHandlerIsCalled() {
    listen(end);
    end.stream().write(bytes(1_000));
    Future<Void> waiting = end.stream().write(bytes(50));
    Future<JsonObject> moved = end.moveTo(7, Buffer.buffer("part"));
    end.onFrame(StreamFrame.credit(5, StreamFrame.cost(sent.get(0).payload().length())));
    end.onFrame(StreamFrame.data(5, bytes(40_000)));
    end.onFrame(StreamFrame.end(5));
    assertTrue(end.stream().write(bytes(1)).failed());
    assertTrue(end.stream().end().failed());
    end.stream().resume();
    end.stream().reset();
    assertEquals(Kind.MOVE, kinds().get(kinds().size() - 1));
    onMoved();
    assertEquals(Kind.MOVE, kinds().get(kinds().size() - 1));
    assertTrue(waiting.succeeded(), "the next version sends it");
    assertEquals(List.of(), told);
    JsonObject rest = moved.result();
    assertEquals(40_004, rest.getBuffer("unread").length());
    assertEquals(1_050 - sent.get(0).payload().length(), rest.getBuffer("unsent").length());
    assertTrue(rest.getBoolean("ended"));
  }

  @Test
  void aStreamThatEndsOnItsWayFailsTheMoveAndTellsNobodyHere() {
    listen(end);
    Future<JsonObject> moved = end.moveTo(7, Buffer.buffer());
    assertTrue(end.moveTo(8, Buffer.buffer()).failed(), "it is given away once");
    end.onFrame(StreamFrame.reset(5, Failure.RESET_BY_PEER.code(), "by the peer"));
    assertTrue(moved.failed());
    onMoved();
    assertEquals(List.of(Kind.MOVE), kinds());
    assertEquals(List.of(), told);
  }

  @Test
  void aStreamMovesWithItsWritingHalfEnded() {
    end.stream().end();
    Future<JsonObject> moved = end.moveTo(7, Buffer.buffer("a"));
    onMoved();
    next.restore(moved.result());
    assertEquals(List.of(), nextSent);
    assertTrue(next.stream().write(bytes(1)).failed());
    assertTrue(next.stream().end().succeeded());
    listen(next);
    next.onFrame(StreamFrame.data(5, Buffer.buffer("b")));
    next.onFrame(StreamFrame.end(5));
    assertEquals(List.of("a", "b", "end", "closed"), told);
  }

  @Test
  void theEndThatWaitsBehindUnsentBytesIsSentByTheNextVersion() {
    end.stream().write(bytes(100_000));
    Future<Void> ended = end.stream().end();
    assertFalse(ended.isComplete());
    Future<JsonObject> moved = end.moveTo(7, Buffer.buffer());
    onMoved();
    assertTrue(ended.succeeded());
    next.restore(moved.result());
    assertEquals(Kind.END, nextSent.get(nextSent.size() - 1).kind());
    assertTrue(next.stream().end().succeeded());
  }

  @Test
  void aStreamOfWhichBothHalvesHaveEndedStaysForWhoReadsIt() {
    end.onFrame(StreamFrame.data(5, Buffer.buffer("unread")));
    end.onFrame(StreamFrame.end(5));
    end.stream().end();
    assertTrue(end.moveTo(7, Buffer.buffer()).failed());
    listen(end);
    assertEquals(List.of("unread", "end", "closed"), told);
  }

  @Test
  void anEndThatCameBeforeThereWasAHandlerIsToldToTheHandlerThatComes() {
    next.restore(new JsonObject().put("ended", true));
    next.stream().handler(bytes -> { });
    listen(next);
    listen(next);
    assertEquals(List.of("end"), told);
    next.stream().end();
    assertEquals(List.of("end", "closed"), told);
  }
}
