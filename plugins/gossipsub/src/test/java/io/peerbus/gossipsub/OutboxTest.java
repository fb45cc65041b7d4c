package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private final PeerId peer = TestPeers.peer(1);
  private final Queue<PeerId> announced = new ArrayDeque<>();
  private final GossipsubLimits limits = new GossipsubLimits();
  private final Outbox outbox = new Outbox(peer, limits, announced);

  private static Message message(int dataLength) {
    return Message.draft(peerBytes(), TestPeers.seqno(1), "t", new byte[dataLength]);
  }

  private static byte[] peerBytes() {
    return TestPeers.peer(2).toBytes();
  }

  private List<RpcProto.Rpc> all() {
    List<RpcProto.Rpc> rpcs = new ArrayList<>();
    for (byte[] frame = outbox.next(0); frame != null; frame = outbox.next(0)) {
      rpcs.add(Frames.open(frame));
    }
    return rpcs;
  }

  private static RpcProto.Rpc sum(List<RpcProto.Rpc> rpcs) {
    RpcProto.Rpc.Builder sum = RpcProto.Rpc.newBuilder();
    rpcs.forEach(sum::mergeFrom);
    return sum.build();
  }

  @Test
  void aNewStreamBeginsWithAllSubscriptions() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of("a", "b"));
    assertEquals(List.of(TestPeers.subscribe(true, "a", "b")), all());
  }

  @Test
  void withoutSubscriptionsThereIsNoHello() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    assertEquals(List.of(), all());
  }

  @Test
  void controlAndMessagesShareOneRpc() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of("t"));
    outbox.message(message(5));
    outbox.graft("t");
    List<RpcProto.Rpc> rpcs = all();
    assertEquals(1, rpcs.size());
    assertEquals(1, rpcs.get(0).getSubscriptionsCount());
    assertEquals(1, rpcs.get(0).getPublishCount());
    assertEquals(1, rpcs.get(0).getControl().getGraftCount());
  }

  @Test
  void theOwnerIsToldOnceUntilItHasTakenAll() {
    outbox.message(message(1));
    assertTrue(announced.isEmpty(), "there is no stream yet");
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    outbox.message(message(1));
    outbox.graft("t");
    assertEquals(1, announced.size());
    announced.clear();
    assertEquals(1, all().size());
    outbox.message(message(1));
    assertEquals(1, announced.size());
  }

  @Test
  void rpcsStayBelow64KiB() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    IntStream.range(0, 100).forEach(i -> assertTrue(outbox.message(message(i * 600))));
    List<RpcProto.Rpc> rpcs = all(); // Frames.open checks each
    assertEquals(100, sum(rpcs).getPublishCount());
    assertTrue(rpcs.size() > 40 && rpcs.size() < 100, rpcs.size() + " rpcs");
  }

  @Test
  void aMessageThatIsLargerThanAnRpcGoesAlone() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of("t"));
    outbox.message(message(100_000));
    outbox.message(message(1));
    outbox.graft("t");
    List<RpcProto.Rpc> rpcs = all();
    assertEquals(3, rpcs.size());
    assertEquals(1, rpcs.get(0).getSubscriptionsCount());
    assertEquals(0, rpcs.get(0).getPublishCount());
    assertEquals(100_000, rpcs.get(1).getPublish(0).getData().size());
    assertEquals(1, rpcs.get(2).getPublish(0).getData().size());
  }

  @Test
  void smallMessagesAreAtMost500InAnRpc() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    IntStream.range(0, 1200).forEach(i -> outbox.message(message(1)));
    assertEquals(List.of(500, 500, 200), all().stream().map(RpcProto.Rpc::getPublishCount).toList());
  }

  @Test
  void muchControlIsSplit() {
    List<String> topics = IntStream.range(0, 2000).mapToObj(i -> "topic-number-" + i).toList();
    List<MessageId> ids = IntStream.range(0, 3000).mapToObj(i -> TestPeers.id(peer, i)).toList();
    outbox.open(PeerKind.GOSSIPSUB_1_1, topics);
    topics.forEach(outbox::graft);
    outbox.ihave("t", ids);
    outbox.iwant(ids);
    RpcProto.Rpc sum = sum(all());
    assertEquals(topics, sum.getSubscriptionsList().stream().map(RpcProto.Rpc.SubOpts::getTopicId).toList());
    assertEquals(2000, sum.getControl().getGraftCount());
    assertEquals(3000, sum.getControl().getIhaveList().stream().mapToInt(RpcProto.IHave::getMessageIdsCount).sum());
    assertEquals(3000, sum.getControl().getIwantList().stream().mapToInt(RpcProto.IWant::getMessageIdsCount).sum());
    assertEquals(0, outbox.size());
  }

  @Test
  void ofWhatContradictsOnlyTheLastIsSent() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    outbox.graft("a");
    outbox.prune("a", 60);
    outbox.prune("b", 60);
    outbox.graft("b");
    outbox.subscription("c", true);
    outbox.subscription("c", false);
    RpcProto.Rpc rpc = sum(all());
    assertEquals(TestPeers.prune("a", 60).getControl().getPruneList(), rpc.getControl().getPruneList());
    assertEquals(TestPeers.graft("b").getControl().getGraftList(), rpc.getControl().getGraftList());
    assertEquals(TestPeers.subscribe(false, "c").getSubscriptionsList(), rpc.getSubscriptionsList());
  }

  @Test
  void whatDoesNotFitTheQueueIsDroppedAndCounted() {
    limits.setMaxQueueMessages(3);
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    assertEquals(3, IntStream.range(0, 5).filter(i -> outbox.message(message(1))).count());
    assertEquals(2, outbox.takeDropped());
    assertEquals(0, outbox.takeDropped());
    limits.setMaxQueueMessages(1000).setMaxQueueBytes(1 << 16);
    all();
    assertEquals(6, IntStream.range(0, 8).filter(i -> outbox.message(message(10_000))).count());
    assertEquals(2, outbox.takeDropped());
    assertEquals(6, sum(all()).getPublishCount());
    assertTrue(outbox.message(message(10_000)), "there is room again");
  }

  @Test
  void gossipsub10KnowsNoBackoffAndFloodsubNoControl() {
    outbox.open(PeerKind.GOSSIPSUB_1_0, List.of());
    outbox.prune("a", 60);
    assertFalse(sum(all()).getControl().getPrune(0).hasBackoff());
    outbox.open(PeerKind.FLOODSUB, List.of("t"));
    outbox.prune("a", 60);
    outbox.graft("b");
    outbox.ihave("t", List.of(TestPeers.id(peer, 1)));
    outbox.iwant(List.of(TestPeers.id(peer, 1)));
    outbox.message(message(1));
    RpcProto.Rpc rpc = sum(all());
    assertFalse(rpc.hasControl());
    assertEquals(1, rpc.getSubscriptionsCount());
    assertEquals(1, rpc.getPublishCount());
    assertEquals(0, outbox.size());
  }

  @Test
  void aClosedStreamTakesEverythingWithIt() {
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of("t"));
    outbox.graft("a");
    outbox.message(message(1));
    outbox.close();
    assertNull(outbox.next(0));
    assertEquals(0, outbox.size());
  }

  @Test
  void messagesToPacedPeersWaitForTheirSecond() {
    outbox.setPaced(true, 10);
    outbox.open(PeerKind.GOSSIPSUB_1_1, List.of());
    IntStream.range(0, 25).forEach(i -> outbox.message(message(1)));
    assertEquals(10, sum(all()).getPublishCount());
    assertTrue(outbox.isPaced());
    outbox.graft("t");
    announced.clear();
    assertEquals(1, sum(all()).getControl().getGraftCount(), "control does not wait");
    long later = outbox.pacedUntil();
    assertTrue(later >= 1_000_000_000L);
    assertEquals(10, Frames.open(outbox.next(later)).getPublishCount());
    assertNull(outbox.next(later));
    assertEquals(5, Frames.open(outbox.next(outbox.pacedUntil())).getPublishCount());
    assertFalse(outbox.isPaced());
  }

  @Test
  void noSecondEverHoldsMoreThanThePace() {
    Pace pace = new Pace(10);
    List<Long> sent = new ArrayList<>();
    for (long now = 0; now < 10_000_000_000L; now += 7_000_000L) {
      if (pace.allows(now)) {
        pace.sent(now);
        sent.add(now);
      }
    }
    for (int i = 10; i < sent.size(); i++) {
      assertTrue(sent.get(i) - sent.get(i - 10) > 1_000_000_000L);
    }
    assertTrue(sent.size() > 80);
  }
}
