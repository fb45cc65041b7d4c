package io.peerbus.interop;

import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A network of DHT servers in this process, for the script {@code dht-speed}, measured as a plugin uses it: over the
 * event bus. The verticles are on the class path, so that all nodes run the same code. Takes orders "what seconds
 * number" from standard input and answers each with a line of JSON.
 */
public final class SpeedNetwork {

  private static final int K = 20;
  private static final int KEY_SIZE = 32;
  private static final int VALUE_SIZE = 100;
  private static final int JOINING = 8;
  private static final int FILLING_ROUNDS = 2;
  private static final int FILLING_KEYS = 5;
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(90_000);

  private final Vertx vertx = Vertx.vertx();
  private final Random random = new Random();
  private final List<Node> nodes = new ArrayList<>();
  private final List<byte[]> places = new ArrayList<>();
  private final List<byte[]> keys = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger right = new AtomicInteger();
  private final AtomicInteger expected = new AtomicInteger();

  private SpeedNetwork() {}

  /** The argument is the number of nodes. */
  public static void main(String[] arguments) {
    int size = Integer.parseInt(arguments[0]);
    SpeedNetwork network = new SpeedNetwork();
    network.start(size);
    System.out.println(new JsonObject().put("nodes", size)
        .put("version", "JDK " + System.getProperty("java.version")).encode());
    Scanner orders = new Scanner(System.in, StandardCharsets.UTF_8);
    while (orders.hasNext()) {
      network.measure(orders.next(), orders.nextDouble(), orders.nextInt());
    }
    System.exit(0);
  }

  private void start(int size) {
    for (int i = 0; i < size; i++) {
      String name = "node" + i;
      nodes.add(Nodes.start(vertx, name));
      places.add(sha256(nodes.get(i).host().id().toBytes()));
      deploy(name, "identify", new JsonObject());
      deploy(name, "kademlia", new JsonObject().put("mode", "server")
          .put("openNamespaces", new JsonArray().add("interop")));
    }
    String first = nodes.get(0).address().toString();
    for (int i = 1; i < size; i++) {
      int node = i;
      Nodes.await(ask(i, new JsonObject().put("op", "addPeers").put("addresses", new JsonArray().add(first))));
      Nodes.eventually(nodes.get(i), "a peer is in the table",
          () -> !Nodes.await(ask(node, new JsonObject().put("op", "routingTable"))).getJsonArray("peers").isEmpty());
    }
    for (int round = 0; round < FILLING_ROUNDS * (1 + FILLING_KEYS); round++) {
      boolean itself = round % (1 + FILLING_KEYS) == 0;
      int[] left = {size};
      together(JOINING, number -> {
        int i = --left[0];
        return i < 0 ? null : ask(i, op("closestPeers", itself ? nodes.get(i).host().id().toBytes() : bytes(KEY_SIZE)));
      });
    }
  }

  private void deploy(String node, String plugin, JsonObject settings) {
    String verticle = "io.peerbus." + plugin + ".verticle."
        + plugin.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + plugin.substring(1) + "Verticle";
    Nodes.await(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(
        new JsonObject().put("node", node).put("plugin", plugin).put("settings", settings))));
  }

  private Future<JsonObject> ask(int node, JsonObject request) {
    String address = "peerbus." + nodes.get(node).name() + ".kademlia";
    return vertx.eventBus().<JsonObject>request(address, request, PATIENT).map(reply -> reply.body());
  }

  private static JsonObject op(String op, byte[] key) {
    return new JsonObject().put("op", op).put("key", Buffer.buffer(key));
  }

  /** So many chains of operations at once, each until there is no next one. All on one context. */
  private void together(int inFlight, IntFunction<Future<?>> operation) {
    Promise<Void> all = Promise.promise();
    vertx.getOrCreateContext().runOnContext(now -> {
      int[] running = {inFlight};
      for (int i = 0; i < inFlight; i++) {
        chain(operation, () -> {
          if (--running[0] == 0) {
            all.complete();
          }
        });
      }
    });
    Nodes.await(all.future(), 600);
  }

  private void chain(IntFunction<Future<?>> operation, Runnable end) {
    Future<?> one = operation.apply(next.incrementAndGet() % nodes.size());
    if (one == null) {
      end.run();
    } else {
      one.onComplete(done -> {
        failed.addAndGet(done.failed() ? 1 : 0);
        chain(operation, end);
      });
    }
  }

  private void measure(String what, double seconds, int inFlight) {
    right.set(0);
    expected.set(0);
    failed.set(0);
    int[] count = {0};
    long start = System.nanoTime();
    together(inFlight, node -> {
      if (System.nanoTime() - start > seconds * 1e9) {
        return null;
      }
      count[0]++;
      return switch (what) {
        case "closest" -> closest(node);
        case "put" -> put(node);
        case "get" -> ask(node, op("get", keys.get(random.nextInt(keys.size()))));
        default -> throw new IllegalArgumentException("unknown operation " + what);
      };
    });
    double took = (System.nanoTime() - start) / 1e9;
    System.out.println(new JsonObject().put("count", count[0] - failed.get()).put("failed", failed.get())
        .put("seconds", took).put("right", right.get() / Math.max(1.0, expected.get())).encode());
  }

  private Future<?> closest(int node) {
    byte[] key = bytes(KEY_SIZE);
    return ask(node, op("closestPeers", key)).onSuccess(answer -> judge(node, key, answer));
  }

  private Future<?> put(int node) {
    byte[] key = ("/interop/" + HexFormat.of().formatHex(bytes(16))).getBytes(StandardCharsets.UTF_8);
    return ask(node, op("put", key).put("value", Buffer.buffer(bytes(VALUE_SIZE)))).onSuccess(done -> keys.add(key));
  }

  /** Counts how many of the k nearest there are were found. */
  private void judge(int asker, byte[] key, JsonObject answer) {
    Set<String> found = new HashSet<>();
    answer.getJsonArray("peers").forEach(peer -> found.add(((JsonObject) peer).getString("peer")));
    byte[] target = sha256(key);
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (i != asker) {
        all.add(i);
      }
    }
    all.sort(Comparator.comparing(i -> distance(places.get(i), target), Arrays::compareUnsigned));
    for (int i : all.subList(0, Math.min(K, all.size()))) {
      PeerId peer = nodes.get(i).host().id();
      right.addAndGet(found.contains(peer.toString()) ? 1 : 0);
      expected.incrementAndGet();
    }
  }

  private static byte[] distance(byte[] place, byte[] target) {
    byte[] distance = new byte[target.length];
    for (int i = 0; i < target.length; i++) {
      distance[i] = (byte) (place[i] ^ target[i]);
    }
    return distance;
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
