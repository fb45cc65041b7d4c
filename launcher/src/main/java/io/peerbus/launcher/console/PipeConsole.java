package io.peerbus.launcher.console;

import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Standard input and output where they are no terminal: UTF-8, flushed after each line. */
public final class PipeConsole implements Console {

  private static final Logger LOG = LoggerFactory.getLogger(PipeConsole.class);

  private final InputStream in;
  private final Printer printer;

  public PipeConsole(InputStream in, PrintStream out) {
    this.in = in;
    this.printer = new Printer(line -> {
      byte[] bytes = (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
      out.write(bytes, 0, bytes.length);
      out.flush();
    });
  }

  @Override
  public void print(String line) {
    printer.print(line);
  }

  @Override
  public void read(Function<String, Future<?>> say, Runnable left) {
    Thread reader = new Thread(() -> readAll(say), "peerbus-reader");
    reader.setDaemon(true); // nothing interrupts a read from a pipe
    reader.start();
  }

  private void readAll(Function<String, Future<?>> say) {
    try {
      Lines lines = new Lines(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          say.apply(line).toCompletionStage().toCompletableFuture().get();
        }
      }
      LOG.debug("end of standard input; the node stays up");
    } catch (IOException | ExecutionException e) {
      LOG.warn("standard input is not read any more: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isPatient() {
    return true;
  }

  @Override
  public void close() {
    printer.close();
  }
}
