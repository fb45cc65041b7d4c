package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When streams are opened, and what is left of a peer that goes. */
class LinksTest {

  private static final PeerId PEER = TestPeers.peer(1);
  private static final Action OPEN = new Action.Open(PEER);

  private final Rig rig = new Rig();

  private void connect() {
    rig.closed.add(PEER);
    rig.machine.onConnected(rig.now, PEER, true);
    rig.drain();
  }

  private void identify(String... protocols) {
    rig.machine.onIdentified(PEER, List.of(protocols), "test");
    rig.drain();
  }

  private long opens() {
    return rig.others.stream().filter(OPEN::equals).count();
  }

  @Test
  void aStreamIsOpenedWhenIdentifySaysThatThePeerSpeaksOurProtocol() {
    connect();
    assertEquals(0, opens());
    identify("/ipfs/id/1.0.0", "/meshsub/1.0.0");
    identify("/ipfs/id/1.0.0", "/meshsub/1.0.0");
    assertEquals(1, opens());
  }

  @Test
  void noStreamIsOpenedToAPeerThatDoesNotSpeakIt() {
    connect();
    identify("/ipfs/id/1.0.0");
    rig.pass(Duration.ofMinutes(5));
    assertEquals(0, opens());
    identify("/ipfs/id/1.0.0", "/meshsub/1.1.0"); // it was deployed there meanwhile
    assertEquals(1, opens());
  }

  @Test
  void aStreamIsOpenedWhenThePeerOpensOne() {
    rig.closed.add(PEER);
    rig.machine.onInbound(PEER, "/meshsub/1.1.0");
    rig.drain();
    assertEquals(1, opens());
  }

  @Test
  void aStreamIsTriedWhenNobodySaysAnythingForAWhile() {
    connect();
    rig.pass(Duration.ofMillis(2900));
    assertEquals(0, opens());
    rig.pass(Duration.ofMillis(200));
    assertEquals(1, opens());
  }

  @Test
  void anUnsupportedPeerIsLeftAloneUntilItShowsOtherwise() {
    connect();
    identify("/meshsub/1.1.0");
    rig.machine.onOpenFailed(rig.now, PEER, true);
    rig.pass(Duration.ofMinutes(5));
    assertEquals(1, opens());
    rig.machine.onInbound(PEER, "/meshsub/1.1.0");
    rig.drain();
    assertEquals(2, opens());
  }

  @Test
  void aStreamThatFailsIsOpenedAgainAfterPausesThatDouble() {
    connect();
    identify("/meshsub/1.1.0");
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      long before = opens();
      long failedAt = rig.now;
      rig.machine.onOpenFailed(rig.now, PEER, false);
      rig.drain();
      while (opens() == before) {
        rig.pass(Duration.ofMillis(500));
      }
      pauses.add((rig.now - failedAt) / 1_000_000_000L);
    }
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L), pauses);
  }

  @Test
  void identifyDoesNotShortenAPause() {
    connect();
    identify("/meshsub/1.1.0");
    rig.machine.onOpenFailed(rig.now, PEER, false);
    identify("/meshsub/1.1.0");
    assertEquals(1, opens());
  }

  @Test
  void aStreamThatLivedLongIsOpenedAgainSoon() {
    connect();
    identify("/meshsub/1.1.0");
    for (int i = 0; i < 4; i++) {
      rig.machine.onOpened(rig.now, PEER, "/meshsub/1.1.0");
      rig.pass(Duration.ofMinutes(2));
      long before = opens();
      rig.machine.onOutboundEnded(rig.now, PEER);
      rig.pass(Duration.ofMillis(1100));
      assertEquals(before + 1, opens());
    }
  }

  @Test
  void everyNewStreamBeginsWithAllSubscriptions() {
    rig.subscribe("a");
    rig.join(1, TOPIC);
    rig.subscribe("b");
    assertEquals(TestPeers.subscribe(true, "a", "b").getSubscriptionsList(),
        rig.sum(PEER).getSubscriptionsList());
    rig.machine.onOutboundEnded(rig.now, PEER);
    rig.drain();
    rig.subscribe("c");
    assertEquals(List.of(), rig.sent(PEER));
    rig.pass(Duration.ofSeconds(2));
    assertEquals(TestPeers.subscribe(true, "a", "b", "c").getSubscriptionsList(),
        rig.sum(PEER).getSubscriptionsList());
  }

  @Test
  void aPeerWhoseStreamBrokeIsGraftedAgainWhenItIsBack() {
    rig.subscribe(TOPIC);
    rig.join(1, TOPIC);
    assertTrue(rig.isInMesh(PEER, TOPIC));
    rig.machine.onOutboundEnded(rig.now, PEER);
    rig.drain();
    assertFalse(rig.isInMesh(PEER, TOPIC));
    rig.forgetSent();
    rig.pass(Duration.ofSeconds(2));
    assertTrue(rig.isInMesh(PEER, TOPIC));
    assertEquals(1, rig.sum(PEER).getControl().getGraftCount());
  }

  /** Whoever comes after us would graft at once, and be punished for our backoff. */
  @Test
  void takingLeaveUnsubscribesWithoutPruning() {
    rig.subscribe(TOPIC);
    rig.join(1, TOPIC);
    rig.forgetSent();
    rig.machine.takeLeave();
    rig.drain();
    assertEquals(TestPeers.subscribe(false, TOPIC), rig.sum(PEER));
  }

  @Test
  void aPeerThatEndsItsStreamSubscribesToNothing() {
    rig.subscribe(TOPIC);
    rig.join(1, TOPIC);
    rig.machine.onInboundEnded(PEER);
    assertEquals(List.of(), rig.machine.peers(TOPIC));
    assertEquals(List.of(), rig.machine.mesh(TOPIC));
    rig.machine.onInbound(PEER, "/meshsub/1.1.0");
    rig.send(PEER, TestPeers.subscribe(true, TOPIC));
    assertTrue(rig.isInMesh(PEER, TOPIC));
  }

  @Test
  void anEventThatComesLateDoesNotCutOffThePeersNewStream() {
    rig.subscribe(TOPIC);
    rig.machine.onInbound(PEER, "/meshsub/1.1.0"); // of the new connection
    rig.drain();
    rig.send(PEER, TestPeers.subscribe(true, TOPIC));
    rig.machine.onDisconnected(PEER); // of the old one
    rig.machine.onConnected(rig.now, PEER, false);
    rig.drain();
    assertTrue(rig.isInMesh(PEER, TOPIC));
  }

  /** SEC-31 and SEC-37: nothing is left of a peer that is gone. */
  @Test
  void nothingIsLeftOfAPeerThatIsGone() {
    rig.subscribe(TOPIC);
    String[] topics = new String[1000];
    java.util.Arrays.setAll(topics, i -> "topic-" + i);
    for (int i = 0; i < 17; i++) {
      rig.join(1, topics);
      rig.send(PEER, TestPeers.ihave(TOPIC, TestPeers.id(PEER, i)));
    }
    assertEquals(List.of(PEER), rig.machine.peers("topic-999"));
    rig.leave(PEER);
    assertEquals(List.of(), rig.machine.peers("topic-999"));
    assertNull(rig.machine.next(rig.now, PEER));
    rig.forgetSent();
    rig.pass(Duration.ofMinutes(3));
    assertEquals(List.of(), rig.sent(PEER));
    assertEquals(0, opens());
    assertTrue(rig.machine.isForgotten(PEER));
  }

  @Test
  void anAnswerForAPeerThatLeftMeanwhileIsNoHarm() {
    connect();
    identify("/meshsub/1.1.0");
    rig.machine.onDisconnected(PEER);
    rig.machine.onOpenFailed(rig.now, PEER, false);
    rig.machine.onOpenFailed(rig.now, PEER, false);
    rig.machine.onOpened(rig.now, PEER, "/meshsub/1.1.0");
    rig.machine.onOutboundEnded(rig.now, PEER);
    rig.machine.onInboundEnded(PEER);
    rig.machine.onIdentified(PEER, List.of("/meshsub/1.1.0"), "x");
    rig.pass(Duration.ofMinutes(5));
    assertEquals(1, opens());
    assertTrue(rig.machine.isForgotten(PEER));
  }

  @Test
  void aNetworksOwnProtocolIdsAreOfferedAsTheyAre() {
    Rig own = new Rig(new GossipsubOptions().setProtocols(
        List.of("/my-chat/gossipsub/1.1.0", "/my-chat/gossipsub/1.0.0")));
    assertEquals(List.of("/my-chat/gossipsub/1.1.0", "/my-chat/gossipsub/1.0.0"), own.machine.protocols());
    assertEquals(PeerKind.GOSSIPSUB_1_1, PeerKind.of("/my-chat/gossipsub/1.1.0"));
    assertEquals(PeerKind.GOSSIPSUB_1_0, PeerKind.of("/my-chat/gossipsub/1.0.0"));
    assertEquals(PeerKind.FLOODSUB, PeerKind.of("/floodsub/1.0.0"));
  }
}
