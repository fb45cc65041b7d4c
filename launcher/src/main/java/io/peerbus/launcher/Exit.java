package io.peerbus.launcher;

import java.util.Arrays;
import java.util.List;

/** The exit codes of both commands, {@code peerbus} and {@code vertx}. A number is never given a new meaning. */
public enum Exit {
  OK(0, "done, or left cleanly"),
  FAILED(1, "an error, nothing came back (ping), or nothing was found (dht)"),
  CONFIG(2, "the configuration is missing or wrong; nothing was started"),
  LISTEN(3, "an address could not be listened on"),
  DATA(4, "the identity key or the data folder cannot be used"),
  UNREACHABLE(5, "no running node was found, or it may not be spoken to"),
  VERTX(11, "Vert.x could not be started, or clustering was asked for"),
  DEPLOY(15, "a plugin or verticle could not be deployed"),
  USAGE(64, "the command line was not understood");

  private final int code;
  private final String meaning;

  Exit(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /** What is printed under "Exit codes" by {@code --help}, one line for each. */
  static List<String> table() {
    return Arrays.stream(values()).map(exit -> String.format("  %2d  %s", exit.code, exit.meaning)).toList();
  }
}
