package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages of ours. */
class PublishTest {

  private Rig rig = new Rig();

  private static GossipsubOptions withoutFlood() {
    return new GossipsubOptions().setFloodPublish(false);
  }

  private List<PeerId> join(int first, int last, String... topics) {
    return IntStream.rangeClosed(first, last).mapToObj(number -> rig.join(number, topics)).toList();
  }

  @Test
  void everySubscriberGetsOurMessageWhetherThereIsAMeshOrNot() {
    List<PeerId> peers = join(1, 20, TOPIC);
    join(21, 22, "other");
    PublishResult result = rig.publish(TOPIC, "x");
    assertEquals(peers, result.peers());
    assertEquals(20, result.subscribers());
    assertNull(result.reason());
    assertEquals("x", rig.sum(peers.get(19)).getPublish(0).getData().toStringUtf8());
  }

  @Test
  void ourMessageIsSignedAndNumberedAndHasNoKey() {
    PeerId peer = rig.join(1, TOPIC);
    rig.publish(TOPIC, "x");
    RpcProto.Message sent = rig.sum(peer).getPublish(0);
    assertEquals(TestPeers.message(Rig.SELF, 1_700_000_000_000_000_000L, TOPIC, "x"), sent);
  }

  @Test
  void anAuthorWhoseIdDoesNotContainTheKeyAttachesIt() {
    byte[] key = new byte[300];
    Identity rsa = new Identity(PeerId.ofPublicKey(key), key);
    assertArrayEquals(key, rsa.keyToAttach());
    assertNull(TestPeers.identity(1).keyToAttach());
  }

  @Test
  void ourMessagesAreNotDeliveredToOurselvesUnlessWeWantIt() {
    rig.subscribe(TOPIC);
    rig.publish(TOPIC, "x");
    assertEquals(List.of(), rig.delivered);
    rig = new Rig(new GossipsubOptions().setEmitSelf(true));
    rig.subscribe(TOPIC);
    rig.publish(TOPIC, "x");
    assertEquals(Rig.SELF, rig.delivered.get(0).receivedFrom());
  }

  @Test
  void withoutSubscribersTheResultSaysWhyNobodyGotIt() {
    assertEquals("no connected peer subscribes to " + TOPIC, rig.publish(TOPIC, "x").reason());
    PeerId slow = rig.join(1, TOPIC);
    rig.blocked.add(slow);
    IntStream.range(0, rig.options.getLimits().getMaxQueueMessages()).forEach(i -> rig.publish(TOPIC, "x"));
    PublishResult result = rig.publish(TOPIC, "x");
    assertEquals(List.of(), result.peers());
    assertEquals(1, result.subscribers());
    assertEquals("none of 1 peers reads fast enough: their queues are full", result.reason());
    rig.heartbeats(1);
    assertTrue(rig.others.contains(new Action.Lagging(slow, 1)));
  }

  @Test
  void messagesLeaveInTheOrderOfTheirNumbersHoweverTheyAreSigned() {
    PeerId peer = rig.join(1, TOPIC);
    rig.holdSignatures = true;
    for (int i = 0; i < 3; i++) {
      rig.machine.publish(rig.now, i, TOPIC, TestPeers.utf8("" + i));
    }
    rig.drain();
    for (int i : new int[] {2, 0, 1}) {
      Action.Sign sign = rig.toSign.get(i);
      rig.machine.onSigned(rig.now, sign.request(), i == 1 ? null : TestPeers.sign(Rig.SELF, sign.bytes()));
      rig.drain();
    }
    assertEquals(List.of("0", "2"),
        rig.sum(peer).getPublishList().stream().map(message -> message.getData().toStringUtf8()).toList());
    assertEquals(List.of(0L, 2L), rig.published.stream().map(Action.Published::request).toList());
    assertEquals(Action.Cause.NOT_SIGNED, rig.notPublished.get(0).cause());
  }

  @Test
  void whatCannotBeSentIsRefused() {
    GossipsubLimits limits = new GossipsubLimits().setMaxPublications(2);
    rig = new Rig(new GossipsubOptions().setLimits(limits));
    rig.machine.publish(rig.now, 1, TOPIC, new byte[limits.getMaxMessageSize()]);
    rig.machine.publish(rig.now, 2, "", new byte[1]);
    rig.machine.publish(rig.now, 3, "t".repeat(2000), new byte[1]);
    rig.holdSignatures = true;
    for (int i = 4; i < 7; i++) {
      rig.machine.publish(rig.now, i, TOPIC, new byte[1]);
    }
    rig.drain();
    assertEquals(List.of(1L, 2L, 3L, 6L), rig.notPublished.stream().map(Action.NotPublished::request).toList());
    assertEquals(List.of(Action.Cause.UNFIT, Action.Cause.UNFIT, Action.Cause.UNFIT, Action.Cause.BUSY),
        rig.notPublished.stream().map(Action.NotPublished::cause).toList());
  }

  @Test
  void theLargestMessageFitsTheLimitOfAnRpc() {
    PeerId peer = rig.join(1, TOPIC);
    GossipsubLimits limits = rig.options.getLimits();
    String topic = "t".repeat(limits.getMaxTopicLength());
    rig.send(peer, TestPeers.subscribe(true, topic));
    rig.forgetSent();
    rig.publish(topic, "x".repeat(limits.getMaxMessageSize() - limits.getMaxTopicLength() - 192));
    int size = rig.sum(peer).getSerializedSize();
    assertTrue(size <= limits.getMaxMessageSize() && size > limits.getMaxMessageSize() - 100, "rpc of " + size);
  }

  @Test
  void anEmptyMessageHasNoDataField() {
    PeerId peer = rig.join(1, TOPIC);
    rig.publish(TOPIC, "");
    assertFalse(rig.sum(peer).getPublish(0).hasData());
  }

  @Test
  void theSameContentTwiceIsADuplicateWhereTheIdIsMadeOfTheContent() {
    rig = new Rig(new GossipsubOptions().setMessageId(MessageIdScheme.SHA256_DATA));
    rig.join(1, TOPIC);
    assertEquals(1, rig.publish(TOPIC, "x").peers().size());
    PublishResult again = rig.publish(TOPIC, "x");
    assertEquals(0, again.peers().size());
    assertTrue(again.reason().startsWith("a message with this id was sent within the last 120 s"));
  }

  @Test
  void withoutFloodingASubscriberPublishesToItsMesh() {
    rig = new Rig(withoutFlood());
    rig.subscribe(TOPIC);
    join(1, 20, TOPIC);
    rig.pass(Duration.ofMillis(100));
    assertEquals(new HashSet<>(rig.machine.mesh(TOPIC)), new HashSet<>(rig.publish(TOPIC, "x").peers().subList(0, 5)));
  }

  @Test
  void withoutFloodingASmallMeshIsMadeUpForByOtherSubscribers() {
    rig = new Rig(withoutFlood());
    rig.subscribe(TOPIC);
    List<PeerId> peers = join(1, 3, TOPIC);
    peers.forEach(peer -> rig.send(peer, TestPeers.prune(TOPIC, 60)));
    assertEquals(List.of(), rig.machine.mesh(TOPIC));
    assertEquals(new HashSet<>(peers), new HashSet<>(rig.publish(TOPIC, "x").peers()));
  }

  @Test
  void withoutSubscriptionTheFanoutStaysTheSameForAMinute() {
    rig = new Rig(withoutFlood());
    join(1, 30, TOPIC);
    List<PeerId> fanout = rig.publish(TOPIC, "1").peers();
    assertEquals(6, fanout.size());
    rig.pass(Duration.ofSeconds(59));
    assertEquals(fanout, rig.publish(TOPIC, "2").peers());
    rig.pass(Duration.ofSeconds(59));
    assertEquals(fanout, rig.publish(TOPIC, "3").peers(), "each publication begins the minute anew");
    rig.pass(Duration.ofSeconds(62));
    assertFalse(fanout.equals(rig.publish(TOPIC, "4").peers()), "six others of thirty, most likely");
  }

  @Test
  void aFanoutPeerThatLeavesIsReplaced() {
    rig = new Rig(withoutFlood());
    join(1, 30, TOPIC);
    List<PeerId> fanout = rig.publish(TOPIC, "1").peers();
    rig.leave(fanout.get(0));
    rig.send(fanout.get(1), TestPeers.subscribe(false, TOPIC));
    rig.heartbeats(1);
    List<PeerId> later = rig.publish(TOPIC, "2").peers();
    assertEquals(6, later.size());
    assertFalse(later.contains(fanout.get(0)) || later.contains(fanout.get(1)));
    assertTrue(later.containsAll(fanout.subList(2, 6)));
  }

  @Test
  void theFanoutBecomesTheMeshWhenWeSubscribe() {
    rig = new Rig(withoutFlood());
    join(1, 30, TOPIC);
    List<PeerId> fanout = rig.publish(TOPIC, "1").peers();
    rig.subscribe(TOPIC);
    assertEquals(new HashSet<>(fanout), new HashSet<>(rig.machine.mesh(TOPIC)));
  }

  @Test
  void messagesOfTheFanoutAreOfferedToTheOthers() {
    rig = new Rig(withoutFlood());
    List<PeerId> peers = join(1, 12, TOPIC);
    List<PeerId> fanout = rig.publish(TOPIC, "1").peers();
    rig.forgetSent();
    rig.heartbeats(1);
    for (PeerId peer : peers) {
      assertEquals(fanout.contains(peer) ? 0 : 1, rig.sum(peer).getControl().getIhaveCount());
    }
  }

  @Test
  void messagesToPyAreAtMostTenASecond() {
    PeerId py = rig.join(1, "py-libp2p", new String[] {TOPIC});
    rig.forgetSent();
    IntStream.range(0, 35).forEach(i -> rig.publish(TOPIC, "" + i));
    assertEquals(10, rig.sum(py).getPublishCount());
    rig.pass(Duration.ofMillis(1200));
    assertEquals(10, rig.sum(py).getPublishCount());
    rig.pass(Duration.ofMillis(2300));
    List<RpcProto.Message> rest = rig.sum(py).getPublishList();
    assertEquals(15, rest.size());
    assertEquals("34", rest.get(14).getData().toString(StandardCharsets.UTF_8));
  }
}
