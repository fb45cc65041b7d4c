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

  /** @param loops the client by inboxes that it has on event loops of connections, by their data addresses */
  private record Serving(Client client, Map<String, Client> loops) {}

  private final TreeMap<String, Serving> serving;

  private ProtocolTable(TreeMap<String, Serving> serving) {
    this.serving = serving;
  }

  /** Whose protocol it is, or {@code null}. */
  Client client(String protocol) {
    Serving found = serving.get(protocol);
    return found == null ? null : found.client();
  }

  /** {@link #client(String)} with the inbox for streams of the connections at that data address. */
  Client client(String protocol, String data) {
    Serving found = serving.get(protocol);
    return found == null ? null : found.loops().getOrDefault(data, found.client());
  }

  boolean serves(String protocol) {
    return serving.containsKey(protocol);
  }

  /** Sorted. */
  List<String> protocols() {
    return List.copyOf(serving.keySet());
  }

  ProtocolTable with(List<String> protocols, Client client, Map<String, Client> loops) {
    TreeMap<String, Serving> next = new TreeMap<>(serving);
    Serving entry = new Serving(client, Map.copyOf(loops));
    protocols.forEach(protocol -> next.put(protocol, entry));
    return new ProtocolTable(next);
  }

  /** Without these protocols, as far as they are the client's. */
  ProtocolTable without(List<String> protocols, Client client) {
    TreeMap<String, Serving> next = new TreeMap<>(serving);
    protocols.forEach(
        protocol -> next.computeIfPresent(protocol, (id, entry) -> entry.client() == client ? null : entry));
    return new ProtocolTable(next);
  }

  ProtocolTable without(Client client) {
    Map<String, Serving> rest = new LinkedHashMap<>(serving);
    rest.values().removeIf(entry -> entry.client() == client);
    return new ProtocolTable(new TreeMap<>(rest));
  }
}
