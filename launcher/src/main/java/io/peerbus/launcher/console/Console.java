package io.peerbus.launcher.console;

import io.vertx.core.Future;
import java.util.function.Function;

/** Where a chatting node prints and where it reads what its user says. Any thread may call it. */
public sealed interface Console extends AutoCloseable permits TerminalConsole, PipeConsole {

  /** Prints a line after those before it. Never blocks. */
  void print(String line);

  /**
   * Starts to read; to be called once at the most. Reading never ends the node, except that the user of a terminal
   * leaves by Ctrl-D or Ctrl-C.
   *
   * @param say called for each line, on the reading thread; a pipe's next line is read when the future is complete
   * @param left called when the user of a terminal leaves
   */
  void read(Function<String, Future<?>> say, Runnable left);

  /** Whether what is read was written beforehand, so that nobody minds if it is sent a moment later. */
  boolean isPatient();

  /** Waits for what is being printed, a moment at the most, and gives the terminal back as it was. */
  @Override
  void close();
}
