package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Peers without real keys, each at a public address of its own. */
final class TestPeers {

  private TestPeers() {}

  /** A peer id that contains its key, as those of Ed25519 do. */
  static PeerId peer(int number) {
    return PeerId.ofPublicKey(ByteBuffer.allocate(36).putInt(0x08011220).putInt(number).array());
  }

  static Key key(int number) {
    return Key.of(peer(number));
  }

  /** An address in a /16 that few others share. */
  static Multiaddr address(int number) {
    return Multiaddr.tcp((1 + number % 9) + "." + number / 9 % 256 + "." + number / 2304 % 256 + ".7", 4001);
  }

  static Contact contact(int number) {
    return new Contact(peer(number), List.of(address(number)));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
