package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered, how long, and how much of it. */
class CachesTest {

  private static final long HOUR = 3_600_000_000_000L;
  private static final PeerId PEER = TestPeers.peer(1);

  private static MessageId id(int number) {
    return TestPeers.id(PEER, number);
  }

  private static Message message(String topic, int length) {
    return Message.draft(PEER.toBytes(), TestPeers.seqno(1), topic, new byte[length]);
  }

  @Test
  void theSeenCacheForgetsByAge() {
    SeenCache seen = new SeenCache(100, 1000);
    assertTrue(seen.add(0, id(1)));
    assertFalse(seen.add(50, id(1)));
    assertTrue(seen.add(50, id(2)));
    seen.expire(99);
    assertEquals(2, seen.size());
    seen.expire(100);
    assertFalse(seen.contains(id(1)));
    assertTrue(seen.contains(id(2)));
  }

  @Test
  void theSeenCacheForgetsTheOldestWhenItIsFull() {
    SeenCache seen = new SeenCache(HOUR, 3);
    for (int i = 0; i < 10; i++) {
      seen.add(i, id(i));
    }
    assertEquals(3, seen.size());
    assertFalse(seen.contains(id(6)));
    assertTrue(seen.contains(id(7)));
  }

  @Test
  void theMessageCacheOffersTheNewestWindowsAndKeepsTheRest() {
    MessageCache cache = new MessageCache(3, 2, 1 << 20);
    for (int i = 0; i < 5; i++) {
      cache.put(id(i), message(i == 3 ? "other" : "t", 1));
      if (i < 4) {
        cache.shift();
      }
    }
    assertEquals(List.of(id(4)), cache.gossipIds("t"));
    assertEquals(List.of(id(3)), cache.gossipIds("other"));
    assertTrue(cache.contains(id(2)));
    assertFalse(cache.contains(id(1)));
    for (int i = 0; i < 3; i++) {
      cache.shift();
    }
    assertEquals(0, cache.size());
    assertEquals(0, cache.bytes());
  }

  @Test
  void theMessageCacheIsBoundedByBytesAndDropsTheOldest() {
    MessageCache cache = new MessageCache(5, 3, 10_000);
    for (int i = 0; i < 20; i++) {
      cache.put(id(i), message("t", 1000));
      if (i % 4 == 0) {
        cache.shift();
      }
    }
    assertTrue(cache.bytes() <= 10_000, cache.bytes() + " bytes");
    assertEquals(6, cache.size());
    assertTrue(cache.contains(id(19)));
    assertFalse(cache.contains(id(13)));
    cache.put(id(100), message("t", 100_000));
    assertTrue(cache.contains(id(100)), "one is always kept");
    assertEquals(1, cache.size());
    assertEquals(List.of(id(100)), cache.gossipIds("t"));
  }

  @Test
  void theMessageCacheCountsTransmissionsByPeer() {
    MessageCache cache = new MessageCache(5, 3, 10_000);
    cache.put(id(1), message("t", 1));
    assertTrue(cache.transmit(id(1), PEER, 1) != null);
    assertNull(cache.transmit(id(1), PEER, 1));
    assertTrue(cache.transmit(id(1), TestPeers.peer(2), 1) != null);
    assertNull(cache.transmit(id(2), PEER, 1));
  }

  /** SEC-31: empty sets stayed behind in js. */
  @Test
  void aTopicWithoutSubscribersLeavesNothingBehind() {
    Subscriptions subscriptions = new Subscriptions(1000);
    PeerState peer = new PeerState(PEER, new GossipsubLimits(), new java.util.ArrayDeque<>());
    for (int i = 0; i < 5000; i++) {
      subscriptions.add(peer, "topic-" + i);
    }
    assertEquals(1000, subscriptions.size());
    subscriptions.remove(peer, "topic-0");
    subscriptions.remove(peer, "topic-0");
    assertEquals(999, subscriptions.size());
    subscriptions.removeAll(peer);
    assertEquals(0, subscriptions.size());
    assertEquals(0, peer.topics.size());
  }

  @Test
  void backoffsAreBoundedByNumberAndForgottenInTime() {
    Backoff backoff = new Backoff(HOUR, 10);
    for (int i = 0; i < 100; i++) {
      backoff.add(i, "t", TestPeers.peer(i), 1_000_000);
    }
    assertEquals(10, backoff.size());
    assertFalse(backoff.isActive(100, "t", TestPeers.peer(89)));
    assertTrue(backoff.isActive(100, "t", TestPeers.peer(90)));
    backoff.expire(1_000_090, 50);
    assertEquals(10, backoff.size());
    backoff.expire(1_000_149, 50);
    assertEquals(0, backoff.size());
  }

  @Test
  void aBackoffIsNeverMadeShorter() {
    Backoff backoff = new Backoff(HOUR, 10);
    backoff.add(0, "t", PEER, 1000);
    backoff.add(10, "t", PEER, 5);
    assertTrue(backoff.isActive(999, "t", PEER));
    assertFalse(backoff.isActive(1000, "t", PEER));
    assertTrue(backoff.isActiveSince(15, "t", PEER, 10));
    assertFalse(backoff.isActiveSince(25, "t", PEER, 10));
  }

  @Test
  void noBackoffIsLongerThanTheLongest() {
    Backoff backoff = new Backoff(HOUR, 10);
    backoff.add(5, "t", PEER, Long.MAX_VALUE);
    assertTrue(backoff.isActive(HOUR + 4, "t", PEER));
    assertFalse(backoff.isActive(HOUR + 5, "t", PEER));
    backoff.add(5, "u", PEER, Long.MIN_VALUE);
    assertFalse(backoff.isActive(5, "u", PEER));
  }

  /** SEC-30: any 64 bits may come in. */
  @Test
  void secondsFromTheWireAreClamped() {
    Backoff backoff = new Backoff(HOUR, 10);
    assertEquals(0, backoff.ofSeconds(0));
    assertEquals(1_000_000_000L, backoff.ofSeconds(1));
    assertEquals(HOUR, backoff.ofSeconds(3600));
    for (long seconds : new long[] {3601, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      assertEquals(HOUR, backoff.ofSeconds(seconds));
    }
  }
}
