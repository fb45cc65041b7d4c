package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.PluginPolicy;

/**
 * A jar that is to be refused.
 *
 * @param name what is wrong with it
 * @param bytes the jar
 * @param policy of the node that is given the jar
 * @param reason the whole refusal, but for what stands for "…"
 */
record BadJar(String name, byte[] bytes, PluginPolicy policy, String reason) {

  static BadJar of(String name, byte[] bytes, String reason) {
    return new BadJar(name, bytes, PluginPolicy.OPEN, reason);
  }

  boolean isReason(String message) {
    int at = 0;
    String[] parts = reason.split("…", -1);
    for (int i = 0; i < parts.length; i++) {
      int found = i == parts.length - 1 ? message.length() - parts[i].length() : message.indexOf(parts[i], at);
      if (found < at || !message.startsWith(parts[i], found) || i == 0 && found != 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    return at == message.length();
  }

  @Override
  public String toString() {
    return name;
  }
}
