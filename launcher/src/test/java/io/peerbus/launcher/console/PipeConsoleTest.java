package io.peerbus.launcher.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class PipeConsoleTest {

  @Test
  void linesAreReadOneAfterTheOtherAndBlankOnesLeftOut() throws Exception {
    String text = "one\n\n  \r\ntwo äö\r\nthree";
    PipeConsole console = new PipeConsole(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), System.out);
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    BlockingQueue<Promise<Void>> turns = new LinkedBlockingQueue<>();
    console.read(line -> {
      Promise<Void> turn = Promise.promise();
      turns.add(turn);
      said.add(line);
      return turn.future();
    }, () -> said.add("left"));
    for (String line : List.of("one", "two äö", "three")) {
      assertEquals(line, said.poll(120, TimeUnit.SECONDS));
      assertNull(said.peek(), "the next line waits for its turn");
      turns.take().complete();
    }
  }

  @Test
  void linesArePrintedInOrderAsUtf8AndFlushedBeforeTheEnd() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder expected = new StringBuilder();
    try (PipeConsole console = new PipeConsole(System.in, new PrintStream(bytes, false, StandardCharsets.US_ASCII))) {
      for (int i = 0; i < 500; i++) {
        console.print("line " + i + " →");
        expected.append("line ").append(i).append(" →").append(System.lineSeparator());
      }
    }
    assertEquals(expected.toString(), bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whoeverPrintsNeverWaitsForAReaderThatStandsStill() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    List<String> printed = new ArrayList<>();
    Printer printer = new Printer(line -> {
      try {
        stuck.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      printed.add(line);
    });
    for (int i = 0; i < 20_000; i++) {
      printer.print("line " + i);
    }
    stuck.countDown();
    printer.print("the end");
    printer.close();
    assertTrue(printed.size() <= 10_002, "what is kept has a limit");
    assertEquals("line 0", printed.get(0));
  }

  @Test
  void whatAPeerSendsCannotSteerTheTerminalNorFakeALine() {
    assertEquals("Received chat message from abc: a␛[2J␊Connected to: x", Printable.of(
        "Received chat message from abc: a\u001B[2J\nConnected to: x"));
    assertEquals("␀␡\uFFFD\t→", Printable.of("\u0000\u007F\u009B\t→"));
    String plain = "plain";
    assertTrue(plain == Printable.of(plain), "nothing is copied without need");
  }

  @Test
  void aLineWithoutAnEndIsCut() throws Exception {
    Lines lines = new Lines(new StringReader("x".repeat(Lines.MAX + 5) + "\nnext\rlast\r\n\nend"));
    assertEquals(Lines.MAX, lines.next().length());
    assertEquals("next", lines.next());
    assertEquals("last", lines.next());
    assertEquals("", lines.next());
    assertEquals("end", lines.next());
    assertNull(lines.next());
  }

  @Test
  void aSayThatFailsEndsTheReadingOnly() throws Exception {
    PipeConsole console = new PipeConsole(new ByteArrayInputStream("a\nb\n".getBytes()), System.out);
    CountDownLatch called = new CountDownLatch(1);
    console.read(line -> {
      called.countDown();
      return Future.failedFuture("no");
    }, () -> { });
    assertTrue(called.await(120, TimeUnit.SECONDS));
    console.close();
  }
}
