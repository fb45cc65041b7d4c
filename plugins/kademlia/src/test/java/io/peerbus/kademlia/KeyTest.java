package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.math.BigInteger;
import java.security.MessageDigest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyTest {

  private static BigInteger number(Key key) {
    return new BigInteger(1, key.toBytes());
  }

  @Test
  void aKeyIsTheSha256OfWhatTheMessageCarries() throws Exception {
    byte[] preimage = TestPeers.utf8("py-libp2p kademlia example value");
    assertEquals("d73e473a858e19bcc885573012253e813b277272d238fbb0b6ca6ac0006a72d8", Key.of(preimage).toString());
    PeerId peer = TestPeers.peer(1);
    assertEquals(new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(peer.toBytes())), number(Key.of(peer)));
  }

  @Property(tries = 300)
  void distanceIsXorReadAsANumber(@ForAll byte[] a, @ForAll byte[] b, @ForAll byte[] c) {
    BigInteger toB = number(Key.of(a)).xor(number(Key.of(b)));
    BigInteger toC = number(Key.of(a)).xor(number(Key.of(c)));
    assertEquals(Integer.signum(toB.compareTo(toC)),
        Integer.signum(Key.of(a).compareDistance(Key.of(b), Key.of(c))));
    assertEquals(Key.BITS - toB.bitLength(), Key.of(a).commonPrefix(Key.of(b)));
    assertEquals(Integer.signum(number(Key.of(a)).compareTo(number(Key.of(b)))),
        Integer.signum(Key.of(a).compareTo(Key.of(b))));
    assertEquals(a == b || toB.signum() == 0, Key.of(a).equals(Key.of(b)));
  }

  @Test
  void aKeyIsNearestToItself() throws FormatException {
    Key self = Key.of(new byte[] {1});
    assertEquals(Key.BITS, self.commonPrefix(self));
    assertTrue(self.byDistance().compare(self, TestPeers.key(1)) < 0);
    assertEquals(self, Key.ofDigest(self.toBytes()));
    assertEquals(self.hashCode(), Key.ofDigest(self.toBytes()).hashCode());
  }
}
