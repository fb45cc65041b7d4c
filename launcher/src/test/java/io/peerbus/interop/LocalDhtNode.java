package io.peerbus.interop;

import io.peerbus.host.Nodes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A node of ours with the plugin kademlia; the namespace {@code /interop/} is judged by the test, over the bus. */
final class LocalDhtNode implements DhtNode {

  static final String KIND = "Peerbus";

  private static final String JUDGE = "interop.judge";
  private static final int CALL_SECONDS = 90;
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(CALL_SECONDS * 1000L);

  private final Vertx vertx;
  private final String name;
  private final LocalNode node;

  private LocalDhtNode(Vertx vertx, String name, LocalNode node) {
    this.vertx = vertx;
    this.name = name;
    this.node = node;
  }

  /** Judges for all nodes of this Vert.x, as the foreign peers do for themselves: the greatest of the values wins. */
  static void judge(Vertx vertx) {
    Nodes.await(vertx.eventBus().<JsonObject>consumer(JUDGE, question -> {
      Buffer value = question.body().getBuffer("value");
      question.reply(value.length() == 0 ? new JsonObject().put("valid", false).put("reason", "it is empty")
          : new JsonObject().put("valid", true).put("rank", value));
    }).completion());
  }

  static LocalDhtNode start(Vertx vertx, String name, String listen, Path data) {
    JsonArray plugins = new JsonArray().add(new JsonObject().put("id", "identify"))
        .add(new JsonObject().put("id", "ping"))
        .add(new JsonObject().put("id", "kademlia").put("settings", new JsonObject().put("mode", "server")));
    LocalDhtNode local = new LocalDhtNode(vertx, name, LocalNode.start(vertx, new JsonObject()
        .put("node", name).put("data", data.toString()).put("listen", new JsonArray().add(listen))
        .put("plugins", plugins)));
    local.ask(judged());
    return local;
  }

  /** Asks a DHT to have the namespace judged by {@link #judge}. */
  static JsonObject judged() {
    return op("validate").put("namespace", "interop").put("address", JUDGE);
  }

  private JsonObject ask(JsonObject request) {
    try {
      return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + name + ".kademlia", request, PATIENT),
          CALL_SECONDS + 10).body();
    } catch (ReplyException e) {
      throw new AssertionError(name + ": " + e.getMessage(), e);
    }
  }

  private static JsonObject op(String op) {
    return new JsonObject().put("op", op);
  }

  private static JsonObject op(String op, byte[] key) {
    return op(op).put("key", Buffer.buffer(key));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String version() {
    return "–";
  }

  @Override
  public String id() {
    return node.id().toString();
  }

  @Override
  public byte[] idBytes() {
    return node.id().toBytes();
  }

  @Override
  public String address() {
    return node.address();
  }

  @Override
  public void join(List<String> addresses) {
    ask(op("addPeers").put("addresses", new JsonArray(addresses)));
    node.until(name + " has a peer in its table", () -> !table().isEmpty());
  }

  /** Fails when any of those that were to take a text's record did not; not all take one of other bytes. */
  @Override
  public void put(byte[] key, byte[] value) {
    JsonObject published = ask(op("put", key).put("value", Buffer.buffer(value)));
    if (new String(key, StandardCharsets.UTF_8).startsWith("/interop/")) {
      allTook(published);
    }
  }

  private void allTook(JsonObject published) {
    if (published.getInteger("failed") > 0 || published.getJsonArray("peers").isEmpty()) {
      throw new AssertionError(name + ": " + published.getInteger("failed") + " did not take it, "
          + published.getJsonArray("peers").size() + " did");
    }
  }

  @Override
  public byte[] get(byte[] key) {
    return ask(op("get", key)).getBinary("value");
  }

  @Override
  public void provide(byte[] key) {
    allTook(ask(op("provide", key)));
  }

  @Override
  public List<String> findProviders(byte[] key) {
    return peers(ask(op("findProviders", key)));
  }

  @Override
  public List<String> findPeer(String peer) {
    JsonObject contact = ask(op("findPeer").put("peer", peer)).getJsonArray("peers").getJsonObject(0);
    return contact.getJsonArray("addresses").stream().map(String.class::cast).toList();
  }

  @Override
  public List<String> closest(byte[] key) {
    return peers(ask(op("closestPeers", key)));
  }

  @Override
  public List<String> table() {
    return peers(ask(op("routingTable")));
  }

  private static List<String> peers(JsonObject answer) {
    return answer.getJsonArray("peers").stream().map(each -> ((JsonObject) each).getString("peer")).toList();
  }

  @Override
  public void close() {
    node.stop();
  }
}
