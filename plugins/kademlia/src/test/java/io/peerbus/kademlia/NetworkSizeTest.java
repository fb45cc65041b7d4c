package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkSizeTest {

  private static final int K = 20;
  private static final int SERVERS = 5000;

  private record Server(int number, Key key) {}

  private final SplittableRandom random = new SplittableRandom(7);
  private final List<Server> servers =
      IntStream.range(1, SERVERS + 1).mapToObj(i -> new Server(i, TestPeers.key(i))).toList();
  private final NetworkSize size = new NetworkSize(K);

  private Key somewhere() {
    return Key.of(Long.toString(random.nextLong()).getBytes());
  }

  private static List<Contact> nearest(List<Server> servers, Key target, int count) {
    return servers.stream().sorted(Comparator.comparing(Server::key, target.byDistance())).limit(count)
        .map(server -> TestPeers.contact(server.number)).toList();
  }

  @Test
  void theNearestOfRandomPlacesTellHowManyThereAre() {
    for (int i = 0; i < 3; i++) {
      size.learn(somewhere(), nearest(servers, somewhere(), K - 1));
    }
    for (int i = 0; i < 3; i++) {
      Key target = somewhere();
      size.learn(target, nearest(servers, target, K));
      assertEquals(0, size.estimate(), "too few to say");
    }
    for (int i = 0; i < 10; i++) {
      Key target = somewhere();
      size.learn(target, nearest(servers, target, K));
    }
    assertTrue(size.estimate() > 0.7 * SERVERS && size.estimate() < 1.4 * SERVERS, size.estimate() + " servers");
    assertTrue(size.prefix() == 7 || size.prefix() == 8, size.prefix() + " bits");
  }

  @Test
  void aCrowdIsSeenAndChanceIsNotTakenForOne() {
    assertFalse(size.isCrowded(somewhere(), nearest(servers, somewhere(), K)), "how many there are is not known");
    for (int i = 0; i < 16; i++) {
      Key target = somewhere();
      size.learn(target, nearest(servers, target, K));
    }
    int crowded = 0;
    for (int i = 0; i < 200; i++) {
      Key target = somewhere();
      crowded += size.isCrowded(target, nearest(servers, target, K)) ? 1 : 0;
    }
    assertTrue(crowded <= 2, crowded + " of 200 times");
    Key target = somewhere();
    List<Server> made = IntStream.range(1_000_000, 1_600_000).mapToObj(i -> new Server(i, TestPeers.key(i))).toList();
    assertTrue(size.isCrowded(target, nearest(made, target, K)));
  }

  @Test
  void distanceIsAPartOfTheSpaceAndAPreimageIsWhereItIsWanted() {
    Key zero = Key.ofDigest(new byte[32]);
    byte[] half = new byte[32];
    half[0] = (byte) 0x80;
    assertEquals(0.5, zero.distance(Key.ofDigest(half)));
    assertEquals(0, zero.distance(zero));
    byte[] low = new byte[32];
    low[15] = 1;
    assertEquals(0x1p-128, zero.distance(Key.ofDigest(low)), 0x1p-128);
    Key target = somewhere();
    for (int prefix = 0; prefix < 10; prefix++) {
      assertEquals(prefix, target.commonPrefix(Key.of(target.preimageBeside(prefix, random))));
    }
    assertArrayEquals(target.preimageBeside(3, new SplittableRandom(1)),
        target.preimageBeside(3, new SplittableRandom(1)));
  }
}
