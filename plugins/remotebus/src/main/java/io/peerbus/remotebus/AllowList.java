package io.peerbus.remotebus;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which peers may send to which addresses, by prefix. Nobody to none unless it was said. Addresses of the node itself
 * and of Vert.x cannot be allowed at all: who reaches them commands the node.
 */
public final class AllowList {

  /** The longest address, in characters. */
  public static final int MAX_ADDRESS = 1_024;

  private static final List<String> NEVER = List.of("peerbus.", "__vertx.");

  private final Map<PeerId, List<String>> prefixes = new LinkedHashMap<>();

  /** Allows a peer all addresses that begin with {@code prefix}, which must not be empty. */
  public AllowList allow(PeerId peer, String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("addresses: an empty prefix would allow " + peer
          + " the whole bus; name what it may reach");
    }
    for (String never : NEVER) {
      if (prefix.startsWith(never)) {
        throw new IllegalArgumentException(
            "addresses: \"" + prefix + "\": addresses that begin with " + never + " are never open to peers");
      }
    }
    prefixes.computeIfAbsent(peer, p -> new ArrayList<>()).add(prefix);
    return this;
  }

  /** Whether a peer may send to an address. */
  public boolean allows(PeerId peer, String address) {
    if (NEVER.stream().anyMatch(address::startsWith)) {
      return false; // also when a prefix is as short as "p"
    }
    return prefixes.getOrDefault(peer, List.of()).stream().anyMatch(address::startsWith);
  }
}
