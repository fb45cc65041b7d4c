package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.bus.BusJson;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Worth;
import io.vertx.core.json.JsonObject;

/** What plugins say peers are worth to them (BUS.md, "Worth"). Owned by the host's context. */
final class Valuing {

  /** Names are kept for each peer. */
  private static final int MAX_NAME = 64;

  private final HostState state;

  Valuing(HostState state) {
    this.state = state;
  }

  void tag(Client client, JsonObject request) {
    if (!(request.getValue("value") instanceof Integer value)) {
      throw Failure.BAD_REQUEST.because("\"value\" must be a whole number of 32 bits, was " + request.getValue("value"));
    }
    requireRoom(client, worth().tag(client.number(), peer(request), name(request), value));
  }

  void untag(Client client, JsonObject request) {
    worth().untag(client.number(), peer(request), name(request));
  }

  void protect(Client client, JsonObject request) {
    requireRoom(client, worth().protect(client.number(), peer(request), name(request)));
  }

  void unprotect(Client client, JsonObject request) {
    worth().unprotect(client.number(), peer(request), name(request));
  }

  /** Adds to what is told of a peer what it is worth. */
  JsonObject describe(PeerId peer, JsonObject told) {
    return told.put("worth", worth().value(peer)).put("protected", worth().isProtected(peer));
  }

  /** Its lease has ended. */
  void drop(Client client) {
    worth().drop(client.number());
  }

  private Worth worth() {
    return state.swarm().worth();
  }

  private static PeerId peer(JsonObject request) {
    return BusJson.peer(request, "peer");
  }

  private static String name(JsonObject request) {
    String name = BusJson.text(request, "tag");
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw Failure.BAD_REQUEST.because("\"tag\": 1 to " + MAX_NAME + " characters are allowed, has " + name.length());
    }
    return name;
  }

  private void requireRoom(Client client, boolean room) {
    if (!room) {
      String message = "maxTags: plugin " + client.plugin() + " has " + Worth.MAX_PER_OWNER + " tags and protections";
      state.refusals().add(message);
      throw Failure.LIMIT_REACHED.because(message);
    }
  }
}
