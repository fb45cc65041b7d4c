package io.peerbus.gossipsub;

import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Many machines in virtual time: one queue of events, links with a seeded latency that keep their order, signatures
 * that take a while. The same seed gives the same run.
 */
final class VirtualNetwork {

  private record Event(long at, long number, Runnable run) {}

  /** One node: its machine, and what it delivered. */
  final class Node {
    final int number;
    final PeerId id;
    final Gossipsub machine;
    final List<String> delivered = new ArrayList<>();
    final Map<String, Integer> times = new HashMap<>();
    final List<RpcProto.Rpc> sent = new ArrayList<>();
    private final Map<PeerId, Long> lastArrival = new HashMap<>();
    private final Set<PeerId> open = new LinkedHashSet<>();
    private long requests;
    private long wakeAt = Long.MAX_VALUE;
    PublishResult result;

    private Node(int number, GossipsubOptions options) {
      this.number = number;
      this.id = TestPeers.peer(number);
      this.machine = new Gossipsub(
          TestPeers.identity(number), options, new SplittableRandom(seed + number), now + number);
      // Not all at the same moment: heartbeats of real nodes are not in step.
      after(random.nextLong(options.getHeartbeat().toNanos()), () -> machine.start(now));
    }

    void subscribe(String topic) {
      input(() -> machine.subscribe(now, topic));
    }

    void unsubscribe(String topic) {
      input(() -> machine.unsubscribe(now, topic));
    }

    void publish(String topic, String data) {
      input(() -> machine.publish(now, ++requests, topic, TestPeers.utf8(data)));
    }

    private void after(long delay, Runnable input) {
      at(now + delay, () -> input(input));
    }

    private void input(Runnable input) {
      input.run();
      for (Action action = machine.poll(); action != null; action = machine.poll()) {
        perform(action);
      }
      if (machine.deadline() < wakeAt) {
        wakeAt = machine.deadline();
        at(wakeAt, this::wake);
      }
    }

    private void wake() {
      wakeAt = Long.MAX_VALUE;
      input(() -> machine.onDeadline(now));
    }

    private void perform(Action action) {
      if (action instanceof Action.Ready ready) {
        flush(ready.peer());
      } else if (action instanceof Action.Verify verify) {
        boolean valid = TestPeers.verify(verify.message());
        after(random.nextLong(1_000_000), () -> machine.onVerified(now, verify.validation(), valid));
      } else if (action instanceof Action.Sign sign) {
        byte[] signature = TestPeers.sign(id, sign.bytes());
        after(random.nextLong(100_000), () -> machine.onSigned(now, sign.request(), signature));
      } else if (action instanceof Action.Deliver deliver) {
        String text = new String(deliver.message().data(), java.nio.charset.StandardCharsets.UTF_8);
        delivered.add(text);
        times.merge(text, 1, Integer::sum);
      } else if (action instanceof Action.Open open) {
        open(open.peer());
      } else if (action instanceof Action.Published done) {
        result = done.result();
      }
    }

    private void open(PeerId peer) {
      Node other = nodes.get(peer);
      if (!areConnected(this, other)) {
        after(0, () -> machine.onOpenFailed(now, peer, false));
        return;
      }
      arrive(other, () -> {
        other.input(() -> other.machine.onInbound(id, "/meshsub/1.1.0"));
        other.arrive(this, () -> input(() -> {
          open.add(peer);
          machine.onOpened(now, peer, "/meshsub/1.1.0");
        }));
      });
    }

    private void flush(PeerId peer) {
      Node other = nodes.get(peer);
      for (byte[] frame = machine.next(now, peer); frame != null; frame = machine.next(now, peer)) {
        sent.add(Frames.open(frame));
        byte[] body = Frames.body(frame);
        arrive(other, () -> other.receive(id, body));
      }
    }

    private void receive(PeerId from, byte[] rpc) {
      input(() -> {
        try {
          machine.onRpc(now, from, Rpc.read(rpc, new GossipsubLimits()));
        } catch (FormatException e) {
          throw new AssertionError(e);
        }
      });
    }

    /** Runs at the other side after the latency of the link, and after what was sent there before. */
    private void arrive(Node other, Runnable event) {
      long arrival = Math.max(now + latency(), lastArrival.getOrDefault(other.id, 0L) + 1);
      lastArrival.put(other.id, arrival);
      at(arrival, () -> {
        if (areConnected(this, other)) {
          event.run();
        }
      });
    }

    @Override
    public String toString() {
      return "node " + number;
    }
  }

  final long seed;
  private final SplittableRandom random;
  private final Map<PeerId, Node> nodes = new LinkedHashMap<>();
  private final Set<Set<PeerId>> links = new LinkedHashSet<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long nextNumber;
  long now = 1_000_000_000L;

  VirtualNetwork(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  Node add(GossipsubOptions options) {
    Node node = new Node(nodes.size() + 1, options);
    nodes.put(node.id, node);
    return node;
  }

  List<Node> add(int count, GossipsubOptions options) {
    List<Node> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(add(options));
    }
    return added;
  }

  void connect(Node dialler, Node listener) {
    if (links.add(Set.of(dialler.id, listener.id))) {
      dialler.after(0, () -> known(dialler, listener, true));
      listener.after(0, () -> known(listener, dialler, false));
    }
  }

  private void known(Node self, Node other, boolean dialled) {
    self.machine.onConnected(now, other.id, dialled);
    self.machine.onIdentified(other.id, List.of("/meshsub/1.1.0", "/meshsub/1.0.0"), "peerbus/test");
  }

  /** The connection breaks; what is under way is lost. */
  void disconnect(Node one, Node other) {
    links.remove(Set.of(one.id, other.id));
    lost(one, other.id);
    lost(other, one.id);
  }

  private void lost(Node node, PeerId peer) {
    node.input(() -> {
      node.machine.onDisconnected(peer);
      node.machine.onInboundEnded(peer);
      if (node.open.remove(peer)) {
        node.machine.onOutboundEnded(now, peer);
      } else {
        node.machine.onOpenFailed(now, peer, false);
      }
    });
  }

  private boolean areConnected(Node one, Node other) {
    return links.contains(Set.of(one.id, other.id));
  }

  /** 1 to 50 ms. */
  private long latency() {
    return 1_000_000L + random.nextLong(49_000_000L);
  }

  private void at(long time, Runnable run) {
    events.add(new Event(time, nextNumber++, run));
  }

  void run(Duration time) {
    long end = now + time.toNanos();
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event next = events.poll();
      now = Math.max(now, next.at());
      next.run().run();
    }
    now = end;
  }

  int random(int bound) {
    return random.nextInt(bound);
  }
}
