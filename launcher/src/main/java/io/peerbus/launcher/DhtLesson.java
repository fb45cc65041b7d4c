package io.peerbus.launcher;

import io.peerbus.api.FailureException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What the program of lesson 7 does on a node that runs, and its lines to the letter: a server puts a value and
 * provides a content, a client gets and finds them. Blocks.
 */
final class DhtLesson {

  /** For an answer of the network. */
  static final long PATIENCE_MILLIS = 90_000;
  static final int STATUS_SECONDS = 10;

  private static final byte[] VALUE_KEY = DhtKey.sha256(utf8("py-libp2p kademlia example value"));
  private static final byte[] CONTENT = DhtKey.sha256(utf8("Hello from python node "));
  private static final String VALUE = "Hello message from Paschal";
  /** For a peer that was reached to say that it is a server, and to answer as one. */
  private static final long SERVER_MILLIS = 5_000;
  private static final long POLL_MILLIS = 20;

  private final DhtRun.Plan plan;
  private final String id;
  private final Node node;
  private final Consumer<String> print;

  /** Asks core or a plugin, and throws what they fail with. */
  @FunctionalInterface
  interface Node {
    JsonObject ask(String address, JsonObject request) throws FailureException;
  }

  DhtLesson(DhtRun.Plan plan, String id, Node node, Consumer<String> print) {
    this.plan = plan;
    this.id = id;
    this.node = node;
    this.print = print;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private JsonObject kademlia(String op) {
    return node.ask("kademlia", new JsonObject().put("op", op));
  }

  /** Everything but the status. */
  void run(LessonFile file) {
    connect();
    String address = "/ip4/127.0.0.1/tcp/" + plan.port() + "/p2p/" + id;
    print.accept("To connect to this node, use: --bootstrap " + address);
    if (plan.isServer()) {
      save(file, address);
    }
    print.accept("DHT service started in " + (plan.isServer() ? "SERVER" : "CLIENT") + " mode");
    if (plan.isServer()) {
      put();
      provide();
    } else {
      get();
      findProviders();
    }
    print.accept("Node is now running. Press Ctrl+C to stop.");
  }

  private void connect() {
    if (plan.bootstrap().isEmpty()) {
      return;
    }
    Map<String, String> connected = new LinkedHashMap<>();
    for (String address : plan.bootstrap()) {
      try {
        JsonObject request = new JsonObject().put("op", "connect").put("addresses", new JsonArray().add(address));
        connected.put(node.ask("control", request).getString("peer"), address);
      } catch (FailureException e) {
        print.accept("Failed to connect to bootstrap node " + address + ": " + e.getMessage());
      }
    }
    print.accept("Connected to bootstrap nodes: [" + String.join(", ", connected.keySet()) + "]");
    Set<String> missing = new LinkedHashSet<>(connected.keySet());
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SERVER_MILLIS);
    while (!missing.isEmpty() && System.nanoTime() < end) {
      table().forEach(missing::remove);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
    missing.forEach(peer -> print.accept("Failed to add peer " + peer + " to routing table: it serves no DHT"));
  }

  private List<String> table() {
    List<String> peers = new ArrayList<>();
    kademlia("routingTable").getJsonArray("peers").forEach(row -> peers.add(((JsonObject) row).getString("peer")));
    return peers;
  }

  private void save(LessonFile file, String address) {
    try {
      file.save(address);
      print.accept("Saved server address to log: " + address);
    } catch (IOException e) {
      print.accept("Failed to save server address: " + e);
    }
  }

  private void put() {
    try {
      node.ask("kademlia", request("put", VALUE_KEY).put("value", Buffer.buffer(VALUE)));
      print.accept("Stored value '" + VALUE + "' with key: " + DhtKey.base58(VALUE_KEY));
    } catch (FailureException e) {
      print.accept("Failed to store value: " + e.getMessage());
    }
  }

  private void provide() {
    try {
      node.ask("kademlia", request("provide", CONTENT));
      print.accept("Successfully advertised as server for content: " + DhtKey.hex(CONTENT));
    } catch (FailureException e) {
      print.accept("Failed to advertise as content server: " + e.getMessage());
    }
  }

  private void get() {
    print.accept("Looking up key: " + DhtKey.base58(VALUE_KEY));
    try {
      JsonObject answer = node.ask("kademlia", request("get", VALUE_KEY).put("trace", true));
      if (answer.containsKey("notFound")) {
        print.accept("Failed to retrieve value");
      } else {
        print.accept(retrieved(answer.getBinary("value")));
      }
    } catch (FailureException e) {
      print.accept("Failed to retrieve value: " + e.getMessage());
    }
  }

  static String retrieved(byte[] value) {
    try {
      return "Retrieved value: " + StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      return "Retrieved value (bytes): " + python(value);
    }
  }

  /** As Python shows bytes. */
  private static String python(byte[] bytes) {
    StringBuilder text = new StringBuilder("b'");
    for (byte b : bytes) {
      boolean plain = b >= ' ' && b < 0x7f && b != '\'' && b != '\\';
      text.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "\\x%02x", b & 0xff));
    }
    return text.append('\'').toString();
  }

  private void findProviders() {
    String content = DhtKey.hex(CONTENT);
    print.accept("Looking for servers of content: " + content);
    try {
      JsonObject answer = node.ask("kademlia", request("findProviders", CONTENT).put("trace", true));
      JsonArray peers = answer.getJsonArray("peers", new JsonArray());
      List<String> ids = peers.stream().map(peer -> "'" + ((JsonObject) peer).getString("peer") + "'").toList();
      print.accept(ids.isEmpty() ? "No servers found for content " + content
          : "Found " + ids.size() + " servers for content: [" + String.join(", ", ids) + "]");
    } catch (FailureException e) {
      print.accept("Failed to find providers: " + e.getMessage());
    }
  }

  private static JsonObject request(String op, byte[] key) {
    return new JsonObject().put("op", op).put("key", Buffer.buffer(key));
  }

  /** Values are those kept here, of others and our own; peers in store those connected or in the routing table. */
  void status() {
    try {
      List<String> connected = new ArrayList<>();
      node.ask("control", new JsonObject().put("op", "peers")).getJsonArray("peers")
          .forEach(peer -> connected.add(((JsonObject) peer).getString("peer")));
      Set<String> known = new LinkedHashSet<>(connected);
      known.addAll(table());
      JsonObject stats = kademlia("stats");
      print.accept("Status - Connected peers: " + connected.size() + ", Peers in store: " + known.size()
          + ", Values in store: " + (stats.getInteger("records") + stats.getInteger("ownRecords")));
    } catch (FailureException e) {
      print.accept("Status - unknown: " + e.getMessage());
    }
  }
}
