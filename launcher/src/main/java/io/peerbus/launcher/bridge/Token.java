package io.peerbus.launcher.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The secret that is wanted before anything else. Says nothing of it when it is printed. */
public final class Token {

  private final byte[] secret;

  public Token(String secret) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether somebody knows it. Takes as long for a near miss as for a far one. */
  boolean isKnownBy(Object claimed) {
    return claimed instanceof String text
        && MessageDigest.isEqual(secret, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "token";
  }
}
