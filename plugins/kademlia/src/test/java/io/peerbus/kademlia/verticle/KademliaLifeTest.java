package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.host.DnsServer;
import io.peerbus.host.HostOptions;
import io.peerbus.host.Nodes.Node;
import io.peerbus.host.Nodes;
import io.peerbus.host.PeerSources;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The plugin over its life: what it begins with, keeps and leaves. */
class KademliaLifeTest extends DhtOnNodes {

  @Test
  void withAFileRecordsAndProvidersAreThereAfterARestart() {
    JsonObject settings = server().put("file", folder.resolve("dht/one.db").toString());
    Node one = bare("node0");
    servers.add(one.host().id());
    String deployment = deploy("node0", settings);
    Node two = node("node1", server());
    ask(two, op("addPeers").put("addresses", new JsonArray().add(one.address().toString())));
    awaitTable(two, 1);
    awaitTable(one, 1);
    ask(two, op("put", utf8("theirs")).put("value", Buffer.buffer("v")));
    ask(two, op("provide", CONTENT));
    ask(one, op("put", utf8("ours")).put("value", Buffer.buffer("w")));
    Nodes.eventually(one, "the provider is stored", () -> ask(one, op("stats")).getInteger("providers") == 1);
    Nodes.await(vertx.undeploy(deployment));
    deploy("node0", settings);
    JsonObject stats = ask(one, op("stats"));
    assertEquals(1, stats.getInteger("records"));
    assertEquals(1, stats.getInteger("providers"));
    assertEquals(1, stats.getInteger("publications"));
    assertEquals("v", ask(one, op("get", utf8("theirs")).put("quorum", 1)).getBuffer("value").toString());
    JsonObject inUse = server().put("file", settings.getString("file"));
    bare("another");
    assertEquals(Failure.UNAVAILABLE,
        assertThrows(FailureException.class, () -> deploy("another", inUse)).failure());
  }

  @Test
  void peersToBeginWithComeFromTheSettingsByNameAndByAddress() {
    Node first = node("first", server());
    Node second = node("second", server());
    DnsServer dns = new DnsServer(vertx);
    dns.texts("_dnsaddr.dht.example", "dnsaddr=" + first.address());
    JsonObject settings = server().put("bootstrap", new JsonArray()
        .add("/dnsaddr/dht.example").add("/dnsaddr/gone.example").add(second.address().withoutPeerId().toString()));
    Node third = bare(Nodes.options("third").setPeers(new PeerSources(dns.address(), "", 0)));
    deploy("third", settings);
    awaitTable(third, 2);
    assertEquals("kademlia: settings.bootstrap: multiaddr 'nonsense': it does not begin with a slash",
        assertThrows(FailureException.class, () -> node("fourth",
            server().put("bootstrap", new JsonArray().add("nonsense")))).getMessage());
  }

  /** Nothing is configured, and the node dials nobody by itself: the peer store is where the DHT begins. */
  @Test
  void peersToBeginWithComeFromThePeerStoreOfTheNode() {
    Node server = node("server", server());
    HostOptions options = Nodes.options("again").setPeers(
        new PeerSources("", folder.resolve("peers.mv").toString(), 0));
    Node before = bare(options);
    Multiaddr toServer = server.address();
    before.on(() -> before.host().connect(toServer));
    Nodes.eventually(before, "the server is identified", () -> !before.on(() ->
        before.host().known("/ipfs/kad/1.0.0", 1)).isEmpty());
    Nodes.await(vertx.undeploy(before.deployment()));
    Node after = bare(options);
    assertEquals(List.of(), after.on(after.host()::peers));
    deploy("again", server());
    awaitTable(after, 1);
  }

  /** A file without a folder lies in the one that the node gives the plugin. */
  @Test
  void aNewerVersionTakesTheFileAndTheProtocolOver() {
    Node one = bare("node0");
    servers.add(one.host().id());
    JsonObject config = new JsonObject().put("node", "node0").put("plugin", "kademlia")
        .put("folder", folder.resolve("state/kademlia").toString()).put("settings", server().put("file", "dht.mv"));
    String older = Nodes.await(
        vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
    ask(one, op("put", utf8("ours")).put("value", Buffer.buffer("w")));
    Nodes.await(vertx.deployVerticle(new KademliaVerticle(),
        new DeploymentOptions().setConfig(config.copy().put("replaces", true))));
    assertEquals("w", ask(one, op("get", utf8("ours")).put("quorum", 1)).getBuffer("value").toString());
    Nodes.await(vertx.undeploy(older));
    assertEquals("w", ask(one, op("get", utf8("ours")).put("quorum", 1)).getBuffer("value").toString());
    awaitTable(node("node1", server().put("bootstrap", new JsonArray().add(one.address().toString()))), 1);
    assertTrue(Files.exists(folder.resolve("state/kademlia/dht.mv")));
  }

  private String deploy(String node, JsonObject settings, boolean replaces) {
    JsonObject config = new JsonObject().put("node", node).put("plugin", "kademlia").put("settings", settings)
        .put("folder", folder.resolve("state/kademlia").toString()).put("replaces", replaces);
    return Nodes.await(vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
  }

  /** Without a file, with one from then on, and after a start with that. */
  @Test
  void aNewerVersionGoesOnWithWhatTheOlderHadInMemory() {
    Node one = bare("node0");
    servers.add(one.host().id());
    deploy("node0", server(), false);
    Node two = node("node1", server().put("bootstrap", new JsonArray().add(one.address().toString())));
    awaitTable(two, 1);
    awaitTable(one, 1);
    Nodes.await(vertx.eventBus().<JsonObject>consumer("judge", asked -> asked.reply(new JsonObject().put("valid",
        asked.body().getBuffer("value").toString().equals("good")))).completion());
    ask(one, op("validate").put("namespace", "judged").put("address", "judge"));
    ask(two, op("put", utf8("theirs")).put("value", Buffer.buffer("v")));
    ask(two, op("provide", CONTENT));
    ask(one, op("put", utf8("ours")).put("value", Buffer.buffer("w")));
    ask(one, op("provide", utf8("content of ours")));
    Nodes.eventually(one, "the provider is stored", () -> ask(one, op("stats")).getInteger("providers") == 1);
    long served = ask(one, op("stats")).getLong("requestsServed");
    deploy("node0", server(), true);
    assertGoesOn(one, two);
    assertTrue(ask(one, op("stats")).getLong("requestsServed") >= served);
    assertEquals("its validator says so", refusalOf(one, "bad"));
    JsonObject onDisk = server().put("file", "dht.mv");
    String last = deploy("node0", onDisk, true);
    assertGoesOn(one, two);
    Nodes.await(vertx.undeploy(last));
    deploy("node0", onDisk, false);
    JsonObject stats = ask(one, op("stats"));
    assertEquals(List.of(1, 1, 2), List.of(stats.getInteger("records"), stats.getInteger("providers"),
        stats.getInteger("publications")));
  }

  private void assertGoesOn(Node one, Node two) {
    JsonObject stats = ask(one, op("stats"));
    assertEquals(List.of(1, 1, 2, 1), List.of(stats.getInteger("records"), stats.getInteger("providers"),
        stats.getInteger("publications"), stats.getInteger("tableSize")));
    assertEquals(two.host().id().toString(),
        ask(one, op("routingTable")).getJsonArray("peers").getJsonObject(0).getString("peer"));
    assertEquals("v", ask(one, op("get", utf8("theirs")).put("quorum", 1)).getBuffer("value").toString());
    assertEquals("w", ask(one, op("get", utf8("ours")).put("quorum", 1)).getBuffer("value").toString());
    assertEquals(List.of(two.host().id().toString()), ask(one, op("findProviders", CONTENT).put("count", 1))
        .getJsonArray("peers").stream().map(peer -> ((JsonObject) peer).getString("peer")).toList());
  }

  private String refusalOf(Node node, String value) {
    return assertThrows(ReplyException.class,
        () -> ask(node, op("put", utf8("/judged/x")).put("value", Buffer.buffer(value)))).getMessage();
  }

  @Test
  void progressIsPublishedUnderThePluginsAddress() throws InterruptedException {
    List<Node> nodes = nodes(2, server());
    ask(nodes.get(0), op("provide", CONTENT));
    LinkedBlockingQueue<JsonObject> published = new LinkedBlockingQueue<>();
    Nodes.await(vertx.eventBus().<JsonObject>consumer("peerbus.node1.kademlia.mine.events",
        m -> published.add(m.body())).completion());
    ask(nodes.get(1), op("findProviders", CONTENT).put("progress", "mine"));
    assertEquals(nodes.get(0).host().id().toString(), published.poll(20, TimeUnit.SECONDS).getString("peer"));
    assertRefused(nodes.get(1), Failure.BAD_REQUEST, "progress: \"a.b\" is no name of up to 64 letters and digits",
        op("findProviders", CONTENT).put("progress", "a.b"));
  }

  @Test
  void twoDhtsInOneNodeKnowNothingOfEachOther() {
    Node node = node("node0", server());
    JsonObject config = new JsonObject().put("node", "node0").put("plugin", "kademlia-chat")
        .put("settings", server().put("protocol", "/my-chat/kad/1.0.0"));
    Nodes.await(vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
    assertTrue(node.on(node.host()::info).protocols().containsAll(List.of(KAD, "/my-chat/kad/1.0.0")));
    ask(node, op("put", utf8("key")).put("value", Buffer.buffer("value")));
    JsonObject other = Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.node0.kademlia-chat", op("stats")))
        .body();
    assertEquals(0, other.getInteger("publications"));
  }
}
