package io.peerbus.host;

import io.peerbus.api.Stream;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What floods cost a node with a small heap (SEC-01, SEC-22): its memory, its processor time, and how long an honest
 * peer waits meanwhile. The node runs in a JVM of its own with 256 MiB of heap and 64 MiB of direct memory, on one
 * processor where {@code taskset} is there; attackers and the honest peer share this one.
 *
 * <p>Arguments: the seconds of each flood (60).
 */
public final class FloodBenchmark {

  private static final String ECHO = "/echo/1.0.0";
  private static final int RAPID_RESETS_PER_SECOND = 50_000;
  private static final int TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux
  private static final int MANY = 200;

  private final Multiaddr victim;
  private final long pid;
  private final int seconds;
  private final Stream honest;
  private final Node honestNode;
  private final AtomicBoolean attacking = new AtomicBoolean();
  private final AtomicLong streams = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private Promise<Void> answered;
  private int missing;

  private FloodBenchmark(Multiaddr victim, long pid, int seconds) {
    this.victim = victim;
    this.pid = pid;
    this.seconds = seconds;
    honestNode = Nodes.start(Vertx.vertx(), "honest");
    honestNode.on(() -> honestNode.host().connect(victim));
    honest = honestNode.on(() -> honestNode.host().open(victim.peerId().orElseThrow(), ECHO));
    honestNode.context().runOnContext(now -> honest.handler(bytes -> {
      missing -= bytes.length();
      if (missing == 0) {
        answered.tryComplete();
      }
    }));
  }

  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("listen")) {
      Node node = Nodes.start(Vertx.vertx(), "victim");
      node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
      System.out.println(node.address());
      while (System.in.read() >= 0) {
        // until the other JVM is done
      }
      System.exit(0);
    }
    int seconds = arguments.length == 0 ? 60 : Integer.parseInt(arguments[0]);
    Process process = startVictim();
    System.out.printf("JDK %s, %d s each%n", System.getProperty("java.version"), seconds);
    Multiaddr victim = Multiaddr.parse(process.inputReader().readLine());
    process.onExit().thenAccept(ended -> {
      System.out.println("the node went DOWN: " + ended.inputReader().lines().toList());
      System.exit(1);
    });
    new FloodBenchmark(victim, process.pid(), seconds).run();
    process.destroy();
    Runtime.getRuntime().halt(0);
  }

  private static Process startVictim() throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/taskset"))) {
      command.addAll(List.of("/usr/bin/taskset", "-c", "0"));
    }
    command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-XX:MaxDirectMemorySize=64m",
        "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"), FloodBenchmark.class.getName(),
        "listen"));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private void run() throws Exception {
    System.out.printf("%-34s %9s %9s %6s %9s %9s %9s %12s %12s %12s%n", "flood", "RSS MiB", "peak MiB", "CPU %",
        "p50 ms", "p99 ms", "max ms", "streams/s", "refused/s", "connections");
    measure("none, cold", 0, () -> { });
    measure("none", 0, () -> { });
    measure("1 peer opens", 1, this::openUntilCut);
    measure(MANY + " peers open", MANY, this::openAndRead);
    measure("1 peer opens and resets, paced", 1, () -> resetUntilCut(RAPID_RESETS_PER_SECOND));
    measure("1 peer opens and resets, at will", 1, () -> resetUntilCut(Integer.MAX_VALUE));
    measure("none", 0, () -> { });
  }

  /** One connection of an attacker, from its dial to its end. */
  private interface Attack {
    void run() throws Exception;
  }

  private void measure(String name, int attackers, Attack attack) throws Exception {
    attacking.set(true);
    streams.set(0);
    refused.set(0);
    connections.set(0);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < attackers; i++) {
      Thread thread = new Thread(() -> repeat(attack), "attacker-" + i);
      thread.start();
      threads.add(thread);
    }
    long ticks = ticks();
    long began = System.nanoTime();
    List<Long> trips = new ArrayList<>();
    while (System.nanoTime() - began < seconds * 1_000_000_000L) {
      trips.add(roundTrip());
      LockSupport.parkNanos(5_000_000);
    }
    double time = (System.nanoTime() - began) / 1e9;
    double cpu = 100.0 * (ticks() - ticks) / TICKS_PER_SECOND / time;
    attacking.set(false);
    for (Thread thread : threads) {
      thread.join();
    }
    long[] sorted = trips.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf("%-34s %9d %9d %6.0f %9.2f %9.2f %9.2f %,12.0f %,12.0f %,12d%n", name, status("VmRSS"),
        status("VmHWM"), cpu, at(sorted, 50), at(sorted, 99), at(sorted, 100), streams.get() / time,
        refused.get() / time, connections.get());
  }

  private void repeat(Attack attack) {
    while (attacking.get()) {
      connections.incrementAndGet();
      try {
        attack.run();
      } catch (IOException | FormatException refusedOrCut) {
        LockSupport.parkNanos(1_000_000);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static double at(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
  }

  private long roundTrip() {
    long began = System.nanoTime();
    Promise<Void> back = Promise.promise();
    honestNode.context().runOnContext(now -> {
      answered = back;
      missing = 32;
      honest.write(Buffer.buffer(new byte[32]));
    });
    try {
      Nodes.await(back.future());
    } catch (AssertionError e) {
      System.out.println("the honest peer got " + e.getMessage());
      Nodes.await(back.future(), 120);
    }
    return System.nanoTime() - began;
  }

  /** As fast as the socket takes them; what comes back is read beside it, so that it is no slow reader. */
  private void openUntilCut() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(victim.withoutPeerId())) {
      Thread reader = readAll(peer);
      try {
        for (int stream = 1; attacking.get() && stream > 0; stream += 2) {
          peer.gather(RawPeer.open(stream, ECHO));
          streams.incrementAndGet();
        }
      } finally {
        peer.socket().close();
        reader.join();
      }
    }
  }

  private void resetUntilCut(int perSecond) throws Exception {
    try (RawPeer peer = RawPeer.upgraded(victim.withoutPeerId())) {
      Thread reader = readAll(peer);
      try {
        long began = System.nanoTime();
        for (int i = 0; attacking.get(); i++) {
          peer.gather(RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.SYN, 2 * i + 1, 0, new byte[0]));
          peer.gather(RawPeer.frame(RawPeer.WINDOW_UPDATE, RawPeer.RST, 2 * i + 1, 0, new byte[0]));
          streams.incrementAndGet();
          if (i % 500 == 499) {
            peer.flush();
            LockSupport.parkNanos(began + i * 1_000_000_000L / perSecond - System.nanoTime());
          }
        }
      } finally {
        peer.socket().close();
        reader.join();
      }
    }
  }

  private Thread readAll(RawPeer peer) {
    Thread reader = new Thread(() -> {
      Frames frames = new Frames();
      try {
        for (ByteBuffer plain = peer.readPlain(); plain != null; plain = peer.readPlain()) {
          count(frames, plain);
        }
      } catch (IOException | FormatException over) {
        // the attacker dials again
      }
    }, "reader");
    reader.start();
    return reader;
  }

  private void count(Frames frames, ByteBuffer plain) {
    frames.add(plain);
    refused.addAndGet(frames.count(RawPeer.WINDOW_UPDATE, RawPeer.RST));
    frames.all.clear();
  }

  /** A hundred at a time, and then it waits until all of them are answered: for as long as it is let. */
  private void openAndRead() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(victim.withoutPeerId())) {
      Frames frames = new Frames();
      for (int i = 0; attacking.get(); i++) {
        for (int j = 0; j < 100; j++) {
          peer.gather(RawPeer.open(2 * (100 * i + j) + 1, ECHO));
        }
        peer.gather(RawPeer.frame(RawPeer.PING, RawPeer.SYN, 0, i, new byte[0]));
        peer.flush();
        streams.addAndGet(100);
        boolean pong = false;
        while (!pong) {
          ByteBuffer plain = peer.readPlain();
          if (plain == null) {
            return;
          }
          frames.add(plain);
          pong = frames.count(RawPeer.PING, RawPeer.ACK) > 0;
          refused.addAndGet(frames.count(RawPeer.WINDOW_UPDATE, RawPeer.RST));
          frames.all.clear();
        }
      }
    }
  }

  /** Processor time of the node so far. */
  private long ticks() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** A size of the node's, in MiB. */
  private long status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.split("\\s+")[1])).sum() / 1024;
  }
}
