package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;

/** Fuzz target: signed envelopes, the peer records in them, and public keys. */
class EnvelopeFuzz {

  @FuzzTest
  void anyEnvelope(byte[] input) {
    Allocation.assertBounded(input.length, () -> SignedEnvelope.of(input));
    Allocation.assertBounded(input.length, () -> PeerRecord.ofPayload(input));
    readKey(input);
    try {
      SignedEnvelope envelope = SignedEnvelope.of(input);
      assertEquals(envelope, SignedEnvelope.of(envelope.toBytes()));
      readRecord(envelope.payload());
    } catch (FormatException refused) {
      readRecord(input);
    }
  }

  private static void readRecord(byte[] payload) {
    try {
      PeerRecord.ofPayload(payload);
    } catch (FormatException refused) {
      return;
    }
  }

  private static void readKey(byte[] input) {
    try {
      PublicKey key = PublicKey.of(input);
      assertArrayEquals(key.toBytes(), PublicKey.of(key.toBytes()).toBytes());
    } catch (FormatException refused) {
      return;
    }
  }
}
