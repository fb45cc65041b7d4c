package io.peerbus.multiformats;

/**
 * Bytes or text that are not in the form they claim to be. The message says what is wrong and where.
 * Remote input causes these in the normal course of things, so they carry no stack trace.
 */
public class FormatException extends Exception {
  private static final long serialVersionUID = 1L;

  public FormatException(String message) {
    super(message, null, false, false);
  }

  public FormatException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
