package io.peerbus.samples.keyvalue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.PeerId;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request.Operation;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response.Status;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Who may put what, and how much of it. */
class StoreTest {

  private final Store store = new Store(new KeyValueOptions(8, 3, 2, 1, 1));
  private final PeerId alice = peer(1);
  private final PeerId bob = peer(2);

  private static PeerId peer(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    return KeyPair.ed25519(seed).publicKey().peerId();
  }

  private Response ask(PeerId from, Operation operation, String key, String value) {
    return store.answer(from, Request.newBuilder().setOperation(operation)
        .setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8(value)).build());
  }

  private Status put(PeerId from, String key, String value) {
    return ask(from, Operation.PUT, key, value).getStatus();
  }

  @Test
  void everybodyReadsWhatOnePut() {
    assertEquals(Status.OK, put(alice, "k", "v"));
    assertEquals("v", ask(bob, Operation.GET, "k", "").getValue().toStringUtf8());
    assertEquals(Status.NOT_FOUND, ask(bob, Operation.GET, "other", "").getStatus());
  }

  @Test
  void onlyItsOwnerChangesAKey() {
    put(alice, "k", "v");
    assertEquals(Status.FORBIDDEN, put(bob, "k", "mine"));
    assertEquals(Status.FORBIDDEN, ask(bob, Operation.DELETE, "k", "").getStatus());
    assertEquals(Status.OK, put(alice, "k", "w"));
    assertEquals(Status.OK, ask(alice, Operation.DELETE, "k", "").getStatus());
    assertEquals(Status.NOT_FOUND, ask(alice, Operation.DELETE, "k", "").getStatus());
    assertEquals(Status.OK, put(bob, "k", "mine"));
  }

  @Test
  void thereIsALimitForEachPeerAndOneForAll() {
    put(alice, "1", "");
    put(alice, "2", "");
    assertEquals(Status.FULL, put(alice, "3", ""));
    assertEquals(Status.OK, put(alice, "2", "changed"), "an entry that is there takes no new place");
    assertEquals(Status.OK, put(bob, "3", ""));
    assertEquals(Status.FULL, put(bob, "4", ""));
    ask(alice, Operation.DELETE, "1", "");
    assertEquals(Status.OK, put(bob, "4", ""));
    assertEquals(3, store.size());
  }

  @Test
  void longKeysAndValuesAndUnknownOperationsAreRefused() {
    assertEquals(Status.BAD_REQUEST, put(alice, "", "v"));
    assertEquals(Status.BAD_REQUEST, put(alice, "k".repeat(Store.MAX_KEY + 1), "v"));
    assertEquals(Status.BAD_REQUEST, put(alice, "k", "123456789"));
    assertEquals(Status.BAD_REQUEST, store.answer(alice, Request.newBuilder().setOperationValue(7)
        .setKey(ByteString.copyFromUtf8("k")).build()).getStatus());
  }

  @Test
  void nonsenseOptionsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new KeyValueOptions(0, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new KeyValueOptions(1, 1, 1, 1, -1));
  }
}
