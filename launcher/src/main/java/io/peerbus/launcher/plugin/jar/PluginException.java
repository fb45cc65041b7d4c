package io.peerbus.launcher.plugin.jar;

import io.peerbus.api.FailureException;

/** Why a plugin could not be found, verified, loaded or started. Holds no object of the plugin's own classes. */
public class PluginException extends Exception {

  private static final long serialVersionUID = 1L;

  public PluginException(String message) {
    super(message, null, false, false);
  }

  /**
   * A failure of a plugin in words. The error itself is not kept: were its class the plugin's, or a frame's, whoever
   * holds it would keep the plugin's class loader alive.
   */
  public static PluginException of(String what, Throwable error) {
    StringBuilder text = new StringBuilder(what);
    Throwable at = error;
    for (int depth = 0; at != null && depth < 5; depth++, at = at.getCause()) {
      text.append(": ").append(describe(at));
    }
    return new PluginException(text.toString());
  }

  /** What a stranger's code says could otherwise rewrite a terminal or a log. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }

  private static String describe(Throwable error) {
    String message = error.getMessage();
    boolean speaksForItself = error instanceof PluginException || error instanceof FailureException;
    String type = error.getClass().getSimpleName();
    if (message == null) {
      return type;
    }
    return oneLine(speaksForItself ? message : type + ": " + message);
  }
}
