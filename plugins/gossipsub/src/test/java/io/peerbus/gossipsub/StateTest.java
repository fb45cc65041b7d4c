package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One machine goes on in the place of another. */
class StateTest {

  private final Rig rig = new Rig();

  @Test
  void topicsSubscribersAndMeshGoOverAndNobodyIsTold() {
    rig.subscribe(TOPIC);
    rig.subscribe("other");
    PeerId peer = rig.join(1, TOPIC);
    PeerId outside = rig.join(2);
    rig.forgetSent();
    rig.handOver();
    assertEquals(List.of(TOPIC, "other"), rig.machine.topics());
    assertEquals(List.of(peer), rig.machine.peers(TOPIC));
    assertTrue(rig.isInMesh(peer, TOPIC));
    assertEquals(List.of(peer, outside), rig.machine.connected());
    assertTrue(rig.sent(peer).isEmpty());
    assertTrue(rig.sent(outside).isEmpty());
  }

  @Test
  void whatWasSeenIsNotDeliveredAgain() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    RpcProto.Rpc message = TestPeers.publish(TestPeers.message(peer, 1, TOPIC, "once"));
    rig.send(peer, message);
    rig.handOver();
    rig.send(peer, message);
    assertEquals(1, rig.delivered.size());
    assertEquals(1, rig.machine.count(Counter.DUPLICATE));
    assertEquals(2, rig.machine.count(Counter.RECEIVED));
    rig.pass(Duration.ofMinutes(3));
    rig.send(peer, message);
    assertEquals(2, rig.delivered.size(), "it is not kept for longer than it was to be");
  }

  @Test
  void aMessageThatIsBeingCheckedIsCheckedAnewAndDeliveredOnce() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    PeerId also = rig.join(2, TOPIC);
    PeerId other = rig.join(3, TOPIC);
    rig.forgetSent();
    rig.holdVerifications = true;
    RpcProto.Rpc message = TestPeers.publish(TestPeers.message(TestPeers.peer(9), 1, TOPIC, "slow"));
    rig.send(peer, message);
    rig.send(also, message);
    rig.leave(peer);
    rig.handOver();
    assertEquals(1, rig.held.size());
    rig.answer(rig.held.get(0));
    assertEquals(1, rig.delivered.size());
    assertEquals(peer, rig.delivered.get(0).receivedFrom());
    assertEquals(1, rig.sum(other).getPublishCount());
    assertEquals(0, rig.sum(also).getPublishCount(), "it has one");
    assertTrue(rig.machine.isForgotten(peer));
  }

  @Test
  void whatWaitsForASlowPeerGoesOver() {
    rig.subscribe(TOPIC);
    PeerId slow = rig.join(1, TOPIC);
    rig.forgetSent();
    rig.blocked.add(slow);
    rig.publish(TOPIC, "one");
    rig.subscribe("more");
    rig.handOver();
    rig.publish(TOPIC, "two");
    rig.unblock(slow);
    RpcProto.Rpc sum = rig.sum(slow);
    assertEquals(List.of("one", "two"),
        sum.getPublishList().stream().map(each -> each.getData().toStringUtf8()).toList());
    assertEquals(List.of("more"), sum.getSubscriptionsList().stream().map(RpcProto.Rpc.SubOpts::getTopicId).toList());
  }

  @Test
  void sequenceNumbersGoOnWhateverTheClockSays() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.forgetSent();
    rig.publish(TOPIC, "one");
    rig.handOver();
    rig.publish(TOPIC, "two");
    List<RpcProto.Message> sent = rig.sum(peer).getPublishList();
    assertEquals(number(sent.get(0).getSeqno()) + 1, number(sent.get(1).getSeqno()));
  }

  private static long number(ByteString seqno) {
    return ByteBuffer.wrap(seqno.toByteArray()).getLong();
  }

  @Test
  void backoffsGoOver() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.send(peer, TestPeers.prune(TOPIC, 30));
    rig.forgetSent();
    rig.handOver();
    rig.pass(Duration.ofSeconds(29));
    assertEquals(0, rig.sum(peer).getControl().getGraftCount());
    rig.pass(Duration.ofSeconds(5));
    assertEquals(1, rig.sum(peer).getControl().getGraftCount());
  }

  @Test
  void cachedMessagesAreStillToBeHadAndNoMoreOftenThanBefore() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    MessageId id = rig.publish(TOPIC, "cached").id();
    rig.forgetSent();
    for (int i = 0; i < 5; i++) {
      rig.send(peer, TestPeers.iwant(id));
      rig.handOver();
    }
    assertEquals(3, rig.sum(peer).getPublishCount());
  }

  @Test
  void aStreamThatIsBeingOpenedIsAskedForAgain() {
    rig.closed.add(TestPeers.peer(1));
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC);
    rig.publish(TOPIC, "wait");
    rig.handOver();
    assertEquals(List.of(new Action.Open(peer)), rig.others);
    rig.machine.onOpened(rig.now, peer, rig.protocol);
    rig.drain();
    RpcProto.Rpc sum = rig.sum(peer);
    assertEquals(1, sum.getSubscriptionsCount());
    assertEquals(1, sum.getPublishCount());
  }

  @Test
  void aStreamThatDidNotComeAlongHasEnded() {
    rig.subscribe(TOPIC);
    PeerId lost = rig.join(1, TOPIC);
    PeerId kept = rig.join(2, TOPIC);
    rig.handOver(lost);
    assertFalse(rig.isInMesh(lost, TOPIC));
    assertTrue(rig.isInMesh(kept, TOPIC));
    assertEquals(List.of(kept), rig.machine.peers(TOPIC));
    rig.forgetSent();
    rig.pass(Duration.ofSeconds(2));
    assertEquals(1, rig.sum(lost).getSubscriptionsCount(), "ours is opened again");
  }

  @Test
  void otherLimitsApplyToWhatIsInherited() {
    rig.subscribe(TOPIC);
    PeerId peer = rig.join(1, TOPIC, "a", "b", "c");
    PeerId slow = rig.join(2, TOPIC);
    rig.blocked.add(slow);
    rig.forgetSent();
    for (int i = 0; i < 5; i++) {
      rig.publish(TOPIC, "number " + i);
    }
    GossipsubOptions tight = new GossipsubOptions();
    tight.getLimits().setMaxTopicsPerPeer(2).setMaxSeen(1).setMaxQueueMessages(2);
    rig.handOver(tight, List.of());
    rig.unblock(slow);
    assertEquals(2, rig.sum(slow).getPublishCount());
    assertEquals(List.of(), rig.machine.peers("c"));
    rig.leave(peer);
    rig.leave(slow);
    assertTrue(rig.machine.isForgotten(peer));
  }

  @Test
  void aFanoutGoesOver() {
    Rig alone = new Rig(new GossipsubOptions().setFloodPublish(false).setD(1).setDLow(1).setDLazy(0));
    List<PeerId> peers = List.of(alone.join(1, TOPIC), alone.join(2, TOPIC), alone.join(3, TOPIC));
    alone.forgetSent();
    List<PeerId> first = alone.publish(TOPIC, "one").peers();
    alone.handOver();
    assertEquals(1, first.size());
    assertEquals(first, alone.publish(TOPIC, "two").peers(), "of " + peers);
  }

  @Test
  void aMachineWithWorkToDoDoesNotLeave() {
    rig.closed.add(TestPeers.peer(1));
    rig.machine.onConnected(rig.now, TestPeers.peer(1), false);
    rig.machine.onIdentified(TestPeers.peer(1), List.of(rig.protocol), "");
    assertThrows(IllegalStateException.class, () -> rig.machine.leave(rig.now));
  }

  @Test
  void aStateThatIsWrongIsRefused() {
    StateProto.State good = rig.machine.leave(rig.now);
    for (StateProto.State bad : List.of(
        good.toBuilder().addMesh(StateProto.PeersOf.newBuilder().setTopic("t").addPeers(0)).addTopics("t").build(),
        good.toBuilder().addPeers(StateProto.Peer.newBuilder().setId(ByteString.copyFromUtf8("no id"))).build(),
        good.toBuilder().addMessages(ByteString.copyFrom(new byte[] {7, 7, 7})).build(),
        good.toBuilder().addPending(StateProto.Pending.newBuilder().setPeer(-1)).build(),
        good.toBuilder().addPeers(StateProto.Peer.newBuilder()
            .setId(ByteString.copyFrom(TestPeers.peer(1).toBytes())).setLinkValue(77)).build())) {
      Gossipsub fresh = new Gossipsub(TestPeers.identity(0), new GossipsubOptions(), new SplittableRandom(1), 1);
      assertThrows(FormatException.class,
          () -> fresh.restore(0, bad, new Gossipsub.Streams(Set.of(), Set.of())), bad::toString);
    }
  }
}
