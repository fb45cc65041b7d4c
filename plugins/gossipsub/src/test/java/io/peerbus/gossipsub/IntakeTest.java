package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of messages that peers send. */
class IntakeTest {

  private static final PeerId AUTHOR = TestPeers.peer(99);

  private Rig rig = new Rig();

  private RpcProto.Rpc publish(long seqno, String data) {
    return TestPeers.publish(TestPeers.message(AUTHOR, seqno, TOPIC, data));
  }

  private static RpcProto.Message forged(long seqno, String data) {
    return TestPeers.message(AUTHOR, seqno, TOPIC, data).toBuilder()
        .setSignature(ByteString.copyFrom(new byte[64])).build();
  }

  private List<String> delivered() {
    return rig.delivered.stream()
        .map(deliver -> new String(deliver.message().data(), StandardCharsets.UTF_8)).toList();
  }

  @Test
  void aMessageIsDeliveredOnceAndForwardedToTheRestOfTheMesh() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    PeerId other = rig.join(2, TOPIC);
    PeerId author = rig.join(99, TOPIC);
    rig.forgetSent();
    rig.send(source, publish(1, "x"));
    rig.send(other, publish(1, "x"));
    assertEquals(List.of("x"), delivered());
    assertEquals(source, rig.delivered.get(0).receivedFrom());
    assertEquals(AUTHOR, rig.delivered.get(0).message().author());
    assertEquals(publish(1, "x"), rig.sum(other));
    assertEquals(List.of(), rig.sent(source));
    assertEquals(List.of(), rig.sent(author));
    assertEquals(1, rig.machine.count(Counter.DUPLICATE));
  }

  @Test
  void messagesInOtherTopicsAreNeitherDeliveredNorForwarded() {
    PeerId source = rig.join(1, TOPIC);
    rig.send(source, publish(1, "x"));
    assertEquals(List.of(), delivered());
    assertEquals(1, rig.machine.count(Counter.UNWANTED));
  }

  @Test
  void whoSaysHeIsUsIsNotBelieved() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.send(source, TestPeers.publish(TestPeers.message(Rig.SELF, 1, TOPIC, "x")));
    assertEquals(List.of(), delivered());
    assertEquals(1, rig.machine.count(Counter.OWN_RETURNED));
  }

  /** SEC-34: the id of a message that was refused must not keep out the real one. */
  @Test
  void aForgedMessageDoesNotSuppressTheHonestOne() {
    rig.subscribe(TOPIC);
    PeerId forger = rig.join(1, TOPIC);
    PeerId honest = rig.join(2, TOPIC);
    rig.send(forger, TestPeers.publish(forged(1, "forged")));
    assertEquals(1, rig.machine.count(Counter.INVALID));
    rig.send(honest, publish(1, "honest"));
    assertEquals(List.of("honest"), delivered());
  }

  /** SEC-34, the race: both are being checked at the same time. */
  @Test
  void aForgedMessageThatIsBeingCheckedDoesNotSuppressTheHonestOne() {
    rig.subscribe(TOPIC);
    PeerId forger = rig.join(1, TOPIC);
    PeerId honest = rig.join(2, TOPIC);
    rig.holdVerifications = true;
    rig.send(forger, TestPeers.publish(forged(1, "forged")));
    rig.send(forger, TestPeers.ihave(TOPIC, TestPeers.id(AUTHOR, 1)));
    rig.send(honest, publish(1, "honest"));
    assertEquals(2, rig.held.size());
    rig.held.forEach(rig::answer);
    assertEquals(List.of("honest"), delivered());
  }

  @Test
  void theSameBytesAreCheckedOnceAndNotSentBackToWhoHasThem() {
    rig.subscribe(TOPIC);
    PeerId first = rig.join(1, TOPIC);
    PeerId second = rig.join(2, TOPIC);
    PeerId third = rig.join(3, TOPIC);
    rig.forgetSent();
    rig.holdVerifications = true;
    rig.send(first, publish(1, "x"));
    IntStream.range(0, 100).forEach(i -> rig.send(second, publish(1, "x")));
    assertEquals(1, rig.held.size());
    rig.answer(rig.held.get(0));
    assertEquals(List.of(), rig.sent(second));
    assertEquals(1, rig.sum(third).getPublishCount());
  }

  @Test
  void messagesOfAPeerStayInOrderInWhateverOrderTheyAreChecked() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.holdVerifications = true;
    IntStream.range(0, 10).forEach(i -> rig.send(source, publish(i, "" + i)));
    List<Action.Verify> shuffled = new ArrayList<>(rig.held);
    Collections.shuffle(shuffled, new java.util.Random(1));
    shuffled.forEach(rig::answer);
    assertEquals(IntStream.range(0, 10).mapToObj(i -> "" + i).toList(), delivered());
  }

  @Test
  void whatIsBeingCheckedWhenItsPeerLeavesStillCounts() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.holdVerifications = true;
    rig.send(source, publish(1, "x"));
    rig.leave(source);
    rig.answer(rig.held.get(0));
    assertEquals(List.of("x"), delivered());
  }

  @Test
  void whatIsBeingCheckedWhenWeLeaveTheTopicIsNotDelivered() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.holdVerifications = true;
    rig.send(source, publish(1, "x"));
    rig.unsubscribe(TOPIC);
    rig.answer(rig.held.get(0));
    assertEquals(List.of(), delivered());
  }

  @Test
  void aPeerWithTooMuchToCheckIsNotReadOnUntilSomeIsDone() {
    rig = new Rig(new GossipsubOptions().setLimits(new GossipsubLimits().setMaxPendingPerPeer(10)));
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.holdVerifications = true;
    for (int i = 0; i < 9; i++) {
      rig.send(source, publish(i, "x"));
      assertTrue(rig.machine.takesMore(source));
    }
    rig.send(source, publish(9, "x"));
    assertFalse(rig.machine.takesMore(source));
    rig.answer(rig.held.get(0));
    assertEquals(List.of(new Action.Resume(source)), rig.others);
    assertTrue(rig.machine.takesMore(source));
  }

  /** SEC-35, "invalid messages": one RPC may go beyond the limit, but not without bound. */
  @Test
  void whatAPeerCanHaveCheckedAtOnceIsBounded() {
    rig = new Rig(new GossipsubOptions().setLimits(new GossipsubLimits().setMaxPendingPerPeer(10)));
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    PeerId honest = rig.join(2, TOPIC);
    rig.holdVerifications = true;
    rig.send(source, TestPeers.publish(
        IntStream.range(0, 500).mapToObj(i -> forged(i, "x")).toArray(RpcProto.Message[]::new)));
    assertEquals(80, rig.held.size());
    assertEquals(420, rig.machine.count(Counter.OVERLOAD));
    rig.send(honest, publish(1000, "honest"));
    List.copyOf(rig.held).forEach(rig::answer);
    assertEquals(List.of("honest"), delivered());
    assertEquals(80, rig.machine.count(Counter.INVALID));
  }

  @Test
  void manyPeersTogetherCannotShutOutOneThatSendsLittle() {
    rig = new Rig(new GossipsubOptions().setLimits(new GossipsubLimits().setMaxPending(100)));
    rig.subscribe(TOPIC);
    List<PeerId> flooders = IntStream.rangeClosed(1, 2).mapToObj(i -> rig.join(i, TOPIC)).toList();
    PeerId honest = rig.join(3, TOPIC);
    rig.holdVerifications = true;
    for (int i = 0; i < 50; i++) {
      for (PeerId flooder : flooders) {
        rig.send(flooder, TestPeers.publish(forged(1000 + i, "x" + flooder)));
      }
    }
    flooders.forEach(flooder -> assertFalse(rig.machine.takesMore(flooder)));
    rig.send(honest, publish(1, "honest"));
    assertTrue(rig.machine.takesMore(honest));
    rig.answer(rig.held.get(100));
    assertEquals(List.of("honest"), delivered());
  }

  @Test
  void underStrictSignEveryFieldMustBeThere() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    RpcProto.Message good = TestPeers.message(AUTHOR, 1, TOPIC, "x");
    for (RpcProto.Message bad : List.of(good.toBuilder().clearSignature().build(), good.toBuilder().clearFrom().build(),
        good.toBuilder().clearSeqno().build(), good.toBuilder().setSeqno(ByteString.EMPTY).build(),
        good.toBuilder().setSeqno(ByteString.copyFromUtf8("1234567")).build(),
        good.toBuilder().setFrom(ByteString.copyFromUtf8("nobody")).build())) {
      rig.send(source, TestPeers.publish(bad));
    }
    assertEquals(List.of(), delivered());
    assertEquals(6, rig.machine.count(Counter.UNFIT));
  }

  @Test
  void underStrictNoSignNothingMayBeThere() {
    rig = new Rig(new GossipsubOptions().setPolicy(SignaturePolicy.STRICT_NO_SIGN));
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    RpcProto.Message good = RpcProto.Message.newBuilder().addTopic(TOPIC).setData(ByteString.copyFromUtf8("x")).build();
    for (RpcProto.Message bad : List.of(good.toBuilder().setFrom(ByteString.EMPTY).build(),
        good.toBuilder().setSeqno(ByteString.EMPTY).build(),
        good.toBuilder().setSignature(ByteString.copyFromUtf8("s")).build(),
        good.toBuilder().setKey(ByteString.copyFromUtf8("k")).build(), TestPeers.message(AUTHOR, 1, TOPIC, "y"))) {
      rig.send(source, TestPeers.publish(bad));
    }
    assertEquals(List.of(), delivered());
    rig.send(source, TestPeers.publish(good, good));
    assertEquals(List.of("x"), delivered());
    PublishResult result = rig.publish(TOPIC, "ours");
    RpcProto.Message sent = rig.sum(source).getPublish(0);
    assertEquals(RpcProto.Message.newBuilder().addTopic(TOPIC).setData(ByteString.copyFromUtf8("ours")).build(), sent);
    assertEquals(List.of(source), result.peers());
  }

  @Test
  void thePermissivePolicyTakesUnsignedMessagesAndChecksSignedOnes() {
    rig = new Rig(new GossipsubOptions().setPolicy(SignaturePolicy.PERMISSIVE));
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.send(source, TestPeers.publish(
        RpcProto.Message.newBuilder().addTopic(TOPIC).setData(ByteString.copyFromUtf8("a")).build(),
        RpcProto.Message.newBuilder().addTopic(TOPIC).setData(ByteString.copyFromUtf8("b")).build(),
        TestPeers.message(AUTHOR, 1, TOPIC, "c").toBuilder().clearSignature().build(),
        forged(2, "forged"), TestPeers.message(AUTHOR, 3, TOPIC, "d")));
    assertEquals(List.of("a", "b", "c", "d"), delivered());
    rig.publish(TOPIC, "ours");
    assertTrue(rig.sum(source).getPublish(0).hasSignature());
  }

  @Test
  void aMessageInSeveralTopicsIsDeliveredInEachOfOurs() {
    rig.subscribe("a");
    rig.subscribe("b");
    PeerId source = rig.join(1);
    PeerId inBoth = rig.join(2, "a", "b");
    rig.forgetSent();
    RpcProto.Message unsigned = TestPeers.message(AUTHOR, 1, "a", "x").toBuilder()
        .addTopic("c").addTopic("b").clearSignature().build();
    RpcProto.Message message = unsigned.toBuilder()
        .setSignature(TestPeers.bytes(TestPeers.sign(AUTHOR, unsigned.toByteArray()))).build();
    rig.send(source, TestPeers.publish(message));
    assertEquals(List.of("a", "b"), rig.delivered.stream().map(Action.Deliver::topic).toList());
    assertEquals(1, rig.sum(inBoth).getPublishCount(), "once to each peer");
  }

  @Test
  void anIdIsRememberedForTwoMinutes() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    rig.send(source, publish(1, "x"));
    rig.pass(Duration.ofSeconds(119));
    rig.send(source, publish(1, "x"));
    assertEquals(1, rig.delivered.size());
    rig.pass(Duration.ofSeconds(2));
    rig.send(source, publish(1, "x"));
    assertEquals(2, rig.delivered.size());
  }
}
