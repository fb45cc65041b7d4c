package io.peerbus.net;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * By which both sides see that the other one understands WebSocket, and is no cache with an old answer. There is
 * nothing secret in it.
 *
 * <p>Spec: RFC 6455, sections 1.3 and 4.
 */
final class WebSocketKey {

  private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int BYTES = 16;
  private static final int LENGTH = 24; // of so many bytes in Base64

  private WebSocketKey() {}

  static String generate() {
    byte[] key = new byte[BYTES];
    ThreadLocalRandom.current().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Whether it is one; {@code null} is none. */
  static boolean isValid(String key) {
    try {
      return key != null && key.trim().length() == LENGTH && Base64.getDecoder().decode(key.trim()).length == BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What the listener says to it. */
  static String answer(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
