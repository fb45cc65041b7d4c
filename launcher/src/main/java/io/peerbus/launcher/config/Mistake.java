package io.peerbus.launcher.config;

/**
 * One thing that is wrong in a configuration.
 *
 * @param path where, as {@code plugins[2].settings.topic}; empty for the whole
 * @param message what, and what would be right
 */
public record Mistake(String path, String message) {

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
