package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a machine knows of peers, itself included: the table, who is connected from where, and whom it may tell what.
 * Of a peer that is neither connected nor in the table it knows nothing. Not thread safe.
 */
final class Peers {

  private record Link(Multiaddr remote, boolean inbound) {}

  final PeerId self;
  final Key key;
  final RoutingTable table;
  final AddressFilter filter;
  private final Map<PeerId, Link> connected = new LinkedHashMap<>();
  private final Map<PeerId, Contact> identified = new LinkedHashMap<>();
  private List<Multiaddr> listening = List.of();

  Peers(PeerId self, KademliaOptions options) {
    this.self = self;
    this.key = Key.of(self);
    this.table = new RoutingTable(key, options);
    this.filter = new AddressFilter(options.getAddresses());
  }

  void listening(List<Multiaddr> addresses) {
    listening = List.copyOf(addresses);
  }

  void connected(PeerId peer, Multiaddr remote, boolean inbound) {
    connected.put(peer, new Link(remote, inbound));
  }

  void disconnected(PeerId peer) {
    connected.remove(peer);
    identified.remove(peer);
  }

  void identified(Contact contact) {
    if (connected.containsKey(contact.peer())) {
      identified.put(contact.peer(), contact);
    }
  }

  boolean isConnected(PeerId peer) {
    return connected.containsKey(peer);
  }

  /** Where our side of the connection sees the peer, or {@code null}. */
  Multiaddr remote(PeerId peer) {
    Link link = connected.get(peer);
    return link == null ? null : link.remote;
  }

  /** Ourselves, with the addresses that somebody at {@code remoteOrNull} can use. */
  Contact self(Multiaddr remoteOrNull) {
    return new Contact(self, filter.keep(listening, remoteOrNull));
  }

  /** A peer by name as somebody at that place may be told of it; {@code null} when we know no address. */
  Contact find(PeerId peer, Multiaddr remoteOrNull) {
    Contact contact = peer.equals(self) ? self(remoteOrNull) : identified.get(peer);
    if (contact == null || contact.addresses().isEmpty()) {
      contact = table.find(peer);
    }
    return contact == null ? null : usable(contact, remoteOrNull);
  }

  /** With the addresses that somebody at that place can use; {@code null} without any. */
  private Contact usable(Contact contact, Multiaddr remoteOrNull) {
    List<Multiaddr> kept = filter.keep(contact.addresses(), remoteOrNull);
    if (kept.size() == contact.addresses().size()) {
      return kept.isEmpty() ? null : contact;
    }
    return kept.isEmpty() ? null : new Contact(contact.peer(), kept);
  }

  /** The nearest in the table as somebody at that place, who is left out, may be told of them. */
  List<Contact> closest(Key target, int count, PeerId asker, Multiaddr remoteOrNull) {
    List<Contact> usable = new ArrayList<>(count);
    for (Contact contact : table.closest(target, count, asker)) {
      Contact told = usable(contact, remoteOrNull);
      if (told != null) {
        usable.add(told);
      }
    }
    return usable;
  }

  /**
   * Whether others can reach us, as far as can be known without asking them: we listen, and either have a public
   * address, or somebody of the public network came to us, or nobody we know is in the public network.
   */
  boolean isDialable() {
    boolean reached = connected.isEmpty() || listening.stream().anyMatch(Peers::isPublic);
    boolean publicPeers = false;
    for (Link link : connected.values()) {
      boolean isPublic = isPublic(link.remote);
      publicPeers |= isPublic;
      reached |= isPublic && link.inbound;
    }
    return !listening.isEmpty() && (reached || !publicPeers);
  }

  private static boolean isPublic(Multiaddr address) {
    return AddressFilter.scope(address) == AddressFilter.Scope.PUBLIC;
  }
}
