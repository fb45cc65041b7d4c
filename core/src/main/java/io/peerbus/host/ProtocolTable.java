package io.peerbus.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which plugin serves which protocol id, as one immutable snapshot: made by the host's context, read by every shard.
 */
final class ProtocolTable {

  static final ProtocolTable EMPTY = new ProtocolTable(new TreeMap<>());

  private final TreeMap<String, Client> serving;

  private ProtocolTable(TreeMap<String, Client> serving) {
    this.serving = serving;
  }

  /** Whose protocol it is, or {@code null}. */
  Client client(String protocol) {
    return serving.get(protocol);
  }

  boolean serves(String protocol) {
    return serving.containsKey(protocol);
  }

  /** Sorted. */
  List<String> protocols() {
    return List.copyOf(serving.keySet());
  }

  ProtocolTable with(List<String> protocols, Client client) {
    TreeMap<String, Client> next = new TreeMap<>(serving);
    protocols.forEach(protocol -> next.put(protocol, client));
    return new ProtocolTable(next);
  }

  /** Without these protocols, as far as they are the client's. */
  ProtocolTable without(List<String> protocols, Client client) {
    TreeMap<String, Client> next = new TreeMap<>(serving);
    protocols.forEach(protocol -> next.computeIfPresent(protocol, (id, owner) -> owner == client ? null : owner));
    return new ProtocolTable(next);
  }

  ProtocolTable without(Client client) {
    Map<String, Client> rest = new LinkedHashMap<>(serving);
    rest.values().removeIf(owner -> owner == client);
    return new ProtocolTable(new TreeMap<>(rest));
  }
}
