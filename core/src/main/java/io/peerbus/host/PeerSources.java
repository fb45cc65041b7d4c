package io.peerbus.host;

import io.peerbus.net.NameServer;
import io.vertx.core.json.JsonObject;

/**
 * How a host finds peers, and which it remembers. Throws {@link IllegalArgumentException} for what makes no sense, with
 * the option, the value and what is allowed.
 *
 * @param dnsServer who is asked what names in addresses stand for, {@code ADDRESS:PORT}, an IPv6 address in brackets;
 *     empty for the system's name servers
 * @param store the file that known peers are kept in over a restart; empty for memory only
 * @param redial of the peers that were connected before a restart, how many are dialled after it, 0 to 64
 */
public record PeerSources(String dnsServer, String store, int redial) {

  public static final PeerSources DEFAULT = new PeerSources("", "", 4);

  private static final int MAX_REDIAL = 64;

  public PeerSources {
    if (!dnsServer.isEmpty()) {
      try {
        NameServer.parse(dnsServer);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("dnsServer: " + e.getMessage());
      }
    }
    if (redial < 0 || redial > MAX_REDIAL) {
      throw new IllegalArgumentException("redial: " + redial + ": 0 to " + MAX_REDIAL + " are allowed");
    }
  }

  /** From the form that {@link #toJson()} gives; what is absent has its default. */
  static PeerSources of(JsonObject json) {
    return new PeerSources(json.getString("dnsServer", DEFAULT.dnsServer), json.getString("store", DEFAULT.store),
        json.getInteger("redial", DEFAULT.redial));
  }

  JsonObject toJson() {
    return new JsonObject().put("dnsServer", dnsServer).put("store", store).put("redial", redial);
  }
}
