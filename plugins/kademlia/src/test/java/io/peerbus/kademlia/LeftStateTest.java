package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.kademlia.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeftStateTest {

  private static final byte[] KEY = TestPeers.utf8("/v/key");
  private static final long HOUR = 3_600_000_000_000L;

  private final VirtualDht dht = new VirtualDht(5);

  private Kademlia next(VirtualNode before, StateProto.State state, Storages storages) {
    LeftState.fill(state, storages);
    return new Kademlia(before.id, before.options, storages, new SplittableRandom(1),
        new Clock(dht.kernel.now(), dht.wall()));
  }

  /** As another process would: only the bytes go over, and the clock of nanoseconds is another one. */
  @Test
  void theNextMachineKnowsWhatTheOneBeforeDid() throws Exception {
    List<VirtualNode> nodes = dht.servers(30);
    dht.kernel.run(Duration.ofMinutes(30));
    VirtualNode node = nodes.get(7);
    nodes.get(1).outcome(nodes.get(1).put(KEY, new byte[] {1}));
    node.outcome(node.provide(KEY));
    List<RoutingTable.Row> table = node.machine.table();
    byte[] left = node.machine.leave(dht.kernel.now(), true).build().toByteArray();
    StateProto.State state = StateProto.State.parseFrom(left);
    Kademlia next = next(node, state, Storages.inMemory());
    next.restore(dht.kernel.now() + HOUR, state);
    assertEquals(table.size(), next.table().size());
    for (int i = 0; i < table.size(); i++) {
      RoutingTable.Row was = table.get(i);
      assertEquals(new RoutingTable.Row(was.bucket(), was.contact(), was.addedAt() + HOUR, was.aliveAt() + HOUR,
          was.failures()), next.table().get(i));
    }
    assertEquals(List.of(node.machine.records(), node.machine.providers(), 1),
        List.of(next.records(), next.providers(), next.publications()));
    assertEquals(node.machine.count(Counter.REQUESTS_SERVED), next.count(Counter.REQUESTS_SERVED));
    assertTrue(state.getSizesCount() > 0 && state.getBootstrapCount() == 1);
  }

  @Test
  void storesThatAreInAFileStayThere() {
    VirtualNode node = dht.servers(1).get(0);
    node.put(KEY, new byte[] {1});
    dht.kernel.run(Duration.ofSeconds(1));
    assertEquals(0, node.machine.leave(dht.kernel.now(), false).getStoresCount());
  }

  @Test
  void whatIsDamagedIsLeftOut() {
    VirtualNode node = dht.servers(1).get(0);
    StateProto.State state = StateProto.State.newBuilder()
        .addStores(StateProto.Store.newBuilder().setName("another"))
        .addStores(StateProto.Store.newBuilder().setName("records").addEntries(StateProto.Entry.newBuilder()
            .setKey(ByteString.copyFromUtf8("k")).setValue(ByteString.copyFromUtf8("no record"))))
        .addTable(StateProto.Row.newBuilder().setContact(StateProto.Contact.newBuilder()
            .setPeer(ByteString.copyFromUtf8("no peer")))).build();
    Kademlia next = next(node, state, Storages.inMemory());
    assertEquals(0, next.records());
    assertThrows(FormatException.class, () -> next.restore(dht.kernel.now(), state));
    assertEquals(0, next.table().size());
  }
}
