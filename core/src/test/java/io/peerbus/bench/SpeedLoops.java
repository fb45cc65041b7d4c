package io.peerbus.bench;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;

/**
 * What it costs that a stream's handler is on another event loop than its connection, for the script {@code speed}. A
 * node with one shard has two hosts on the two event loops there are, so that one of them shares the shard's. Which
 * one, the processor's time of the loops tells after a transfer, and that is what each answer says.
 *
 * <p>Arguments: {@code serve} or {@code run ADDRESS}. Orders: {@code busy}, for how many loops were at work since the
 * last one; {@code upload HOST OTHER BYTES} for the sender, from one of its hosts to one of the other node's.
 */
public final class SpeedLoops {

  private static final String SINK = "/bench/sink/";
  private static final int HOSTS = 2;
  /** Below this part of the loops' time a loop only ran errands. */
  private static final double AT_WORK = 0.1;
  private static final int PATIENCE_SECONDS = 300;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(HOSTS));
  private final Node[] hosts = new Node[HOSTS];
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private Map<Long, Long> before = Map.of();

  private SpeedLoops() {
    hosts[0] = Nodes.start(vertx, Nodes.options("loops").setShards(1),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    hosts[1] = Nodes.attach(vertx, "loops", hosts[0].deployment());
  }

  public static void main(String[] arguments) throws FormatException {
    SpeedLoops side = new SpeedLoops();
    Multiaddr to = null;
    if (arguments[0].equals("serve")) {
      side.serve();
      tell(new JsonObject().put("addr", side.hosts[0].address().toString()));
    } else {
      to = Multiaddr.parse(arguments[1]);
      Multiaddr address = to;
      side.hosts[0].on(() -> side.hosts[0].host().connect(address));
      tell(new JsonObject().put("version", System.getProperty("java.version")));
    }
    side.busy();
    Scanner orders = new Scanner(System.in, StandardCharsets.UTF_8);
    while (orders.hasNext()) {
      if (orders.next().equals("busy")) {
        tell(new JsonObject().put("loops", side.busy()));
      } else {
        tell(new JsonObject().put("seconds", side.upload(to, orders.nextInt(), orders.nextInt(), orders.nextLong())));
      }
    }
    System.exit(0);
  }

  private static void tell(JsonObject line) {
    System.out.println(line.encode());
  }

  private void serve() {
    for (int i = 0; i < HOSTS; i++) {
      Node node = hosts[i];
      String protocol = SINK + i;
      node.on(() -> node.host().handle(protocol, stream -> {
        stream.handler(bytes -> { });
        stream.endHandler(end -> stream.end());
      }));
    }
  }

  private double upload(Multiaddr to, int from, int other, long bytes) {
    Node node = hosts[from];
    long began = System.nanoTime();
    Nodes.await(NodeBenchmark.onContext(node, () -> node.host().open(to.peerId().orElseThrow(), SINK + other)
        .compose(stream -> {
          var end = NodeBenchmark.ended(stream);
          NodeBenchmark.pour(stream, bytes);
          return end;
        })), PATIENCE_SECONDS);
    return (System.nanoTime() - began) / 1e9;
  }

  /** Event loops that had a good part of the time of all of them, since the last call. */
  private int busy() {
    Map<Long, Long> now = new HashMap<>();
    for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().contains("eventloop")) {
        now.put(thread.getThreadId(), threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    List<Long> spent = now.entrySet().stream()
        .map(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L)).toList();
    long sum = spent.stream().mapToLong(Long::longValue).sum();
    before = now;
    return (int) spent.stream().filter(nanos -> nanos > AT_WORK * sum).count();
  }
}
