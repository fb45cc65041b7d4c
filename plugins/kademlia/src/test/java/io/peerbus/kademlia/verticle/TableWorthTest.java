package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.kademlia.Contact;
import io.peerbus.kademlia.RoutingTable.Row;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableWorthTest {

  private final List<String> said = new ArrayList<>();
  private boolean full;
  private final TableWorth worth = new TableWorth((Host) Proxy.newProxyInstance(Host.class.getClassLoader(),
      new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
        said.add(method.getName() + " " + Arrays.asList(arguments));
        return full ? Future.failedFuture(Failure.LIMIT_REACHED.because("full")) : Future.succeededFuture();
      }));

  private static PeerId peer(int number) {
    try {
      return PeerId.of(ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).putInt(number).array());
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static Row row(int bucket, int number) {
    return new Row(bucket, new Contact(peer(number), List.of()), 0, 0, 0);
  }

  private void assertSaid(String... expected) {
    assertEquals(List.of(expected), said);
    said.clear();
  }

  @Test
  void onlyWhatIsNewAndWhatIsGoneIsSaid() {
    worth.keepTo(List.of(row(0, 1), row(1, 2), row(2, 3)));
    assertSaid("protect [" + peer(1) + ", table]", "protect [" + peer(2) + ", table]",
        "tag [" + peer(3) + ", table, 5]");
    worth.keepTo(List.of(row(0, 1), row(1, 2), row(2, 3)));
    assertSaid();
    worth.keepTo(List.of(row(1, 2), row(9, 4)));
    assertSaid("tag [" + peer(4) + ", table, 5]", "unprotect [" + peer(1) + ", table]",
        "untag [" + peer(3) + ", table]");
    worth.keepTo(List.of());
    assertSaid("unprotect [" + peer(2) + ", table]", "untag [" + peer(4) + ", table]");
  }

  @Test
  void whatCoreHasNoRoomForIsSaidAgain() {
    full = true;
    worth.keepTo(List.of(row(0, 1)));
    full = false;
    worth.keepTo(List.of(row(0, 1)));
    worth.keepTo(List.of(row(0, 1)));
    assertSaid("protect [" + peer(1) + ", table]", "protect [" + peer(1) + ", table]");
  }
}
