package io.peerbus.swarm;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One swarm, its store, a clock that only tests move, and what the swarm asked for. */
final class Fixture {

  static final PeerId SELF = peer(1_000);

  final SwarmOptions options;
  final PeerStore store;
  final Swarm swarm;
  long now = -5_000_000_000L; // times may be negative
  private long nextConnection = 1;

  Fixture() {
    this(new SwarmOptions());
  }

  Fixture(SwarmOptions options) {
    this(SELF, options);
  }

  Fixture(PeerId self, SwarmOptions options) {
    this.options = options;
    this.store = new PeerStore(new PeerStoreOptions());
    this.swarm = new Swarm(self, options, store, new Random(7));
  }

  /** Peers in the order of their numbers, also as bytes. */
  static PeerId peer(int number) {
    byte[] multihash = ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).putInt(number).array();
    try {
      return PeerId.of(multihash);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** A public address; others for other numbers, up to 16 million. Cheap, for floods. */
  static Multiaddr address(int number) {
    byte[] bytes = ByteBuffer.allocate(8).put((byte) 4).putInt(8 << 24 | number & 0xffffff).put((byte) 6)
        .putShort((short) 4001).array();
    try {
      return Multiaddr.of(bytes);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  static List<Multiaddr> addresses(String... texts) {
    List<Multiaddr> all = new ArrayList<>();
    for (String text : texts) {
      all.add(address(text));
    }
    return all;
  }

  void connect(long request, PeerId peer, String... addresses) {
    swarm.connect(now, request, peer, addresses(addresses));
  }

  ConnectionInfo outbound(PeerId peer, Multiaddr address) {
    return new ConnectionInfo(nextConnection++, peer, address, false, 0);
  }

  ConnectionInfo inbound(PeerId peer) {
    return inbound(peer, "/ip4/9.9.9.9/tcp/50000");
  }

  ConnectionInfo inbound(PeerId peer, String address) {
    return new ConnectionInfo(nextConnection++, peer, address(address), true, 0);
  }

  /** The transport carried the dial out. */
  ConnectionInfo answer(Action.Dial dial, PeerId peer) {
    ConnectionInfo connection = outbound(peer, dial.address());
    swarm.onConnected(now, dial.attempt(), connection);
    return connection;
  }

  ConnectionInfo accept(PeerId peer) {
    ConnectionInfo connection = inbound(peer);
    swarm.onConnected(now, Swarm.INBOUND, connection);
    return connection;
  }

  void fail(Action.Dial dial, String reason) {
    swarm.onDialFailed(now, dial.attempt(), reason);
  }

  /** Everything asked for since the last call. */
  List<Action> actions() {
    List<Action> all = new ArrayList<>();
    for (Action action = swarm.poll(); action != null; action = swarm.poll()) {
      all.add(action);
    }
    return all;
  }

  /** Of everything asked for since the last call, the actions of one kind. */
  <A extends Action> List<A> actions(Class<A> kind) {
    List<A> some = new ArrayList<>();
    for (Action action : actions()) {
      if (kind.isInstance(action)) {
        some.add(kind.cast(action));
      }
    }
    return some;
  }

  /** The only thing asked for since the last call. */
  <A extends Action> A only(Class<A> kind) {
    List<Action> all = actions();
    if (all.size() != 1 || !kind.isInstance(all.get(0))) {
      throw new AssertionError("expected one " + kind.getSimpleName() + ", got " + all);
    }
    return kind.cast(all.get(0));
  }

  /** Lets time pass, waking the swarm at each of its deadlines. */
  void pass(Duration time) {
    long end = now + time.toNanos();
    while (swarm.deadline() <= end) {
      now = Math.max(now, swarm.deadline());
      swarm.onDeadline(now);
    }
    now = end;
  }

  void passMillis(long millis) {
    pass(Duration.ofMillis(millis));
  }
}
