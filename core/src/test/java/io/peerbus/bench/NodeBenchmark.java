package io.peerbus.bench;

import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whole nodes over TCP on loopback, used as a plugin uses them. {@code main} starts the listening node in a JVM of its
 * own, or with {@code here} in the same one, and prints a line for each figure; each is taken three times.
 *
 * <p>Arguments: {@code here}, and the megabytes of the bulk transfer (1024).
 */
public final class NodeBenchmark {

  private static final String SINK = "/bench/sink";
  private static final String SOURCE = "/bench/source";
  private static final String ECHO = "/bench/echo";
  private static final int CHUNK = 64 * 1024;
  private static final int ROUNDS = 3;

  private final PrintStream out;
  private final Node node;
  private final Multiaddr remote;
  private final long bulk;

  private NodeBenchmark(PrintStream out, Node node, Multiaddr remote, long bulk) {
    this.out = out;
    this.node = node;
    this.remote = remote;
    this.bulk = bulk;
  }

  public static void main(String[] arguments) throws IOException, FormatException {
    List<String> words = List.of(arguments);
    Vertx vertx = Vertx.vertx();
    if (words.contains("listen")) {
      System.out.println(listen(vertx).address());
      while (System.in.read() >= 0) {
        // until the other JVM is done
      }
      System.exit(0);
    }
    long megabytes = words.stream().filter(word -> word.matches("\\d+")).mapToLong(Long::parseLong).findFirst().orElse(1024);
    Process other = words.contains("here") ? null : startListener();
    Multiaddr remote = other == null ? listen(vertx).address()
        : Multiaddr.parse(other.inputReader().readLine());
    System.out.printf("JDK %s, %s, %d processors%n", System.getProperty("java.version"),
        other == null ? "one JVM" : "two JVMs", Runtime.getRuntime().availableProcessors());
    new NodeBenchmark(System.out, Nodes.start(vertx, "dialer"), remote, megabytes << 20).run();
    if (other != null) {
      other.getOutputStream().close();
    }
    System.exit(0);
  }

  private static Process startListener() throws IOException {
    return new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"),
        NodeBenchmark.class.getName(), "listen").redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Node listen(Vertx vertx) {
    Node node = Nodes.start(vertx, "listener");
    node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    node.on(() -> node.host().handle(SINK, stream -> {
      stream.handler(bytes -> { });
      stream.endHandler(end -> stream.end());
    }));
    node.on(() -> node.host().handle(SOURCE, stream -> stream.handler(
        asked -> pour(stream, asked.getLong(0)))));
    return node;
  }

  /** Writes so many bytes as fast as the stream takes them, and ends. */
  static void pour(Stream stream, long bytes) {
    Buffer chunk = Buffer.buffer(new byte[CHUNK]);
    long[] left = {bytes};
    Runnable[] write = new Runnable[1];
    write[0] = () -> {
      while (left[0] > 0 && !stream.writeQueueFull()) {
        stream.write(chunk);
        left[0] -= CHUNK;
      }
      if (left[0] > 0) {
        stream.drainHandler(drained -> write[0].run());
      } else {
        stream.end();
      }
    };
    write[0].run();
  }

  private void run() throws IOException {
    node.on(() -> node.host().connect(remote));
    report("bulk up, one stream", "MB/s", () -> megabytesPerSecond(this::up));
    report("bulk down, one stream", "MB/s", () -> megabytesPerSecond(this::down));
    report("streams, 1 in flight", "/s", () -> perSecond(1, 2_000, this::stream));
    report("streams, 100 in flight", "/s", () -> perSecond(100, 100_000, this::stream));
    roundTrips();
    report("connections, 1 in flight", "/s", () -> perSecond(1, 300, this::connection));
    report("connections, 32 in flight", "/s", this::handshakes);
  }

  private void report(String what, String unit, Supplier<Double> measure) {
    double[] values = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      values[i] = measure.get();
    }
    out.printf("%-28s %s %s, load %.1f%n", what,
        Arrays.stream(values).mapToObj(value -> String.format("%,.0f", value)).toList(), unit, load());
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static double seconds(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e9;
  }

  private double megabytesPerSecond(Supplier<Future<?>> transfer) {
    return bulk / 1e6 / seconds(() -> Nodes.await(onNode(transfer), 300));
  }

  private Future<Object> onNode(Supplier<Future<?>> work) {
    return onContext(node, work);
  }

  /** Runs on the context of the node's host. */
  static Future<Object> onContext(Node node, Supplier<Future<?>> work) {
    Promise<Object> done = Promise.promise();
    node.context().runOnContext(now -> work.get().<Object>map(any -> any).onComplete(done));
    return done.future();
  }

  static Future<Void> ended(Stream stream) {
    Promise<Void> end = Promise.promise();
    stream.handler(bytes -> { });
    stream.endHandler(now -> end.tryComplete());
    stream.resetHandler(end::tryFail);
    return end.future();
  }

  private Future<?> up() {
    return node.host().open(remote.peerId().orElseThrow(), SINK).compose(stream -> {
      Future<Void> end = ended(stream);
      pour(stream, bulk);
      return end;
    });
  }

  private Future<?> down() {
    return node.host().open(remote.peerId().orElseThrow(), SOURCE).compose(stream -> {
      Future<Void> end = ended(stream);
      stream.write(Buffer.buffer().appendLong(bulk));
      stream.end();
      return end;
    });
  }

  /** Opened, negotiated, a byte there and back, ended. */
  private Future<?> stream() {
    return node.host().open(remote.peerId().orElseThrow(), ECHO).compose(stream -> {
      Future<Void> end = ended(stream);
      stream.write(Buffer.buffer("x"));
      stream.end();
      return end;
    });
  }

  private Future<?> connection() {
    return node.host().disconnect(remote.peerId().orElseThrow()).compose(gone -> node.host().connect(remote));
  }

  private double perSecond(int inFlight, int count, Supplier<Future<?>> work) {
    return count / seconds(() -> Nodes.await(onNode(() -> {
      int[] left = {count};
      return Future.all(java.util.stream.IntStream.range(0, inFlight).mapToObj(i -> again(left, work)).toList());
    }), 300));
  }

  /** One after the other; not a chain of futures, which would end as deep as it is long. */
  private static Future<Void> again(int[] left, Supplier<Future<?>> work) {
    Promise<Void> all = Promise.promise();
    next(left, work, all);
    return all.future();
  }

  private static void next(int[] left, Supplier<Future<?>> work, Promise<Void> all) {
    if (left[0]-- <= 0) {
      all.complete();
    } else {
      work.get().onComplete(done -> next(left, work, all), all::tryFail);
    }
  }

  /** A host has one connection to a peer, so 32 at once take 32 dialing hosts, each again and again. */
  private double handshakes() {
    Vertx vertx = Vertx.vertx();
    List<Node> dialers = java.util.stream.IntStream.range(0, 32)
        .mapToObj(i -> Nodes.start(vertx, "dialer-" + i)).toList();
    int each = 40;
    double seconds = seconds(() -> Nodes.await(Future.all(dialers.stream().map(dialer -> {
      Promise<Object> done = Promise.promise();
      dialer.context().runOnContext(now -> again(new int[] {each}, () -> dialer.host().connect(remote)
          .compose(peer -> dialer.host().disconnect(peer))).<Object>map(any -> any).onComplete(done));
      return done.future();
    }).toList()), 300));
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    return 32 * each / seconds;
  }

  /** 32 bytes there and back on one stream, one at a time. */
  private void roundTrips() {
    int count = 20_000;
    long[] nanos = new long[count];
    Nodes.await(onNode(() -> node.host().open(remote.peerId().orElseThrow(), ECHO).compose(stream -> {
      Promise<Void> done = Promise.promise();
      Buffer ping = Buffer.buffer(new byte[32]);
      int[] at = {0};
      long[] sent = {System.nanoTime()};
      stream.handler(pong -> {
        nanos[at[0]++] = System.nanoTime() - sent[0];
        if (at[0] == count) {
          stream.reset();
          done.complete();
        } else {
          sent[0] = System.nanoTime();
          stream.write(ping);
        }
      });
      stream.write(ping);
      return done.future();
    })), 300);
    long[] warm = Arrays.copyOfRange(nanos, count / 2, count);
    Arrays.sort(warm);
    out.printf("%-28s p50 %d, p99 %d µs, load %.1f%n", "round trip of 32 bytes", warm[warm.length / 2] / 1_000,
        warm[warm.length * 99 / 100] / 1_000, load());
  }
}
