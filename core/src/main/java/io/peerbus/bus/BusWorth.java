package io.peerbus.bus;

import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a plugin has said of peers' worth. Core forgets it with the lease, so it is said again to a new one. As much is
 * kept as core takes. Not thread safe, owned by the plugin's context.
 */
final class BusWorth {

  private static final Logger LOG = LoggerFactory.getLogger(BusWorth.class);

  private record Key(PeerId peer, String tag, boolean isProtection) {}

  private final Lease lease;
  /** The requests that core took and that were not taken back. */
  private final Map<Key, JsonObject> said = new LinkedHashMap<>();

  BusWorth(Lease lease) {
    this.lease = lease;
  }

  Future<Void> tag(PeerId peer, String tag, int value) {
    return say(new Key(peer, tag, false), request("tag", peer, tag).put("value", value));
  }

  Future<Void> untag(PeerId peer, String tag) {
    return takeBack(new Key(peer, tag, false), request("untag", peer, tag));
  }

  Future<Void> protect(PeerId peer, String tag) {
    return say(new Key(peer, tag, true), request("protect", peer, tag));
  }

  Future<Void> unprotect(PeerId peer, String tag) {
    return takeBack(new Key(peer, tag, true), request("unprotect", peer, tag));
  }

  private static JsonObject request(String op, PeerId peer, String tag) {
    return new JsonObject().put("op", op).put("peer", peer.toString()).put("tag", tag);
  }

  private Future<Void> say(Key key, JsonObject request) {
    said.put(key, request);
    return lease.request(request).onFailure(e -> said.remove(key, request)).mapEmpty();
  }

  private Future<Void> takeBack(Key key, JsonObject request) {
    return said.remove(key) == null ? Future.succeededFuture() : lease.request(request).mapEmpty();
  }

  /** There is a new lease, which core knows nothing of yet. */
  void sayAgain() {
    for (JsonObject request : List.copyOf(said.values())) {
      lease.request(request).onFailure(e -> LOG.debug("{} was not taken again: {}", request, e.getMessage()));
    }
  }
}
