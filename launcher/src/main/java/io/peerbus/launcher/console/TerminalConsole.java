package io.peerbus.launcher.console;

import io.vertx.core.Future;
import java.io.IOError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A terminal: a line being typed stays below what is printed, and can be edited and recalled. */
public final class TerminalConsole implements Console {

  private final Terminal terminal;
  private final LineReader reader;
  private final Printer printer;
  private final PrintStream stderr;

  /**
   * Takes the terminal over.
   *
   * @param errorsToo whether standard error shows on the same terminal: then it is printed above the line as well
   */
  public TerminalConsole(boolean errorsToo) throws IOException {
    terminal = TerminalBuilder.builder().name("peerbus").system(true).dumb(true).encoding(StandardCharsets.UTF_8)
        .build();
    if (terminal.getWidth() <= 0 || terminal.getHeight() <= 0) {
      terminal.setSize(new Size(80, 24)); // a terminal of a program, which has no size of its own
    }
    reader = LineReaderBuilder.builder().terminal(terminal).appName("peerbus")
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "!" is an exclamation mark
        .option(LineReader.Option.BRACKETED_PASTE, false)
        .build();
    printer = new Printer(reader::printAbove);
    stderr = System.err;
    if (errorsToo) {
      System.setErr(new PrintStream(new ToPrinter(), true, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void print(String line) {
    printer.print(line);
  }

  @Override
  public void read(Function<String, Future<?>> say, Runnable left) {
    Thread thread = new Thread(() -> {
      try {
        while (true) {
          String line = reader.readLine();
          if (!line.isBlank()) {
            say.apply(line);
          }
        }
      } catch (EndOfFileException | UserInterruptException e) {
        left.run();
      } catch (RuntimeException | IOError e) {
        // The terminal was closed below us: by close(), or because its window is gone.
        left.run();
      }
    }, "peerbus-reader");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public boolean isPatient() {
    return false;
  }

  @Override
  public void close() {
    System.setErr(stderr);
    printer.close();
    try {
      terminal.close();
    } catch (IOException e) {
      // Nothing is left to say it on.
    }
  }

  /** Standard error as lines for the printer. */
  private final class ToPrinter extends OutputStream {

    private final StringBuilder line = new StringBuilder();

    @Override
    public synchronized void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      line.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
      for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
        print(line.substring(0, end));
        line.delete(0, end + 1);
      }
    }
  }
}
