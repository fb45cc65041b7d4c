package io.peerbus.swarm;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.PeerId;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.pnet.PrivateNetwork;
import io.peerbus.secure.SecureProtocol;
import io.peerbus.yamux.YamuxOptions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Two connections and a wire between them, in virtual time: what one transmits the other gets, cut as the test likes. */
final class ConnectionPair {

  static final long SECOND = 1_000_000_000L;

  /** One end: its connection, what it was told, and what it has not been given yet. */
  static final class End {
    final Connection connection;
    final List<Connection.Action> actions = new ArrayList<>();
    final ByteArrayOutputStream toRemote = new ByteArrayOutputStream();

    End(Connection connection) {
      this.connection = connection;
    }

    void drain() {
      for (Connection.Action action = connection.poll(); action != null; action = connection.poll()) {
        actions.add(action);
      }
    }

    <T extends Connection.Action> List<T> all(Class<T> kind) {
      return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends Connection.Action> T only(Class<T> kind) {
      List<T> found = all(kind);
      if (found.size() != 1) {
        throw new AssertionError("expected one " + kind.getSimpleName() + ": " + actions);
      }
      return found.get(0);
    }

    byte[] received(int stream) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (Connection.Action.Data data : all(Connection.Action.Data.class)) {
        if (data.stream() == stream) {
          byte[] copy = new byte[data.bytes().remaining()];
          data.bytes().duplicate().get(copy);
          bytes.writeBytes(copy);
        }
      }
      return bytes.toByteArray();
    }
  }

  final Random random = new Random(42);
  final Workspace workspace = new Workspace();
  final PeerId listenerId = KeyPair.ed25519(seed(2)).publicKey().peerId();
  final PeerId dialerId = KeyPair.ed25519(seed(1)).publicKey().peerId();
  private final Function<KeyPair, List<SecureProtocol>> security;
  final End dialer;
  final End listener;
  int chunk = Integer.MAX_VALUE;
  long now = 1_000;

  ConnectionPair(List<String> served) {
    this(served, ConnectionOptions.Limits.DEFAULT, true);
  }

  ConnectionPair(List<String> served, ConnectionOptions.Limits limits, boolean expectRightPeer) {
    this(served, limits, expectRightPeer, null);
  }

  /** With {@code securityOrNull} in place of Noise. */
  ConnectionPair(List<String> served, ConnectionOptions.Limits limits, boolean expectRightPeer,
      Function<KeyPair, List<SecureProtocol>> securityOrNull) {
    security = securityOrNull == null ? keys -> List.of(NoiseIdentity.of(keys, random)) : securityOrNull;
    dialer = new End(Connection.dialer(options(1, served, limits), workspace,
        expectRightPeer ? listenerId : dialerId, random));
    listener = new End(Connection.listener(options(2, served, limits), workspace, random));
    dialer.connection.start(now);
    listener.connection.start(now);
  }

  /** In private networks, each end in its own. */
  ConnectionPair(List<String> served, PrivateNetwork dialers, PrivateNetwork listeners) {
    security = keys -> List.of(NoiseIdentity.of(keys, random));
    dialer = new End(Connection.dialer(options(1, served, dialers), workspace, listenerId, random));
    listener = new End(Connection.listener(options(2, served, listeners), workspace, random));
    dialer.connection.start(now);
    listener.connection.start(now);
  }

  private ConnectionOptions options(int seed, List<String> served, PrivateNetwork network) {
    ConnectionOptions open = options(seed, served, ConnectionOptions.Limits.DEFAULT);
    return new ConnectionOptions(open.security(), network, open.muxers(), open.protocols(), open.limits());
  }

  private ConnectionOptions options(int seed, List<String> served, ConnectionOptions.Limits limits) {
    return new ConnectionOptions(security.apply(KeyPair.ed25519(seed(seed))), null, Muxers.of(new YamuxOptions()),
        new ConnectionOptions.Protocols(served::contains, () -> served), limits);
  }

  static byte[] seed(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    return seed;
  }

  /** Carries bytes both ways until nothing moves. */
  void drive() {
    boolean moved = true;
    while (moved) {
      moved = carry(dialer, listener) | carry(listener, dialer);
    }
  }

  boolean carry(End from, End to) {
    collect(from);
    byte[] bytes = from.toRemote.toByteArray();
    from.toRemote.reset();
    for (int at = 0; at < bytes.length; at += Math.min(chunk, bytes.length - at)) {
      to.connection.onBytes(now, ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at)));
      to.drain();
    }
    from.drain();
    return bytes.length > 0;
  }

  void collect(End from) {
    for (int n = from.connection.transmit(now, workspace.output()); n > 0;
        n = from.connection.transmit(now, workspace.output())) {
      from.toRemote.write(workspace.output(), 0, n);
    }
    from.drain();
  }

  /** Lets time pass, in steps to each deadline. */
  void pass(long nanos) {
    long end = now + nanos;
    while (true) {
      long next = Math.min(dialer.connection.deadline(), listener.connection.deadline());
      if (next > end) {
        break;
      }
      now = Math.max(now, next);
      dialer.connection.onDeadline(now);
      listener.connection.onDeadline(now);
      dialer.drain();
      listener.drain();
      drive();
    }
    now = end;
  }
}
