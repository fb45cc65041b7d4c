package io.peerbus.launcher.console;

import java.io.IOException;

/**
 * Which of the three standard streams are terminals. Java cannot tell on its own before 22, and never of standard error
 * alone; the commands in {@code bin} know and pass it on as the system property {@code peerbus.tty}, {@code 101} for
 * "input and error".
 */
public record Terminals(boolean in, boolean out, boolean err) {

  static final String PROPERTY = "peerbus.tty";

  public static Terminals detect() {
    String bits = System.getProperty(PROPERTY, "");
    if (bits.matches("[01]{3}")) {
      return new Terminals(bits.charAt(0) == '1', bits.charAt(1) == '1', bits.charAt(2) == '1');
    }
    boolean both = System.console() != null && Runtime.version().feature() < 22;
    return new Terminals(both, both, both);
  }

  /** The console for these: with line editing where there is a terminal at both ends. */
  public Console console() {
    if (in && out) {
      try {
        return new TerminalConsole(err);
      } catch (IOException e) {
        return new PipeConsole(System.in, System.out);
      }
    }
    return new PipeConsole(System.in, System.out);
  }
}
