package io.peerbus.gossipsub;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One machine whose peers are played by the test. Streams open at once, signatures are made and checked at once
 * unless the test holds them back, and what the machine sends is kept by peer.
 */
final class Rig {

  static final PeerId SELF = TestPeers.peer(0);

  Gossipsub machine;
  final GossipsubOptions options;
  final List<Action.Deliver> delivered = new ArrayList<>();
  final List<Action.Published> published = new ArrayList<>();
  final List<Action.NotPublished> notPublished = new ArrayList<>();
  final List<Action.Verify> held = new ArrayList<>();
  final List<Action.Sign> toSign = new ArrayList<>();
  final List<Action> others = new ArrayList<>();

  /** Peers whose stream takes nothing now, and what opens no stream. */
  final Set<PeerId> blocked = new HashSet<>();
  final Set<PeerId> closed = new HashSet<>();

  String protocol = "/meshsub/1.1.0";
  boolean holdVerifications;
  boolean holdSignatures;
  long now = 1_000_000_000L;

  private final SplittableRandom random = new SplittableRandom(7);

  private final Map<PeerId, List<RpcProto.Rpc>> sent = new LinkedHashMap<>();

  Rig() {
    this(new GossipsubOptions());
  }

  Rig(GossipsubOptions options) {
    this.options = options;
    this.machine = new Gossipsub(TestPeers.identity(0), options, random, 1_700_000_000_000_000_000L);
    machine.start(now);
    drain();
  }

  /** Puts a new machine in the place of the one there is; all streams that are open go over, but for these. */
  void handOver(PeerId... lost) {
    handOver(options, List.of(lost));
  }

  void handOver(GossipsubOptions newer, List<PeerId> lost) {
    StateProto.State state = machine.leave(now);
    Gossipsub next = new Gossipsub(TestPeers.identity(0), newer, random, 0);
    try {
      Set<PeerId> open = new HashSet<>();
      state.getPeersList().forEach(peer -> open.add(id(peer.getId())));
      open.removeAll(lost);
      next.restore(now, StateProto.State.parseFrom(state.toByteArray()), new Gossipsub.Streams(open, open));
    } catch (FormatException | InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    machine = next;
    held.clear();
    others.removeIf(Action.Open.class::isInstance);
    drain();
  }

  static PeerId id(ByteString bytes) {
    try {
      return PeerId.of(bytes.toByteArray());
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** A peer that connected to us, is identified, has streams both ways and subscribes to these topics. */
  PeerId join(int number, String... topics) {
    return join(number, "go-libp2p", topics);
  }

  PeerId join(int number, String agent, String[] topics) {
    PeerId peer = TestPeers.peer(number);
    machine.onConnected(now, peer, false);
    machine.onIdentified(peer, List.of(protocol), agent);
    machine.onInbound(peer, protocol);
    drain();
    if (topics.length > 0) {
      send(peer, TestPeers.subscribe(true, topics));
    }
    return peer;
  }

  void leave(PeerId peer) {
    machine.onDisconnected(peer);
    machine.onInboundEnded(peer);
    machine.onOutboundEnded(now, peer);
    drain();
  }

  /** The peer sends. */
  void send(PeerId peer, RpcProto.Rpc rpc) {
    send(peer, rpc.toByteArray());
  }

  void send(PeerId peer, byte[] rpc) {
    try {
      machine.onRpc(now, peer, Rpc.read(rpc, options.getLimits()));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
    drain();
  }

  void subscribe(String topic) {
    machine.subscribe(now, topic);
    drain();
  }

  void unsubscribe(String topic) {
    machine.unsubscribe(now, topic);
    drain();
  }

  /** Publishes and answers what became of it. */
  PublishResult publish(String topic, String data) {
    machine.publish(now, published.size(), topic, TestPeers.utf8(data));
    drain();
    return published.get(published.size() - 1).result();
  }

  /** Lets time pass, deadline by deadline. */
  void pass(Duration time) {
    long end = now + time.toNanos();
    while (machine.deadline() <= end) {
      now = Math.max(now, machine.deadline());
      machine.onDeadline(now);
      drain();
    }
    now = end;
  }

  void heartbeats(int count) {
    pass(options.getHeartbeat().multipliedBy(count));
  }

  /** What the machine sent to the peer since this was last asked. */
  List<RpcProto.Rpc> sent(PeerId peer) {
    List<RpcProto.Rpc> taken = sent.remove(peer);
    return taken == null ? List.of() : taken;
  }

  /** The same in one: repeated fields add up. */
  RpcProto.Rpc sum(PeerId peer) {
    RpcProto.Rpc.Builder all = RpcProto.Rpc.newBuilder();
    sent(peer).forEach(all::mergeFrom);
    return all.build();
  }

  void forgetSent() {
    sent.clear();
  }

  boolean isInMesh(PeerId peer, String topic) {
    return machine.mesh(topic).contains(peer);
  }

  /** The peer's stream takes bytes again. */
  void unblock(PeerId peer) {
    blocked.remove(peer);
    flush(peer);
    drain();
  }

  void answer(Action.Verify verify) {
    machine.onVerified(now, verify.validation(), TestPeers.verify(verify.message()));
    drain();
  }

  void drain() {
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      perform(action);
    }
  }

  private void perform(Action action) {
    if (action instanceof Action.Ready ready) {
      flush(ready.peer());
    } else if (action instanceof Action.Open open) {
      if (closed.contains(open.peer())) {
        others.add(open);
      } else {
        machine.onOpened(now, open.peer(), protocol);
      }
    } else if (action instanceof Action.Verify verify) {
      if (holdVerifications) {
        held.add(verify);
      } else {
        machine.onVerified(now, verify.validation(), TestPeers.verify(verify.message()));
      }
    } else if (action instanceof Action.Sign sign) {
      if (holdSignatures) {
        toSign.add(sign);
      } else {
        machine.onSigned(now, sign.request(), TestPeers.sign(SELF, sign.bytes()));
      }
    } else if (action instanceof Action.Deliver deliver) {
      delivered.add(deliver);
    } else if (action instanceof Action.Published done) {
      published.add(done);
    } else if (action instanceof Action.NotPublished not) {
      notPublished.add(not);
    } else {
      others.add(action);
    }
  }

  private void flush(PeerId peer) {
    if (blocked.contains(peer)) {
      return;
    }
    for (byte[] frame = machine.next(now, peer); frame != null; frame = machine.next(now, peer)) {
      sent.computeIfAbsent(peer, p -> new ArrayList<>()).add(Frames.open(frame));
    }
  }
}
