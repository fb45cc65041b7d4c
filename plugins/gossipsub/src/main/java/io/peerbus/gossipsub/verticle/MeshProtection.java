package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Has the node spare the connections of the mesh when it has too many: a mesh that is cut is built anew by peers that
 * were worth less. As go-libp2p-pubsub's tag tracer. Owned by the verticle's context.
 */
final class MeshProtection {

  private static final String TAG = "mesh";

  private final Host host;
  private Set<PeerId> told = new LinkedHashSet<>();

  MeshProtection(Host host) {
    this.host = host;
  }

  /** These are in the mesh now, and nobody else. What core does not take is said again the next time. */
  void keepTo(Set<PeerId> meshed) {
    Set<PeerId> before = told;
    told = new LinkedHashSet<>(meshed);
    for (PeerId peer : meshed) {
      if (!before.contains(peer)) {
        host.protect(peer, TAG).onFailure(e -> told.remove(peer));
      }
    }
    before.stream().filter(peer -> !meshed.contains(peer)).forEach(peer -> host.unprotect(peer, TAG));
  }
}
