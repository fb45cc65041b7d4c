package io.peerbus.kademlia.verticle;

import io.peerbus.api.Host;
import io.peerbus.kademlia.RoutingTable;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the node what the peers of the routing table are worth, for when it has too many connections. Those of the two
 * widest buckets are protected: there are few of them, every lookup to the other half of the key space begins with
 * them. As go-libp2p-kad-dht. Owned by the verticle's context.
 */
final class TableWorth {

  /** As go has it. Peers of which nobody says anything are worth 0. */
  static final int VALUE = 5;

  private static final String TAG = "table";
  private static final int PROTECTED_BUCKETS = 2;

  private final Host host;
  /** Whether each peer that the node was told of is protected. */
  private Map<PeerId, Boolean> told = new LinkedHashMap<>();

  TableWorth(Host host) {
    this.host = host;
  }

  /** These are in the table now, and nobody else. What core does not take is said again the next time. */
  void keepTo(List<RoutingTable.Row> table) {
    Map<PeerId, Boolean> before = told;
    told = new LinkedHashMap<>();
    for (RoutingTable.Row row : table) {
      PeerId peer = row.contact().peer();
      boolean protect = row.bucket() < PROTECTED_BUCKETS;
      told.put(peer, protect);
      if (before.remove(peer) == null) {
        Future<Void> said = protect ? host.protect(peer, TAG) : host.tag(peer, TAG, VALUE);
        said.onFailure(e -> told.remove(peer));
      }
    }
    before.forEach((peer, wasProtected) -> {
      if (wasProtected) {
        host.unprotect(peer, TAG);
      } else {
        host.untag(peer, TAG);
      }
    });
  }
}
