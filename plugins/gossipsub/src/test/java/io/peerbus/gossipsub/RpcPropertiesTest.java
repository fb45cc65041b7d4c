package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.fuzz.Allocation;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.FormatException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The reader of RPCs against whatever a peer may send. */
class RpcPropertiesTest {

  private final GossipsubLimits limits = new GossipsubLimits();

  private List<String> entries(byte[] rpc) throws FormatException {
    Recorder recorder = new Recorder();
    Rpc.read(rpc, limits).forEach(recorder);
    return recorder.entries;
  }

  @Provide
  Arbitrary<RpcProto.Rpc> rpcs() {
    return Arbitraries.longs().map(seed -> RandomRpcs.rpc(new Random(seed))).dontShrink();
  }

  @Property(tries = 300)
  void whatTheGeneratedClassesWriteIsReadTheSame(@ForAll("rpcs") RpcProto.Rpc rpc) throws FormatException {
    assertEquals(RandomRpcs.entries(rpc), entries(rpc.toByteArray()));
  }

  @Property(tries = 1000)
  void anyBytesAreReadOrRefusedWithoutWaste(@ForAll @Size(max = 400) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> Rpc.read(bytes, limits));
    readOrRefuse(bytes);
  }

  @Property(tries = 1000)
  void aChangedByteOrACutIsReadOrRefusedWithoutWaste(@ForAll("rpcs") RpcProto.Rpc rpc,
      @ForAll @IntRange(max = 10_000) int place, @ForAll byte value, @ForAll boolean cut) {
    byte[] bytes = rpc.toByteArray();
    if (bytes.length > 0) {
      bytes[place % bytes.length] = value;
    }
    byte[] changed = cut ? Arrays.copyOf(bytes, place % (bytes.length + 1)) : bytes;
    Allocation.assertBounded(changed.length, () -> Rpc.read(changed, limits));
    readOrRefuse(changed);
  }

  /** Nothing but the declared exception leaves the reader, and what it lets pass can be walked. */
  private void readOrRefuse(byte[] bytes) {
    try {
      entries(bytes);
    } catch (FormatException expected) {
      assertEquals("rpc: ", expected.getMessage().substring(0, 5));
    }
  }
}
