package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.bus.Addresses;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientsTest {

  private static final long SECOND = 1_000_000_000L;

  private final Clients clients = new Clients(new Addresses("node"), 0);

  @Test
  void aLeaseThatIsNotRenewedRunsOut() {
    Client lost = clients.attach(0, "lost", false, Budget.DEFAULT);
    Client kept = clients.attach(0, "kept", false, Budget.DEFAULT);
    for (long at = 5; at < 30; at += 5) {
      assertEquals(List.of(), clients.expired(at * SECOND));
      clients.renew(at * SECOND, kept.number());
    }
    assertEquals(List.of(lost), clients.expired(30 * SECOND));
  }

  @Test
  void aProcessThatWasStoppedFindsItsPluginsAgain() {
    Client plugin = clients.attach(0, "plugin", false, Budget.DEFAULT);
    assertEquals(List.of(), clients.expired(5 * SECOND));
    long woken = 3600 * SECOND;
    assertEquals(List.of(), clients.expired(woken), "it could not renew while nothing ran");
    for (int i = 5; i < 25; i += 5) {
      assertEquals(List.of(), clients.expired(woken + i * SECOND));
    }
    assertEquals(List.of(plugin), clients.expired(woken + 25 * SECOND));
  }

  @Test
  void timeMayPassTheEndOfItsRange() {
    long start = Long.MAX_VALUE - 10 * SECOND;
    Client plugin = clients.attach(start, "plugin", false, Budget.DEFAULT);
    for (int i = 5; i < 30; i += 5) {
      assertEquals(List.of(), clients.expired(start + i * SECOND));
    }
    assertEquals(List.of(plugin), clients.expired(start + 30 * SECOND));
  }
}
