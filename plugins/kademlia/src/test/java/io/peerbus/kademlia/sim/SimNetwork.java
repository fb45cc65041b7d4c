package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.Mode;
import io.peerbus.kademlia.VirtualDht;
import io.peerbus.kademlia.VirtualNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A network of servers with the options of the public network, which come and, if wanted, go. A new one begins with
 * three others by lot. One that goes does so without a word, for good, and a new one comes in its place: so the network
 * keeps its size, and every session is as long as an exponential distribution with that median has it.
 *
 * <p>Not thread safe.
 */
final class SimNetwork {

  static final long SECOND = 1_000_000_000L;
  private static final Duration BETWEEN_JOINS = Duration.ofMillis(20);
  /** A node has so many connections; it then closes the oldest for a new one. */
  private static final int LINKS = 250;
  /** Bytes of every message would cost more than the rest of the simulation; see MessageTest for those. */
  private static final int CROSSING = 100;
  private static final int BEGIN_WITH = 3;

  final VirtualDht dht;
  final KademliaOptions machine = new KademliaOptions().setMode(Mode.SERVER);
  final SplittableRandom random;
  final List<VirtualNode> up = new ArrayList<>();
  private final Progress progress;
  private int numbers;
  /** In nanoseconds; 0 for sessions that do not end. */
  private double medianSession;

  SimNetwork(SimOptions options, Progress progress, long salt) {
    this.dht = new VirtualDht(options.seed() + salt);
    this.random = new SplittableRandom(options.seed() - salt);
    this.progress = progress;
    dht.weather = options.weather();
    dht.maxLinks = LINKS;
    dht.crossing = CROSSING;
  }

  /** Lets so many nodes come, one after the other, and find their places. */
  void grow(int count, Duration settle) {
    for (int i = 0; i < count; i++) {
      join();
      dht.kernel.run(BETWEEN_JOINS);
      progress.tell(() -> "joining: " + up.size() + " of " + count);
    }
    run("settling", settle);
  }

  private void join() {
    VirtualNode node = dht.add(++numbers, machine);
    VirtualNode[] others = new VirtualNode[Math.min(BEGIN_WITH, up.size())];
    for (int i = 0; i < others.length; i++) {
      others[i] = any();
    }
    node.start(others);
    up.add(node);
    if (medianSession > 0) {
      endLater(node);
    }
  }

  /** From now on sessions end. */
  void churn(double medianMinutes) {
    medianSession = medianMinutes * 60 * SECOND;
    List.copyOf(up).forEach(this::endLater);
  }

  private void endLater(VirtualNode node) {
    double session = -Math.log(1 - random.nextDouble()) * medianSession / Math.log(2);
    dht.kernel.after((long) session, () -> {
      up.set(up.indexOf(node), up.get(up.size() - 1));
      up.remove(up.size() - 1);
      node.kill();
      dht.remove(node);
      join();
    });
  }

  /** One of those that are up, by lot. */
  VirtualNode any() {
    return up.get(random.nextInt(up.size()));
  }

  /** Goes on for this long, with a word about it now and then. */
  void run(String what, Duration time) {
    long end = dht.kernel.now() + time.toNanos();
    while (dht.kernel.now() < end) {
      dht.kernel.run(Duration.ofNanos(Math.min(SECOND, end - dht.kernel.now())));
      progress.tell(() -> what + ": " + (end - dht.kernel.now()) / SECOND + " s of virtual time to go, "
          + dht.kernel.happened() + " events so far");
    }
  }

  /** Goes on until that is so, at the most for this long. */
  void runUntil(String what, BooleanSupplier isSo, Duration most) {
    long end = dht.kernel.now() + most.toNanos();
    while (!isSo.getAsBoolean() && dht.kernel.now() < end) {
      run(what, Duration.ofSeconds(1));
    }
  }

  /** So many lookups for random keys by nodes by lot, evenly over this time, while the network goes on. */
  void look(int count, Duration time, Consumer<Lookups.Sample> then) {
    long began = dht.kernel.now();
    for (int i = 0; i < count; i++) {
      dht.kernel.at(began + time.toNanos() / count * i, () -> {
        byte[] target = new byte[32];
        random.nextBytes(target);
        new Lookups.Running(this, any(), target, began).start(then);
      });
    }
  }

  List<Key> keys() {
    return up.stream().map(node -> node.key).toList();
  }

  Duration time() {
    return Duration.ofNanos(dht.kernel.now() - io.peerbus.sim.Kernel.START);
  }
}
