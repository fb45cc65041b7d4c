package io.peerbus.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;

/** Fuzz target: the first bytes of a peer that says it speaks TLS, to a listener and to a dialer. */
class TlsHandshakeFuzz {

  /**
   * What the JDK's engine allocates for a greeting, keys and certificate included, which is not ours to change.
   * Measured, and only so that it is noticed when it grows.
   */
  private static final int ENGINE = 2 * 1024 * 1024;

  /** Likewise for each byte, of many records that are a byte long. */
  private static final int RECORD = 2048;

  @FuzzTest
  void anyGreeting(byte[] input) {
    for (boolean dialer : new boolean[] {true, false}) {
      Allocation.assertAtMost(ENGINE + (long) RECORD * input.length, () -> take(make(dialer), input, input.length));
      String atOnce = outcome(dialer, input, input.length);
      assertEquals(atOnce, outcome(dialer, input, 1));
      assertEquals(atOnce, outcome(dialer, input, 7));
    }
  }

  private static TlsHandshake make(boolean dialer) {
    return dialer ? Sides.dialer(null, Sides.YAMUX) : Sides.listener(Sides.YAMUX);
  }

  private static void take(TlsHandshake handshake, byte[] input, int piece) throws HandshakeException {
    for (int at = 0; at < input.length; at += piece) {
      handshake.onBytes(ByteBuffer.wrap(input, at, Math.min(piece, input.length - at)));
    }
  }

  /** Why it failed, or that it waits; nobody's first bytes alone can complete it. */
  private static String outcome(boolean dialer, byte[] input, int piece) {
    TlsHandshake handshake = make(dialer);
    try {
      take(handshake, input, piece);
    } catch (HandshakeException refused) {
      return refused.getMessage();
    } finally {
      assertFalse(handshake.isComplete());
    }
    return "waits";
  }
}
