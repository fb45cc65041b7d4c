package io.peerbus.multiformats;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Fuzz target: an address in binary, or as text. */
class MultiaddrFuzz {

  @FuzzTest
  void anyAddress(byte[] input) {
    MultiaddrFuzzTest.check(input);
    MultiaddrFuzzTest.check(new String(input, StandardCharsets.UTF_8));
  }
}
