package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.bus.Allowance;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrame.Kind;
import io.peerbus.fuzz.Allocation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Core's end of a stream, with the plugin and the connection played by the test. */
class CoreStreamTest {

  private static final int WINDOW = 256 * 1024;

  private final List<StreamFrame> toPlugin = new ArrayList<>();
  private final List<String> below = new ArrayList<>();
  private int received;
  private int stalls;
  private final Account account = new Account("plugin", new Budget(1, 1 << 20));
  private final Client client = new Client(1, "plugin", "inbox", account);
  private final CoreStream stream = new CoreStream(2, client, account.open(), new CoreStream.Lower() {
    @Override
    public void write(Buffer bytes) {
      below.add("write " + bytes.length());
    }

    @Override
    public void end() {
      below.add("end");
    }

    @Override
    public void reset(long code) {
      below.add("reset " + code);
    }

    @Override
    public void consumed(int bytes) {
      below.add("consumed " + bytes);
    }

    @Override
    public void onReceived(int bytes) {
      received += bytes;
    }

    @Override
    public void onStalled() {
      stalls++;
    }

    @Override
    public JsonObject describe() {
      return new JsonObject();
    }
  }, toPlugin::add);

  private static Buffer bytes(int length) {
    return Buffer.buffer(new byte[length]);
  }

  private int delivered() {
    return toPlugin.stream().mapToInt(frame -> frame.payload().length()).sum();
  }

  @Test
  void nothingGoesToThePluginBeforeItTookTheStream() {
    stream.onData(bytes(10));
    stream.onEnded();
    assertEquals(List.of(), toPlugin);
    assertTrue(stream.accept(1_000));
    assertEquals(List.of(Kind.DATA, Kind.END), toPlugin.stream().map(StreamFrame::kind).toList());
    assertFalse(stream.accept(1_000), "a stream is taken once");
  }

  @Test
  void bytesWaitForCreditAndTheWindowGoesBackForWhatWasConsumed() {
    stream.accept(1);
    stream.onData(bytes(5_000));
    stream.onData(bytes(6_000));
    stream.onEnded();
    assertEquals(5_000, delivered());
    assertEquals(List.of(), below);
    assertNull(stream.onFrame(StreamFrame.credit(2, StreamFrame.cost(5_000))));
    assertEquals(List.of("consumed 5000"), below);
    assertEquals(11_000, delivered());
    assertEquals(Kind.END, toPlugin.get(toPlugin.size() - 1).kind());
  }

  @Test
  void eachTimeThatBytesBeginToWaitForCreditIsTold() {
    stream.onData(bytes(10));
    stream.accept(1);
    assertEquals(0, stalls, "before it was taken it waits for that");
    stream.onData(bytes(5_000));
    stream.onData(bytes(6_000));
    assertEquals(1, stalls);
    stream.onFrame(StreamFrame.credit(2, StreamFrame.cost(10)));
    stream.onFrame(StreamFrame.credit(2, StreamFrame.cost(5_000)));
    stream.onFrame(StreamFrame.credit(2, StreamFrame.cost(6_000)));
    stream.onData(bytes(1));
    assertEquals(1, stalls, "there is credit again");
    stream.onData(bytes(1));
    assertEquals(2, stalls);
    assertEquals(11_012, received);
  }

  @Test
  void aWindowOfOneByteFramesWaitsAsAFewBuffers() throws Exception {
    Buffer one = bytes(1);
    stream.onData(one); // what is allocated once
    long allocated = Allocation.of(() -> {
      for (int i = 1; i < WINDOW; i++) {
        stream.onData(one);
      }
    });
    assertTrue(allocated < 3L * WINDOW, allocated + " bytes were allocated for " + WINDOW);
    stream.accept(Allowance.INITIAL);
    assertEquals(WINDOW, delivered());
    assertTrue(toPlugin.size() <= WINDOW / 4096 + 1, toPlugin.size() + " frames");
  }

  @Test
  void whatWasHandedOverIsNotChangedByWhatComesLater() {
    stream.onData(Buffer.buffer("a"));
    stream.accept(1);
    Buffer handedOver = toPlugin.get(0).payload();
    stream.onData(Buffer.buffer("b"));
    stream.onData(Buffer.buffer("c"));
    assertEquals("a", handedOver.toString());
    stream.onFrame(StreamFrame.credit(2, StreamFrame.cost(1)));
    assertEquals("bc", toPlugin.get(1).payload().toString());
  }

  @Test
  void thePluginsCreditGoesBackAsItsBytesAreFramed() {
    stream.accept(0);
    assertNull(stream.onFrame(StreamFrame.data(1, bytes(40_000))));
    assertNull(stream.onFrame(StreamFrame.data(1, bytes(10))));
    stream.onSent(39_999);
    assertEquals(List.of(), toPlugin);
    stream.onSent(1);
    assertEquals(StreamFrame.cost(40_000), toPlugin.get(0).value());
    stream.onSent(10);
    assertEquals(StreamFrame.cost(10), toPlugin.get(1).value());
    assertEquals(List.of("write 40000", "write 10"), below);
  }

  @Test
  void aPluginThatBreaksTheContractIsToldHow() {
    stream.accept(1_000);
    assertEquals("CREDIT of 1, more than was spent", stream.onFrame(StreamFrame.credit(2, 1)));
    assertEquals("DATA of 0 bytes, 1 to 65507 allowed", stream.onFrame(StreamFrame.data(2, bytes(0))));
    assertEquals("DATA of 65508 bytes, 1 to 65507 allowed", stream.onFrame(StreamFrame.data(2, bytes(65_508))));
    assertEquals("ACCEPT on an open stream", stream.onFrame(StreamFrame.accept(2, 1, bytes(0))));
    String breach = null;
    int frames = 0;
    for (; breach == null; frames++) {
      breach = stream.onFrame(StreamFrame.data(2, bytes(StreamFrame.MAX_DATA)));
    }
    assertEquals("DATA beyond the credit", breach);
    assertEquals(6, frames);
    assertNull(stream.onFrame(StreamFrame.end(2)));
    assertNull(stream.onFrame(StreamFrame.end(2)));
    assertEquals("DATA after END", stream.onFrame(StreamFrame.data(2, bytes(1))));
    assertEquals(1, below.stream().filter("end"::equals).count());
  }

  @Test
  void itIsOverWhenThePluginHasTheEndAndTheConnectionIsDone() {
    stream.onData(bytes(1));
    stream.onEnded();
    stream.onFinished();
    assertFalse(stream.isOver());
    stream.accept(1_000);
    assertTrue(stream.isOver());
  }

  @Test
  void aStreamThatMovesStartsAnewForTheNextClientAndOwesTheFirstNothing() {
    List<StreamFrame> toNext = new ArrayList<>();
    stream.accept(1_000);
    stream.onData(bytes(100)); // never given back by the first client
    assertNull(stream.onFrame(StreamFrame.data(2, bytes(50_000))));
    stream.onSent(20_000);
    toPlugin.clear();
    below.clear();

    stream.moveTo(new Client(3, "plugin", "next", account), toNext::add);
    assertEquals(List.of("consumed 100"), below);
    stream.onData(bytes(10));
    assertEquals(List.of(), toNext);
    assertTrue(stream.accept(1_000));
    assertEquals(List.of(Kind.DATA), toNext.stream().map(StreamFrame::kind).toList());
    assertNull(stream.onFrame(StreamFrame.data(2, bytes(40_000))));
    stream.onSent(30_000); // the rest of what the first client wrote
    assertEquals(1, toNext.size());
    stream.onSent(40_000);
    assertEquals(StreamFrame.credit(2, 40_064), toNext.get(1));
    assertEquals(List.of(), toPlugin);
  }
}
