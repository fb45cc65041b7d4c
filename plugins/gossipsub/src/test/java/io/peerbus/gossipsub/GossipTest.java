package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** IHAVE and IWANT. */
class GossipTest {

  private static final PeerId AUTHOR = TestPeers.peer(99);

  private Rig rig = new Rig();

  /** A peer outside the mesh of the topic, since it has pruned us. */
  private PeerId outsider(int number, String agent) {
    PeerId peer = rig.join(number, agent, new String[] {TOPIC});
    rig.send(peer, TestPeers.prune(TOPIC, 3600));
    rig.forgetSent();
    return peer;
  }

  private PeerId outsider(int number) {
    return outsider(number, "go-libp2p");
  }

  private static int offers(RpcProto.Rpc rpc) {
    return rpc.getControl().getIhaveList().stream().mapToInt(RpcProto.IHave::getMessageIdsCount).sum();
  }

  private static int asks(RpcProto.Rpc rpc) {
    return rpc.getControl().getIwantList().stream().mapToInt(RpcProto.IWant::getMessageIdsCount).sum();
  }

  private static MessageId id(int number) {
    return TestPeers.id(AUTHOR, number);
  }

  private static MessageId[] ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(GossipTest::id).toArray(MessageId[]::new);
  }

  @Test
  void messagesAreOfferedToPeersOutsideTheMeshForThreeHeartbeats() {
    rig.subscribe(TOPIC);
    PeerId member = rig.join(1, TOPIC);
    PeerId outsider = outsider(2);
    MessageId id = rig.publish(TOPIC, "x").id();
    rig.forgetSent();
    for (int heartbeat = 1; heartbeat <= 5; heartbeat++) {
      rig.heartbeats(1);
      RpcProto.Rpc sent = rig.sum(outsider);
      assertEquals(heartbeat <= 3 ? 1 : 0, offers(sent), "heartbeat " + heartbeat);
      if (heartbeat == 1) {
        assertEquals(TestPeers.ihave(TOPIC, id), sent);
      }
      assertEquals(0, offers(rig.sum(member)));
    }
  }

  @Test
  void offersGoToSixPeersOrAQuarterOfThem() {
    rig.subscribe(TOPIC);
    List<PeerId> outsiders = IntStream.rangeClosed(1, 10).mapToObj(this::outsider).toList();
    rig.publish(TOPIC, "x");
    rig.forgetSent();
    rig.heartbeats(1);
    assertEquals(6, outsiders.stream().filter(peer -> offers(rig.sum(peer)) > 0).count());

    rig = new Rig(new GossipsubOptions().setGossipFactor(0.5));
    rig.subscribe(TOPIC);
    List<PeerId> many = IntStream.rangeClosed(1, 40).mapToObj(this::outsider).toList();
    rig.publish(TOPIC, "x");
    rig.forgetSent();
    rig.heartbeats(1);
    assertEquals(20, many.stream().filter(peer -> offers(rig.sum(peer)) > 0).count());
  }

  @Test
  void onlyPeersThatMakeIdsAsWeDoGetOffers() {
    rig.subscribe(TOPIC);
    Map<String, Boolean> agents = new java.util.LinkedHashMap<>();
    agents.put("rust-libp2p/0.55.0", false);
    agents.put("js-libp2p/3.3.0 node/24", false);
    agents.put("universal-connectivity/0.1.0", false);
    agents.put("", false);
    agents.put("universal-connectivity/go-peer", true);
    agents.put("github.com/libp2p/go-libp2p", true);
    agents.put("py-libp2p", true);
    agents.put("jvm/0.1", true);
    agents.put("Peerbus/0.1.0", true);
    List<PeerId> peers = new ArrayList<>();
    agents.keySet().forEach(agent -> peers.add(outsider(peers.size() + 1, agent)));
    rig.publish(TOPIC, "x");
    rig.forgetSent();
    rig.heartbeats(1);
    assertEquals(List.copyOf(agents.values()), peers.stream().map(peer -> offers(rig.sum(peer)) > 0).toList());
  }

  @Test
  void aSharedTopicIsOfferedToAllAndAnotherSchemeToNobodyElse() {
    rig = new Rig(new GossipsubOptions().setTopics(Map.of(
        TOPIC, new TopicOptions(MessageIdScheme.SHA256_DATA, true),
        "own", new TopicOptions(MessageIdScheme.SHA256_DATA, false))));
    rig.subscribe(TOPIC);
    rig.subscribe("own");
    PeerId rust = outsider(1, "rust-libp2p/0.55.0");
    PeerId go = outsider(2);
    for (PeerId peer : List.of(rust, go)) {
      rig.send(peer, TestPeers.subscribe(true, "own"));
      rig.send(peer, TestPeers.prune("own", 3600));
    }
    rig.publish(TOPIC, "x");
    rig.publish("own", "x");
    rig.forgetSent();
    rig.heartbeats(1);
    assertEquals(1, offers(rig.sum(rust)));
    assertEquals(1, offers(rig.sum(go)));
  }

  @Test
  void unknownIdsAreAskedForAndKnownOnesAreNot() {
    rig.subscribe(TOPIC);
    PeerId peer = outsider(1);
    rig.send(peer, TestPeers.publish(TestPeers.message(AUTHOR, 1, TOPIC, "x")));
    rig.send(peer, TestPeers.ihave(TOPIC, id(1), id(2)));
    assertEquals(TestPeers.iwant(id(2)), rig.sum(peer));
  }

  @Test
  void anIdIsAskedOfAPeerOnlyOnce() {
    rig.subscribe(TOPIC);
    PeerId first = outsider(1);
    PeerId second = outsider(2);
    for (int i = 0; i < 5; i++) {
      rig.send(first, TestPeers.ihave(TOPIC, id(1)));
      rig.heartbeats(1);
    }
    rig.send(second, TestPeers.ihave(TOPIC, id(1)));
    assertEquals(1, asks(rig.sum(first)));
    assertEquals(1, asks(rig.sum(second)));
  }

  @Test
  void offersInTopicsWeDoNotHaveAreIgnored() {
    PeerId peer = rig.join(1, TOPIC);
    rig.forgetSent();
    rig.send(peer, TestPeers.ihave(TOPIC, id(1)));
    assertEquals(List.of(), rig.sent(peer));
  }

  @Test
  void theHexadecimalIdsOfPyAreUnderstoodAndEchoed() {
    rig.subscribe(TOPIC);
    PeerId py = outsider(1, "py-libp2p");
    rig.send(py, TestPeers.publish(TestPeers.message(AUTHOR, 1, TOPIC, "x")));
    MessageId known = MessageId.of(TestPeers.utf8(id(1).toString()));
    MessageId unknown = MessageId.of(TestPeers.utf8(id(2).toString()));
    rig.send(py, TestPeers.ihave(TOPIC, known, unknown));
    assertEquals(TestPeers.iwant(unknown), rig.sum(py));
    rig.send(py, TestPeers.iwant(known));
    assertEquals(1, rig.sum(py).getPublishCount());
  }

  @Test
  void aMessageIsSentAgainThreeTimesAtTheMost() {
    rig.subscribe(TOPIC);
    PeerId peer = outsider(1);
    MessageId id = rig.publish(TOPIC, "x").id();
    rig.forgetSent();
    // SEC-35, "IWANT": a hundred requests, each with the id a hundred times
    for (int i = 0; i < 100; i++) {
      rig.send(peer, TestPeers.iwant(java.util.Collections.nCopies(100, id).toArray(MessageId[]::new)));
    }
    assertEquals(3, rig.sum(peer).getPublishCount());
    rig.send(peer, TestPeers.iwant(id(1), id(2)));
    assertEquals(List.of(), rig.sent(peer), "what we do not have is passed over");
  }

  @Test
  void aMessageCanBeHadForFiveHeartbeats() {
    rig.subscribe(TOPIC);
    PeerId peer = outsider(1);
    MessageId id = rig.publish(TOPIC, "x").id();
    rig.heartbeats(4);
    rig.forgetSent();
    rig.send(peer, TestPeers.iwant(id));
    assertEquals(1, rig.sum(peer).getPublishCount());
    rig.heartbeats(1);
    rig.send(peer, TestPeers.iwant(id));
    assertEquals(List.of(), rig.sent(peer));
  }

  /** SEC-35, "IHAVE": ids that are never delivered. */
  @Test
  void betweenTwoHeartbeatsOnlySoManyOffersAreLookedAt() {
    rig.subscribe(TOPIC);
    PeerId peer = outsider(1);
    for (int i = 0; i < 30; i++) {
      rig.send(peer, TestPeers.ihave(TOPIC, ids(10 * i, 10 * i + 10)));
    }
    assertEquals(100, asks(rig.sum(peer)));
    assertEquals(20, rig.machine.count(Counter.IHAVE_IGNORED));
    rig.heartbeats(1);
    rig.send(peer, TestPeers.ihave(TOPIC, ids(1000, 1010)));
    assertEquals(10, asks(rig.sum(peer)));
  }

  @Test
  void betweenTwoHeartbeatsOnlySoManyIdsAreAskedFor() {
    rig.subscribe(TOPIC);
    PeerId peer = outsider(1);
    rig.send(peer, TestPeers.ihave(TOPIC, ids(0, 4000)));
    rig.send(peer, TestPeers.ihave(TOPIC, ids(4000, 8000)));
    assertEquals(5000, asks(rig.sum(peer)));
  }

  @Test
  void idsAskedOfAPeerAreForgottenInTimeAndBoundedUntilThen() {
    rig.subscribe(TOPIC);
    PeerId peer = outsider(1);
    for (int i = 0; i < 5; i++) {
      rig.send(peer, TestPeers.ihave(TOPIC, ids(5000 * i, 5000 * i + 5000)));
      rig.heartbeats(1);
    }
    assertEquals(10_000, asks(rig.sum(peer)));
    rig.heartbeats(121);
    rig.send(peer, TestPeers.ihave(TOPIC, ids(0, 10)));
    assertEquals(10, asks(rig.sum(peer)));
  }

  @Test
  void whatWasAskedForIsDeliveredAndForwardedOnce() {
    rig.subscribe(TOPIC);
    PeerId first = outsider(1);
    PeerId second = outsider(2);
    PeerId member = rig.join(3, TOPIC);
    rig.forgetSent();
    rig.send(first, TestPeers.ihave(TOPIC, id(1)));
    rig.send(second, TestPeers.ihave(TOPIC, id(1)));
    rig.send(first, TestPeers.publish(TestPeers.message(AUTHOR, 1, TOPIC, "x")));
    rig.send(second, TestPeers.publish(TestPeers.message(AUTHOR, 1, TOPIC, "x")));
    assertEquals(1, rig.delivered.size());
    assertEquals(1, rig.sum(member).getPublishCount());
  }

  @Test
  void aLongListOfIdsIsSplitAmongPeers() {
    rig.subscribe(TOPIC);
    PeerId source = rig.join(1, TOPIC);
    PeerId outsider = outsider(2);
    for (int i = 0; i < 2500; i++) {
      rig.send(source, TestPeers.publish(TestPeers.message(AUTHOR, i, TOPIC, "x")));
    }
    rig.forgetSent();
    rig.heartbeats(1);
    List<RpcProto.Rpc> sent = rig.sent(outsider);
    assertEquals(2000, sent.stream().mapToInt(GossipTest::offers).sum());
    assertTrue(sent.size() <= 10, "a peer looks at ten RPCs with IHAVE between two heartbeats");
  }
}
