package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in the mesh, and the control messages about it. */
class MeshTest {

  private Rig rig = new Rig();

  private List<PeerId> join(int first, int last, String... topics) {
    List<PeerId> peers = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      peers.add(rig.join(number, topics));
    }
    return peers;
  }

  private static int grafts(RpcProto.Rpc rpc) {
    return rpc.getControl().getGraftCount();
  }

  private static List<RpcProto.Prune> prunes(RpcProto.Rpc rpc) {
    return rpc.getControl().getPruneList();
  }

  @Test
  void aPeerThatSubscribesIsGraftedAtOnceWhileTheMeshIsSmall() {
    rig.subscribe(TOPIC);
    for (PeerId peer : join(1, 5, TOPIC)) {
      RpcProto.Rpc sent = rig.sum(peer);
      assertTrue(rig.isInMesh(peer, TOPIC));
      assertEquals(1, grafts(sent));
      assertEquals(1, sent.getSubscriptionsCount());
    }
    PeerId sixth = rig.join(6, TOPIC);
    assertFalse(rig.isInMesh(sixth, TOPIC));
    assertEquals(0, grafts(rig.sum(sixth)));
  }

  @Test
  void joiningATopicGraftsUpToD() {
    List<PeerId> peers = join(1, 20, TOPIC);
    rig.forgetSent();
    rig.subscribe(TOPIC);
    assertEquals(6, rig.machine.mesh(TOPIC).size());
    assertEquals(6, peers.stream().mapToInt(peer -> grafts(rig.sum(peer))).sum());
  }

  @Test
  void aPeerThatUnsubscribesOrLeavesIsNoLongerInTheMesh() {
    rig.subscribe(TOPIC);
    List<PeerId> peers = join(1, 2, TOPIC);
    rig.send(peers.get(0), TestPeers.subscribe(false, TOPIC));
    assertEquals(List.of(peers.get(1)), rig.machine.mesh(TOPIC));
    assertEquals(List.of(peers.get(1)), rig.machine.peers(TOPIC));
    rig.leave(peers.get(1));
    assertEquals(List.of(), rig.machine.mesh(TOPIC));
    assertEquals(List.of(), rig.machine.peers(TOPIC));
  }

  @Test
  void theHeartbeatFillsAMeshThatIsTooSmall() {
    join(1, 20, TOPIC);
    rig.subscribe(TOPIC);
    rig.pass(Duration.ofMillis(100));
    rig.machine.mesh(TOPIC).subList(0, 3).forEach(rig::leave);
    assertEquals(3, rig.machine.mesh(TOPIC).size());
    rig.heartbeats(1);
    assertEquals(6, rig.machine.mesh(TOPIC).size());
  }

  @Test
  void theHeartbeatCutsAMeshThatIsTooLarge() {
    rig.subscribe(TOPIC);
    List<PeerId> peers = new ArrayList<>();
    for (int number = 1; number <= 20; number++) {
      PeerId peer = TestPeers.peer(number);
      rig.machine.onConnected(rig.now, peer, true); // dialled by us, so that its GRAFT is always taken
      rig.machine.onInbound(peer, rig.protocol);
      rig.drain();
      rig.send(peer, TestPeers.graft(TOPIC));
      peers.add(peer);
    }
    assertEquals(20, rig.machine.mesh(TOPIC).size());
    rig.forgetSent();
    rig.heartbeats(1);
    assertEquals(6, rig.machine.mesh(TOPIC).size());
    for (PeerId peer : peers) {
      List<RpcProto.Prune> prunes = prunes(rig.sum(peer));
      assertEquals(rig.isInMesh(peer, TOPIC) ? 0 : 1, prunes.size());
      assertTrue(prunes.stream().allMatch(prune -> prune.getBackoff() == 60));
    }
  }

  @Test
  void aGraftBeyondDHighIsAnsweredWithPrune() {
    rig.subscribe(TOPIC);
    List<PeerId> peers = join(1, 13);
    peers.forEach(peer -> rig.send(peer, TestPeers.graft(TOPIC)));
    assertEquals(12, rig.machine.mesh(TOPIC).size());
    assertEquals(60, prunes(rig.sum(peers.get(12))).get(0).getBackoff());
    assertEquals(0, rig.machine.count(Counter.OFFENCE), "it could not know");
  }

  @Test
  void aGraftCountsAsSubscription() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1);
    rig.send(peer, TestPeers.graft(TOPIC));
    assertEquals(List.of(peer), rig.machine.peers(TOPIC));
    assertTrue(rig.isInMesh(peer, TOPIC));
  }

  /** SEC-33 (CVE-2026-95859) and SEC-35, "GRAFT unknown topic". */
  @Test
  void graftsForTopicsOfThePeersInventionLeaveNothingBehindAndGetNoAnswer() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1);
    rig.forgetSent();
    for (int i = 0; i < 10_000; i++) {
      rig.send(peer, TestPeers.graft("invented-" + i));
    }
    rig.send(peer, TestPeers.prune("invented", 60));
    assertEquals(List.of(), rig.machine.peers("invented-1"));
    assertEquals(List.of(), rig.sent(peer));
  }

  @Test
  void aPrunedPeerIsNotGraftedBeforeItsBackoffEnds() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.prune(TOPIC, 30));
    rig.forgetSent();
    rig.send(peer, TestPeers.subscribe(true, TOPIC));
    rig.heartbeats(31); // one of slack
    assertEquals(0, grafts(rig.sum(peer)));
    rig.heartbeats(1);
    assertEquals(1, grafts(rig.sum(peer)));
    assertTrue(rig.isInMesh(peer, TOPIC));
  }

  @Test
  void aPruneWithoutBackoffCountsAsAMinute() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.control(RpcProto.Control.newBuilder()
        .addPrune(RpcProto.Prune.newBuilder().setTopicId(TOPIC))));
    rig.forgetSent();
    rig.heartbeats(60);
    assertEquals(0, grafts(rig.sum(peer)));
    rig.heartbeats(3);
    assertEquals(1, grafts(rig.sum(peer)));
  }

  @Test
  void theBackoffOutlastsAReconnect() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.prune(TOPIC, 60));
    rig.leave(peer);
    rig.forgetSent();
    rig.join(1, TOPIC);
    rig.heartbeats(2);
    assertEquals(0, grafts(rig.sum(peer)));
  }

  /** SEC-30 (CVE-2026-33040, CVE-2026-34219). */
  @ParameterizedTest
  @ValueSource(longs = {1, 1L << 31, Long.MAX_VALUE / 1_000_000_000L, Long.MAX_VALUE - 2, Long.MAX_VALUE, -1, -2})
  void noBackoffIsLongerThanAnHourWhateverThePeerSends(long seconds) {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.prune(TOPIC, seconds));
    assertFalse(rig.isInMesh(peer, TOPIC));
    rig.heartbeats(200);
    rig.pass(Duration.ofHours(1));
    rig.heartbeats(3);
    assertTrue(rig.isInMesh(peer, TOPIC));
  }

  @Test
  void aGraftWithinTheBackoffIsAnOffenceAndRenewsTheBackoff() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.prune(TOPIC, 60));
    rig.heartbeats(40);
    rig.forgetSent();
    rig.send(peer, TestPeers.graft(TOPIC));
    assertFalse(rig.isInMesh(peer, TOPIC));
    assertEquals(1, rig.machine.count(Counter.OFFENCE));
    assertEquals(60, prunes(rig.sum(peer)).get(0).getBackoff());
    rig.heartbeats(40);
    assertFalse(rig.isInMesh(peer, TOPIC), "the first backoff is over, the second is not");
    rig.heartbeats(23);
    assertTrue(rig.isInMesh(peer, TOPIC));
  }

  /** SEC-35, "GRAFT in backoff". */
  @Test
  void aFloodOfGraftsCountsDoubleAndCostsOnePruneEach() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.prune(TOPIC, 60));
    rig.forgetSent();
    rig.blocked.add(peer);
    for (int i = 0; i < 1000; i++) {
      rig.send(peer, TestPeers.graft(TOPIC));
    }
    assertEquals(2000, rig.machine.count(Counter.OFFENCE));
    rig.unblock(peer);
    assertEquals(1, prunes(rig.sum(peer)).size(), "while it does not read, answers do not pile up");
  }

  @Test
  void leavingATopicPrunesWithAShortBackoff() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.forgetSent();
    rig.unsubscribe(TOPIC);
    RpcProto.Rpc sent = rig.sum(peer);
    assertEquals(TestPeers.subscribe(false, TOPIC).getSubscriptionsList(), sent.getSubscriptionsList());
    assertEquals(10, prunes(sent).get(0).getBackoff());
    assertEquals(List.of(), rig.machine.topics());
  }

  /** SEC-36: our own subscribe() must not graft within a backoff either. */
  @Test
  void whoComesBackToATopicWaitsForTheBackoffOfLeaving() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.unsubscribe(TOPIC);
    rig.forgetSent();
    rig.subscribe(TOPIC);
    rig.heartbeats(9);
    assertEquals(0, grafts(rig.sum(peer)));
    rig.heartbeats(4);
    assertEquals(1, grafts(rig.sum(peer)));
  }

  @Test
  void peersOfGossipsub10GetNoBackoff() {
    rig.protocol = "/meshsub/1.0.0";
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.unsubscribe(TOPIC);
    assertFalse(prunes(rig.sum(peer)).get(0).hasBackoff());
  }

  @Test
  void peersOfFloodsubAreInNoMeshAndGetEverything() {
    rig = new Rig(new GossipsubOptions().setFloodsub(true).setFloodPublish(false));
    assertEquals(List.of("/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0"), rig.machine.protocols());
    rig.subscribe(TOPIC);
    rig.protocol = "/floodsub/1.0.0";
    PeerId flood = rig.join(1, TOPIC);
    rig.protocol = "/meshsub/1.1.0";
    PeerId other = rig.join(2, TOPIC);
    assertFalse(rig.isInMesh(flood, TOPIC));
    rig.forgetSent();
    assertEquals(List.of(other, flood), rig.publish(TOPIC, "ours").peers());
    rig.send(other, TestPeers.publish(TestPeers.message(other, 1, TOPIC, "theirs")));
    assertEquals(2, rig.sum(flood).getPublishCount());
    rig.send(flood, TestPeers.graft(TOPIC));
    assertFalse(rig.isInMesh(flood, TOPIC));
  }

  @Test
  void aPeerCanHaveOnlySoManyTopics() {
    rig = new Rig(new GossipsubOptions().setLimits(new GossipsubLimits().setMaxTopicsPerPeer(3)));
    PeerId peer = rig.join(1, "a", "b", "c", "d");
    assertEquals(List.of(peer), rig.machine.peers("c"));
    assertEquals(List.of(), rig.machine.peers("d"));
    assertEquals(1, rig.machine.count(Counter.SURPLUS));
    rig.send(peer, TestPeers.subscribe(false, "a"));
    rig.send(peer, TestPeers.subscribe(true, "d"));
    assertEquals(List.of(peer), rig.machine.peers("d"));
    rig.subscribe("e");
    rig.send(peer, TestPeers.graft("e"));
    assertEquals(List.of(), rig.machine.mesh("e"), "a GRAFT does not get around the limit");
  }
}
