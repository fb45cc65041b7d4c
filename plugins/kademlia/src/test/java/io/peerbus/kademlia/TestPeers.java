package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Peers without real keys, each at a public address of its own. */
final class TestPeers {

  private TestPeers() {}

  /** A peer id that contains its key, as those of Ed25519 do. */
  static PeerId peer(int number) {
    // As mixed as real ones: their hash codes are to differ.
    return PeerId.ofPublicKey(ByteBuffer.allocate(36).putInt(0x08011220).putInt(number)
        .putLong(number * 0x9e3779b97f4a7c15L).array());
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

  /** A random key that has exactly {@code prefix} leading bits in common with another one. */
  static Key randomAt(Key self, int prefix, RandomGenerator random) {
    BigInteger number = new BigInteger(1, self.toBytes());
    byte[] noise = new byte[32];
    random.nextBytes(noise);
    int below = Key.BITS - 1 - prefix;
    BigInteger mask = BigInteger.ONE.shiftLeft(below).subtract(BigInteger.ONE);
    BigInteger other = number.flipBit(below).andNot(mask).or(new BigInteger(1, noise).and(mask));
    byte[] digest = new byte[33];
    byte[] bytes = other.toByteArray();
    System.arraycopy(bytes, 0, digest, 33 - bytes.length, bytes.length);
    return Key.ofDigest(Arrays.copyOfRange(digest, 1, 33));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
