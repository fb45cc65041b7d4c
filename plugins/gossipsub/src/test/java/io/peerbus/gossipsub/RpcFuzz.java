package io.peerbus.gossipsub;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;

/** Fuzz target: what peers of a mesh tell each other. */
class RpcFuzz {

  private static final GossipsubLimits LIMITS = new GossipsubLimits();

  @FuzzTest
  void anyRpc(byte[] input) {
    Allocation.assertBounded(input.length, () -> Rpc.read(input, LIMITS));
    try {
      Rpc.read(input, LIMITS).forEach(new Recorder());
    } catch (FormatException refused) {
      return;
    }
  }
}
