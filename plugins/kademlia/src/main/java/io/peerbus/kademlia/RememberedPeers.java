package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who was in the table when it was last looked at, those that were there longest before others: whom a node that lost
 * everybody, or was away, can ask besides those that its config names. Not thread safe.
 */
final class RememberedPeers {

  /** Enough that some are still there, few enough to ask them all. */
  static final int MOST = 50;

  private final Storage storage;
  private final Map<PeerId, Contact> peers = new LinkedHashMap<>();

  RememberedPeers(Storage storage) {
    this.storage = storage;
    storage.forEach((key, value) -> {
      Contact contact = Sealed.read(value, RememberedPeers::contact);
      if (contact != null && peers.size() < MOST) {
        peers.put(contact.peer(), contact);
      }
    });
  }

  List<Contact> all() {
    return List.copyOf(peers.values());
  }

  /** Takes their place, unless there is nobody. */
  void remember(List<RoutingTable.Row> table) {
    if (table.isEmpty()) {
      return;
    }
    Map<PeerId, Contact> before = new LinkedHashMap<>(peers);
    peers.clear();
    table.stream().sorted(Comparator.comparingLong(RoutingTable.Row::addedAt)).limit(MOST)
        .forEach(row -> peers.put(row.contact().peer(), row.contact()));
    before.keySet().stream().filter(peer -> !peers.containsKey(peer)).forEach(peer -> storage.remove(peer.toBytes()));
    peers.forEach((peer, contact) -> {
      if (!contact.equals(before.get(peer))) {
        storage.put(peer.toBytes(), bytes(contact));
      }
    });
  }

  private static byte[] bytes(Contact contact) {
    List<byte[]> fields = new ArrayList<>(List.of(contact.peer().toBytes()));
    contact.addresses().forEach(address -> fields.add(address.toBytes()));
    ByteBuffer out = Sealed.open(fields.stream().mapToInt(field -> Integer.BYTES + field.length).sum());
    fields.forEach(field -> Sealed.put(out, field));
    return Sealed.seal(out);
  }

  private static Contact contact(ByteBuffer in) throws FormatException {
    PeerId peer = PeerId.of(Sealed.take(in));
    List<Multiaddr> addresses = new ArrayList<>();
    while (in.hasRemaining()) {
      addresses.add(Multiaddr.of(Sealed.take(in)));
    }
    return new Contact(peer, addresses);
  }
}
