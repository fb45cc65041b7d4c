package io.peerbus.launcher.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.host.Nodes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a foreign plugin may ask, and be asked. */
@Timeout(300)
class BridgeControlsTest {

  private World world;

  @BeforeEach
  void start() throws Exception {
    world = new World("{'plugins': [{'id': 'a', 'calls': ['other']}, {'id': 'b'}], 'limits': {'maxRequests': 2}}");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private static JsonObject op(String json) {
    return new JsonObject(json.replace('\'', '"'));
  }

  private Future<JsonObject> ask(Vertx vertx, String plugin) {
    return vertx.eventBus().<JsonObject>request("peerbus.n." + plugin, new JsonObject().put("n", 1))
        .map(reply -> reply.body());
  }

  @Test
  void onlyPluginsOfTheConfigAttachOnceEachAndAfterTheyListen() throws Exception {
    try (Client client = world.known(); Client second = world.known()) {
      JsonObject attach = op("{'op':'attach','plugin':'a','api':1}");
      assertTrue(client.failure(attach).startsWith("1 register peerbus.n.bridge.1.inbox first"));
      client.listen();
      second.listen();
      assertTrue(client.failure(op("{'op':'attach','plugin':'chat','api':1}"))
          .startsWith("12 the config of node n does not allow a plugin \"chat\": add {\"id\": \"chat\"} to"));
      assertTrue(client.failure(op("{'op':'attach','plugin':'a','api':2}")).startsWith("1 api:"));
      assertTrue(client.failure(op("{'op':'register','protocols':['/x']}")).startsWith("1 attach first"));
      assertEquals(world.node.host().id().toString(), client.control(attach).getString("id"));
      assertTrue(client.failure(attach).contains("attached already"));
      assertTrue(second.failure(attach).startsWith("11 another connection is attached as \"a\""));
    }
  }

  @Test
  void protocolsAreTakenOnceAndGivenBack() throws Exception {
    try (Client client = world.attached("a"); Client second = world.attached("b")) {
      client.register("/one", "/two");
      assertTrue(world.serves("/one") && world.serves("/two"));
      assertTrue(second.failure(op("{'op':'register','protocols':['/two']}")).startsWith("11 "));
      assertTrue(client.failure(op("{'op':'unregister','protocols':['/one']}")).startsWith("2 "));
      client.control(op("{'op':'unregister','protocols':['/one','/two']}"));
      assertFalse(world.serves("/one"));
      second.register("/two");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'op':7}", "{'op':'register'}", "{'op':'register','protocols':[]}",
      "{'op':'register','protocols':['/a','/a']}", "{'op':'register','protocols':[7]}", "{'op':'attach','api':1}",
      "{'op':'call','plugin':'other'}", "{'op':'peer','peer':'nobody'}", "{'op':'connect','addresses':7}"})
  void whatIsNotUnderstoodIsRefusedAndTheConnectionGoesOn(String request) throws Exception {
    try (Client client = world.attached("a")) {
      String failure = client.failure(op(request));
      assertTrue(failure.startsWith("1 "), failure);
      assertTrue(client.control(op("{'op':'info'}")).containsKey("listenAddresses"));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'kind':'data','stream':1,'payload':''} | payload:",
      "{'kind':'data','stream':1,'payload':'*'} | payload:",
      "{'kind':'data','stream':1,'payload':7} | payload:",
      "{'kind':'data','stream':-1,'payload':'AAAA'} | stream:",
      "{'kind':'data','payload':'AAAA'} | stream:",
      "{'kind':'credit','stream':1,'value':0} | value:",
      "{'kind':'credit','stream':1,'value':1e300} | value:",
      "{'kind':'credit','stream':1,'value':9223372036854775807} | value:",
      "{'kind':'reset','stream':1,'value':4294967296} | value:",
      "{'kind':'open','stream':2,'value':1,'peer':'12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5',"
          + "'protocols':['/x']} | stream: 2 is even",
      "{'kind':'open','stream':1,'value':1,'peer':'x','protocols':['/x']} | peer:",
      "{'kind':'move','stream':1} | kind:",
      "{'stream':1} | kind:",
      "{'kind':'answer','call':0} | call:"})
  void aFrameThatIsNoneEndsTheConnectionWithAWord(String frame, String word) throws Exception {
    try (Client client = world.attached("a")) {
      client.send(new JsonObject().put("type", "send").put("address", client.address("data")).put("body", op(frame)));
      String words = client.lastWords();
      assertTrue(words != null && words.startsWith(word), words);
    }
  }

  @Test
  void framesOfStreamsThatAreOverAreIgnored() throws Exception {
    try (Client client = world.attached("a")) {
      client.data(1, new byte[] {1});
      client.grant("credit", 1, 1);
      client.grant("accept", 2, 1);
      client.grant("reset", 1, 0);
      client.frame("end", 1, new JsonObject());
      assertTrue(client.control(op("{'op':'info'}")).containsKey("id"));
    }
  }

  @Test
  void whatItKnowsOfPeersIsCoresAnswerWithoutTheWayToItsConnections() throws Exception {
    try (Client client = world.attached("a")) {
      JsonArray peers = client.control(op("{'op':'peers'}")).getJsonArray("peers");
      String peer = world.peer.host().id().toString();
      assertEquals(peer, peers.getJsonObject(0).getString("peer"));
      assertTrue(client.control(new JsonObject().put("op", "peer").put("peer", peer)).getBoolean("connected"));
      JsonObject connected = client.control(new JsonObject().put("op", "connect").put("peer", peer)
          .put("addresses", new JsonArray()).put("client", 1).put("request", 1));
      assertEquals(Set.of("peer"), connected.fieldNames(), connected.encode());
    }
  }

  @Test
  void itCallsThePluginsOfItsListAndNoOthers() throws Exception {
    world.vertx.eventBus().<JsonObject>consumer("peerbus.n.other", m -> m.reply(m.body().copy().put("heard", true)));
    world.vertx.eventBus().<JsonObject>consumer("peerbus.n.third", m -> m.reply(new JsonObject()));
    try (Client client = world.attached("a"); Client second = world.attached("b")) {
      JsonObject reply = client.control(op("{'op':'call','plugin':'other','request':{'x':1}}"));
      assertEquals(op("{'reply':{'x':1,'heard':true}}"), reply);
      assertTrue(client.failure(op("{'op':'call','plugin':'third','request':{}}")).startsWith("12 \"a\" may not call"));
      assertTrue(second.failure(op("{'op':'call','plugin':'other','request':{}}")).startsWith("12 \"b\" may not call"));
    }
  }

  @Test
  void itAnswersRequestsOfOthers() throws Exception {
    try (Client client = world.attached("a")) {
      client.control(op("{'op':'serve'}"));
      Future<JsonObject> good = ask(world.vertx, "a");
      JsonObject call = client.await("call");
      assertEquals(op("{'n':1}"), call.getJsonObject("request"));
      answer(client, call, op("{'reply':{'answer':42}}"));
      assertEquals(op("{'answer':42}"), Nodes.await(good));
      Future<JsonObject> bad = ask(world.vertx, "a");
      answer(client, client.await("call"), op("{'failure':2,'message':'no such thing'}"));
      assertEquals("NOT_FOUND no such thing", failure(bad));
    }
  }

  private static void answer(Client client, JsonObject call, JsonObject answer) throws Exception {
    client.send(new JsonObject().put("type", "send").put("address", client.address("data"))
        .put("body", answer.put("kind", "answer").put("call", call.getValue("call"))));
  }

  private static String failure(Future<JsonObject> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().handle((reply, error) -> reply != null ? reply.encode()
        : Failure.of(error).failure() + " " + error.getMessage()).get();
  }

  @Test
  void requestsThatWaitAreLimitedAndFailWhenTheProcessGoes() throws Exception {
    Client client = world.attached("a");
    client.control(op("{'op':'serve'}"));
    List<Future<JsonObject>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(ask(world.vertx, "a"));
      client.await("call");
    }
    assertTrue(failure(ask(world.vertx, "a")).startsWith("LIMIT_REACHED \"a\" has 2 requests"));
    client.kill();
    for (Future<JsonObject> each : waiting) {
      String failure = failure(each);
      assertTrue(failure.startsWith("UNAVAILABLE"), failure);
    }
  }
}
