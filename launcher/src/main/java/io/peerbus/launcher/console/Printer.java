package io.peerbus.launcher.console;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints lines in order on a thread of its own. Any thread may give it lines; none waits. */
final class Printer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Printer.class);

  /** Lines that wait. Were there no end, a reader of our output that stands still would fill memory. */
  private static final int MAX_WAITING = 10_000;

  /** Not a line: tells the thread that none will follow. */
  private static final String END = new String("end");

  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread;
  private volatile boolean dropped;

  /** {@code out} writes one line and flushes; only this printer's thread calls it. */
  Printer(Consumer<String> out) {
    thread = new Thread(() -> run(out), "peerbus-printer");
    thread.setDaemon(true);
    thread.start();
  }

  void print(String line) {
    if (!waiting.offer(Printable.of(line)) && !dropped) {
      dropped = true;
      LOG.warn("standard output is not being read: lines are dropped");
    }
  }

  private void run(Consumer<String> out) {
    try {
      for (String line = waiting.take(); line != END; line = waiting.take()) {
        out.accept(line);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until everything is printed, but not for ever: 300 ms. */
  @Override
  public void close() {
    try {
      if (waiting.offer(END, 100, TimeUnit.MILLISECONDS)) {
        thread.join(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
