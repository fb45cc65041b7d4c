package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A machine that is replaced at any points delivers and sends, byte for byte, what one does that never is. */
class StatePropertyTest {

  private static final int PEERS = 9;
  private static final List<String> TOPICS = List.of("red", "green", "blue");

  /** The same life for two machines, of which one is replaced now and then. */
  private static final class Lives {
    private final Random random;
    private final Rig whole;
    private final Rig replaced;
    private final List<PeerId> joined = new ArrayList<>();
    private long seqno;

    Lives(long seed) {
      random = new Random(seed);
      whole = new Rig(options(new Random(seed)));
      replaced = new Rig(options(new Random(seed)));
    }

    private static GossipsubOptions options(Random random) {
      GossipsubOptions options = new GossipsubOptions().setFloodPublish(random.nextBoolean())
          .setD(3).setDLow(2).setDHigh(4).setDLazy(2);
      options.getLimits().setMaxQueueMessages(4 + random.nextInt(20)).setMaxPendingPerPeer(3).setMaxCacheBytes(4096)
          .setMaxSeen(20 + random.nextInt(200)).setMaxBackoffs(4);
      return options;
    }

    private interface Step {
      void on(Rig rig);
    }

    private void both(Step step) {
      step.on(whole);
      step.on(replaced);
    }

    private String topic() {
      return TOPICS.get(random.nextInt(TOPICS.size()));
    }

    private PeerId peer() {
      return joined.isEmpty() ? join() : joined.get(random.nextInt(joined.size()));
    }

    private PeerId join() {
      int number = 1 + random.nextInt(PEERS);
      PeerId peer = TestPeers.peer(number);
      if (!joined.contains(peer)) {
        joined.add(peer);
        String agent = random.nextInt(4) == 0 ? "py-libp2p" : "go-libp2p";
        boolean slow = random.nextInt(5) == 0;
        String protocol = random.nextBoolean() ? "/meshsub/1.1.0" : "/meshsub/1.0.0";
        String[] topics = {topic(), topic()};
        both(rig -> {
          rig.protocol = protocol;
          if (slow) {
            rig.closed.add(peer);
          }
          rig.join(number, agent, topics);
        });
      }
      return peer;
    }

    private void leave() {
      PeerId peer = peer();
      joined.remove(peer);
      both(rig -> {
        rig.closed.remove(peer);
        rig.blocked.remove(peer);
        rig.leave(peer);
      });
    }

    private void step() {
      PeerId peer = peer();
      String topic = topic();
      switch (random.nextInt(14)) {
        case 0 -> join();
        case 1 -> leave();
        case 2 -> both(rig -> rig.subscribe(topic));
        case 3 -> both(rig -> rig.unsubscribe(topic));
        case 4 -> both(rig -> rig.publish(topic, "ours"));
        case 5, 6 -> message(peer, topic);
        case 7 -> control(peer, topic);
        case 8 -> both(rig -> rig.blocked.add(peer));
        case 9 -> both(rig -> rig.unblock(peer));
        case 10 -> open(peer);
        case 11 -> both(rig -> rig.holdVerifications = !rig.holdVerifications);
        case 12 -> verify();
        default -> pass(random.nextInt(3_000));
      }
    }

    /** Later ones come a second time as well, or by another peer. */
    private void message(PeerId peer, String topic) {
      long number = random.nextInt(3) == 0 ? random.nextInt((int) ++seqno) : ++seqno;
      PeerId author = TestPeers.peer(20 + (int) (number % 3));
      both(rig -> rig.send(peer, TestPeers.publish(TestPeers.message(author, number, topic, "message " + number))));
    }

    private void control(PeerId peer, String topic) {
      MessageId id = TestPeers.id(TestPeers.peer(20 + (int) (seqno % 3)), seqno);
      MessageId unknown = TestPeers.id(TestPeers.peer(30), random.nextInt(50));
      int what = random.nextInt(5);
      both(rig -> rig.send(peer, switch (what) {
        case 0 -> TestPeers.graft(topic);
        case 1 -> TestPeers.prune(topic, 5);
        case 2 -> TestPeers.iwant(id);
        case 3 -> TestPeers.ihave(topic, id, unknown);
        default -> TestPeers.subscribe(what % 2 == 0, topic);
      }));
    }

    private void open(PeerId peer) {
      both(rig -> {
        if (rig.closed.remove(peer) && rig.others.remove(new Action.Open(peer))) {
          rig.machine.onOpened(rig.now, peer, "/meshsub/1.1.0");
          rig.drain();
        }
      });
    }

    private void verify() {
      if (!whole.held.isEmpty()) {
        answer(whole.held.get(random.nextInt(whole.held.size())).message());
      }
    }

    private void answer(Message message) {
      both(rig -> {
        Action.Verify verify = rig.held.stream().filter(each -> each.message().hasSameBytes(message)).findFirst()
            .orElseThrow();
        rig.held.remove(verify);
        rig.answer(verify);
      });
    }

    private void pass(long millis) {
      both(rig -> rig.pass(Duration.ofMillis(millis)));
    }

    /** What was answered before, and waits behind others of its peer, is asked again: the answer is the same. */
    private void handOver() {
      boolean hold = replaced.holdVerifications;
      replaced.holdVerifications = true;
      replaced.handOver();
      replaced.holdVerifications = hold;
      for (Action.Verify verify : List.copyOf(replaced.held)) {
        if (whole.held.stream().noneMatch(each -> each.message().hasSameBytes(verify.message()))) {
          replaced.held.remove(verify);
          replaced.answer(verify);
        }
      }
    }

    private void compare(String when) {
      assertEquals(delivered(whole), delivered(replaced), when);
      for (int number = 1; number <= PEERS; number++) {
        PeerId peer = TestPeers.peer(number);
        assertEquals(whole.sent(peer), replaced.sent(peer), when + ", what peer " + number + " got");
      }
      for (String topic : TOPICS) {
        assertEquals(whole.machine.mesh(topic), replaced.machine.mesh(topic), when);
        assertEquals(whole.machine.peers(topic), replaced.machine.peers(topic), when);
      }
      for (Counter counter : Counter.values()) {
        assertEquals(whole.machine.count(counter), replaced.machine.count(counter), when + ", " + counter);
      }
    }

    private static List<String> delivered(Rig rig) {
      return rig.delivered.stream()
          .map(each -> each.topic() + each.message() + each.id() + each.receivedFrom()).toList();
    }
  }

  @Property(tries = 100)
  void nobodyCanTell(@ForAll long seed) {
    Lives lives = new Lives(seed);
    for (int i = 0; i < 250; i++) {
      lives.step();
      if (lives.random.nextInt(4) == 0) {
        lives.handOver();
      }
      lives.compare("seed " + seed + ", step " + i);
    }
  }
}
