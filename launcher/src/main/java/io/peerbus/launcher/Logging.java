package io.peerbus.launcher;

import java.nio.file.Files;
import java.nio.file.Path;

/** Decides how is logged, before the first logger is made: by {@code conf/logback.xml} if it is there. */
final class Logging {

  private Logging() {}

  /** What Peerbus itself logs: from {@code usual} on, or in detail. */
  static void configure(String usual, boolean verbose) {
    Path file = Home.path().resolve("conf").resolve("logback.xml");
    if (System.getProperty("logback.configurationFile") == null && Files.isReadable(file)) {
      System.setProperty("logback.configurationFile", file.toString());
    }
    if (System.getProperty("peerbus.log") == null) {
      System.setProperty("peerbus.log", verbose ? "DEBUG" : usual);
    }
    // Netty and Vert.x look for a logging framework each in its own way.
    System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }
}
