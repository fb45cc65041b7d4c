package io.peerbus.remotebus;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import org.junit.jupiter.api.Test;

/** Nobody may, unless it was said. */
class AllowListTest {

  private final PeerId alice = TestPeers.peer(1);
  private final PeerId bob = TestPeers.peer(2);

  @Test
  void nobodyIsAllowedAnythingByDefault() {
    assertFalse(new AllowList().allows(alice, "orders"));
  }

  @Test
  void aPeerIsAllowedWhatBeginsWithItsPrefixes() {
    AllowList allowed = new AllowList().allow(alice, "orders.").allow(alice, "stock");
    assertTrue(allowed.allows(alice, "orders.new"));
    assertTrue(allowed.allows(alice, "stock"));
    assertFalse(allowed.allows(alice, "orders"));
    assertFalse(allowed.allows(alice, "other.orders."));
    assertFalse(allowed.allows(bob, "orders.new"));
  }

  @Test
  void theNodesOwnAddressesAreNeverOpen() {
    AllowList allowed = new AllowList().allow(alice, "p").allow(alice, "_");
    assertFalse(allowed.allows(alice, "peerbus.node.control"));
    assertFalse(allowed.allows(alice, "peerbus.node.plugins"));
    assertFalse(allowed.allows(alice, "__vertx.reply.1"));
    assertTrue(allowed.allows(alice, "prices"));
    assertThrows(IllegalArgumentException.class, () -> allowed.allow(alice, "peerbus.node.chat"));
    assertThrows(IllegalArgumentException.class, () -> allowed.allow(alice, "__vertx.reply"));
    assertThrows(IllegalArgumentException.class, () -> allowed.allow(alice, ""));
  }
}
