package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has a content, as it is stored. Times are milliseconds since 1970.
 *
 * @param addressesUntil after that time only the id is told: peers move more often than they forget what they have
 */
record Provider(Key content, Contact contact, long receivedAt, long addressesUntil, long expiresAt) {

  /** Where it is stored: the content's key and the peer's id. */
  byte[] storageKey() {
    return storageKey(content, contact.peer());
  }

  static byte[] storageKey(Key content, PeerId peer) {
    byte[] id = peer.toBytes();
    return ByteBuffer.allocate(Key.BITS / 8 + id.length).put(content.toBytes()).put(id).array();
  }

  byte[] toBytes() {
    List<byte[]> addresses = contact.addresses().stream().map(Multiaddr::toBytes).toList();
    byte[] peer = contact.peer().toBytes();
    int size = addresses.stream().mapToInt(address -> Integer.BYTES + address.length).sum();
    ByteBuffer out = Sealed.open(Key.BITS / 8 + 3 * Long.BYTES + 2 * Integer.BYTES + peer.length + size);
    out.put(content.toBytes()).putLong(receivedAt).putLong(addressesUntil).putLong(expiresAt);
    Sealed.put(out, peer);
    out.putInt(addresses.size());
    addresses.forEach(address -> Sealed.put(out, address));
    return Sealed.seal(out);
  }

  /** {@code null} when the bytes are damaged. */
  static Provider of(byte[] stored) {
    return Sealed.read(stored, Provider::read);
  }

  private static Provider read(ByteBuffer in) throws FormatException {
    byte[] digest = new byte[Key.BITS / 8];
    in.get(digest);
    long receivedAt = in.getLong();
    long addressesUntil = in.getLong();
    long expiresAt = in.getLong();
    PeerId peer = PeerId.of(Sealed.take(in));
    List<Multiaddr> addresses = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      addresses.add(Multiaddr.of(Sealed.take(in)));
    }
    return new Provider(Key.ofDigest(digest), new Contact(peer, addresses), receivedAt, addressesUntil, expiresAt);
  }
}
