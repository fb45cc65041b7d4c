package io.peerbus.noise;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The keys of the public Noise vectors, and a source of "randomness" that gives them out. */
final class NoiseVectors {

  static final String INITIATOR_STATIC = "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1";
  static final String INITIATOR_EPHEMERAL = "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
  static final String RESPONDER_STATIC = "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893";
  static final String RESPONDER_EPHEMERAL = "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";

  private NoiseVectors() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Gives out these byte arrays in order, one a call. */
  static RandomGenerator giving(String... hex) {
    Deque<byte[]> left = new ArrayDeque<>();
    for (String one : hex) {
      left.add(hex(one));
    }
    return new RandomGenerator() {
      @Override
      public void nextBytes(byte[] bytes) {
        System.arraycopy(left.remove(), 0, bytes, 0, bytes.length);
      }

      @Override
      public long nextLong() {
        throw new IllegalStateException("only nextBytes is expected");
      }
    };
  }
}
