package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Uses a swarm at random, in every order a caller and a transport may come up with, and checks each action against
 * what is known from outside: which requests, dials and connections there are.
 */
final class SwarmModel {

  private static final int PEERS = 5;
  private static final List<PeerId> ALL = IntStream.range(0, PEERS).mapToObj(Fixture::peer).toList();

  private final Random random;
  private final SwarmOptions options;
  private final Fixture node;
  private final Map<Long, PeerId> requests = new LinkedHashMap<>();
  private final Map<Long, Action.Dial> running = new LinkedHashMap<>();
  /** Given up by the swarm; the transport may not know yet. */
  private final Map<Long, Action.Dial> cancelled = new LinkedHashMap<>();
  private final Map<Long, ConnectionInfo> open = new LinkedHashMap<>();
  private final Map<Long, ConnectionInfo> closing = new LinkedHashMap<>();
  private final Set<PeerId> up = new HashSet<>();
  private final Set<Long> dialsSeen = new HashSet<>();
  private long nextRequest;
  int lateConnections;
  int answered;

  SwarmModel(long seed) {
    random = new Random(seed);
    options = new SwarmOptions().setMaxConcurrentDials(1 + random.nextInt(6)).setMaxDialsPerPeer(1 + random.nextInt(3))
        .setMaxPendingConnects(8);
    node = new Fixture(anyPeer(), options);
  }

  void step() {
    switch (random.nextInt(10)) {
      case 0, 1 -> connect();
      case 2 -> node.swarm.cancel(node.now, random.nextLong(nextRequest + 1));
      case 3, 4 -> finish(running);
      case 5 -> finish(cancelled);
      case 6 -> accept();
      case 7 -> closeOne(random.nextBoolean() || closing.isEmpty() ? open : closing);
      case 8 -> {
        if (random.nextInt(4) == 0) {
          node.swarm.disconnect(node.now, anyPeer());
        } else if (random.nextInt(8) == 0) {
          node.swarm.bootstrap(node.now, List.of(address().withPeerId(anyPeer()), address()));
        }
      }
      default -> pass(random.nextLong(random.nextBoolean() ? 100_000_000L : 12_000_000_000L));
    }
    check();
  }

  /** The transport falls silent; then the node is closed. Nothing may be left. */
  void end() {
    pass(31_000_000_000L);
    expect(requests.isEmpty(), () -> "unanswered requests " + requests);
    node.swarm.close(node.now);
    check();
    expect(open.isEmpty() && up.isEmpty() && running.isEmpty(), () -> "left after close: " + open + up + running);
    while (!cancelled.isEmpty()) {
      finish(cancelled);
      check();
    }
    while (!closing.isEmpty()) {
      closeOne(closing);
      check();
    }
    expect(new Swarm.Counts(0, 0, 0, 0, 0, 0).equals(node.swarm.counts()), () -> "left: " + node.swarm.counts());
    pass(60_000_000_000L);
    expect(node.swarm.deadline() == Swarm.NEVER, () -> "a timer is left");
  }

  private void connect() {
    PeerId named = random.nextInt(4) == 0 ? null : anyPeer();
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Multiaddr address = address();
      addresses.add(random.nextInt(10) == 0 ? address.withPeerId(anyPeer()) : address);
    }
    long request = nextRequest++;
    requests.put(request, named);
    node.swarm.connect(node.now, request, named, addresses);
  }

  private void finish(Map<Long, Action.Dial> dials) {
    if (dials.isEmpty()) {
      return;
    }
    List<Long> ids = new ArrayList<>(dials.keySet());
    boolean late = dials == cancelled;
    Action.Dial dial = dials.remove((long) ids.get(random.nextInt(ids.size())));
    if (random.nextInt(3) == 0) {
      node.fail(dial, "refused");
      return;
    }
    boolean right = dial.expectedOrNull() != null && random.nextInt(8) > 0;
    ConnectionInfo connection = node.outbound(right ? dial.expectedOrNull() : anyPeer(), dial.address());
    connected(dial, connection, late);
  }

  private void connected(Action.Dial dialOrNull, ConnectionInfo connection, boolean late) {
    PeerId expected = dialOrNull == null ? null : dialOrNull.expectedOrNull();
    boolean wrong = expected != null && !expected.equals(connection.peer());
    open.put(connection.id(), connection);
    node.swarm.onConnected(node.now, dialOrNull == null ? Swarm.INBOUND : dialOrNull.attempt(), connection);
    check();
    if (late || wrong) {
      expect(!open.containsKey(connection.id()), () -> "an unwelcome connection stays: " + connection);
      lateConnections += late ? 1 : 0;
    }
  }

  private void accept() {
    if (node.swarm.admits(node.now, "9.9.9.9")) {
      connected(null, node.inbound(anyPeer()), false);
      node.swarm.onAcceptEnded(node.now, "9.9.9.9");
    }
  }

  private void closeOne(Map<Long, ConnectionInfo> from) {
    if (!from.isEmpty()) {
      List<Long> ids = new ArrayList<>(from.keySet());
      long id = ids.get(random.nextInt(ids.size()));
      from.remove(id);
      node.swarm.onClosed(node.now, id, "gone");
    }
  }

  private void pass(long nanos) {
    long end = node.now + nanos;
    while (node.swarm.deadline() <= end) {
      node.now = Math.max(node.now, node.swarm.deadline());
      node.swarm.onDeadline(node.now);
      check();
    }
    node.now = end;
  }

  /** Takes the actions one by one, then compares what the swarm says of itself. */
  private void check() {
    for (Action action : node.actions()) {
      check(action);
    }
    Set<PeerId> connected = new HashSet<>();
    open.values().forEach(connection -> connected.add(connection.peer()));
    expect(connected.equals(up), () -> "up " + up + ", but connected " + connected);
    expect(new ArrayList<>(open.values()).equals(node.swarm.connections()), () -> "the table differs");
    Swarm.Counts counts = node.swarm.counts();
    expect(counts.requests() == requests.size(), () -> "requests " + requests + ", but " + counts);
    expect(counts.dials() == running.size(), () -> "dials " + running + ", but " + counts);
    expect(counts.connections() == open.size() + closing.size(), () -> "connections, but " + counts);
  }

  private void check(Action action) {
    if (action instanceof Action.Dial dial) {
      onDial(dial);
    } else if (action instanceof Action.CancelDial cancel) {
      Action.Dial dial = running.remove(cancel.attempt());
      expect(dial != null, () -> "cancelled what does not run: " + cancel);
      cancelled.put(cancel.attempt(), dial);
    } else if (action instanceof Action.Close close) {
      ConnectionInfo connection = open.remove(close.connectionId());
      expect(connection != null, () -> "closed what is not open: " + close);
      closing.put(close.connectionId(), connection);
    } else if (action instanceof Action.Up told) {
      expect(up.add(told.connection().peer()), () -> "up twice: " + told);
    } else if (action instanceof Action.Down told) {
      expect(up.remove(told.peer()), () -> "down twice: " + told);
    } else if (action instanceof Action.Done done) {
      onDone(done);
    } else if (action instanceof Action.Failed failed) {
      expect(requests.containsKey(failed.request()), () -> "answered twice: " + failed);
      requests.remove(failed.request());
      expect(!failed.message().isBlank(), () -> "no reason: " + failed);
    }
  }

  private void onDial(Action.Dial dial) {
    expect(dialsSeen.add(dial.attempt()), () -> "an attempt id is used again: " + dial);
    expect(dial.timeoutNanos() > 0, () -> "no time: " + dial);
    running.put(dial.attempt(), dial);
    expect(running.size() <= options.getMaxConcurrentDials(), () -> "too many dials: " + running);
    PeerId peer = dial.expectedOrNull();
    if (peer != null) {
      long toPeer = running.values().stream().filter(other -> peer.equals(other.expectedOrNull())).count();
      expect(toPeer <= options.getMaxDialsPerPeer(), () -> "too many dials to one: " + running);
      expect(!up.contains(peer), () -> "dialled a connected peer: " + dial);
    }
  }

  private void onDone(Action.Done done) {
    expect(requests.containsKey(done.request()), () -> "answered twice: " + done);
    PeerId named = requests.remove(done.request());
    expect(open.containsKey(done.connection().id()), () -> "answered with what is not open: " + done);
    expect(named == null || named.equals(done.connection().peer()), () -> "answered with another peer: " + done);
    answered++;
  }

  private PeerId anyPeer() {
    return ALL.get(random.nextInt(PEERS));
  }

  private Multiaddr address() {
    int number = random.nextInt(12);
    return number < 10 ? Fixture.address(number) : Fixture.address("/ip4/1.2.3.4/udp/" + number + "/quic-v1");
  }

  private static void expect(boolean condition, Supplier<String> message) {
    if (!condition) {
      throw new AssertionError(message.get());
    }
  }
}
