package io.peerbus.api;

import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The work of {@link Host#follow}: which peers events told of before the answer came who is connected. */
final class Following {

  private final Handler<HostEvent> handler;
  private final Handler<PeerInfo> known;
  private Set<PeerId> told = new HashSet<>();

  Following(Handler<HostEvent> handler, Handler<PeerInfo> known) {
    this.handler = handler;
    this.known = known;
  }

  Future<Void> start(Host host) {
    host.events(this::onEvent);
    return host.peers().map(this::onPeers);
  }

  private void onEvent(HostEvent event) {
    if (told != null && event instanceof HostEvent.Connected up) {
      told.add(up.peer());
    }
    handler.handle(event);
  }

  private Void onPeers(List<PeerInfo> peers) {
    Set<PeerId> before = told;
    told = null; // from now on there is nothing to compare with
    peers.stream().filter(peer -> peer.connected() && !before.contains(peer.peer())).forEach(known::handle);
    return null;
  }
}
