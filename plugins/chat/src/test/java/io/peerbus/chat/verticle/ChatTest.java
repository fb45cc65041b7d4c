package io.peerbus.chat.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.chat.ChatFormat;
import io.peerbus.memory.MemoryHost;
import io.peerbus.memory.TwoHosts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ChatTest {

  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_007L), ZoneOffset.UTC);
  private static final ChatSettings PLAIN = ChatSettings.of(new JsonObject());

  /** Gossipsub's JSON interface, as far as the chat uses it. */
  private static final class Gossip {
    private final List<JsonObject> published = new ArrayList<>();
    private JsonArray subscribers = new JsonArray();
    private String deliver;
    private boolean left;
    private int joins;
    private int asked;

    JsonObject answer(JsonObject request) {
      assertEquals("universal-connectivity", request.getString("topic"));
      return switch (request.getString("op")) {
        case "subscribe" -> {
          deliver = request.getString("deliver");
          joins++;
          yield new JsonObject();
        }
        case "unsubscribe" -> {
          left = request.getString("deliver").equals(deliver);
          yield new JsonObject();
        }
        case "peers" -> {
          asked++;
          yield new JsonObject().put("peers", subscribers).put("mesh", new JsonArray());
        }
        case "publish" -> {
          published.add(request);
          yield new JsonObject().put("id", Buffer.buffer("x")).put("peers", subscribers)
              .put("subscribers", subscribers.size());
        }
        default -> throw new AssertionError(request.encode());
      };
    }
  }

  private Vertx vertx;
  private TwoHosts hosts;
  private MemoryHost a;
  private MemoryHost b;
  private final Gossip gossip = new Gossip();
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void setUp(Vertx vertx) throws Exception {
    this.vertx = vertx;
    hosts = TwoHosts.start(vertx);
    a = hosts.a();
    b = hosts.b();
    hosts.await(() -> {
      vertx.eventBus().<JsonObject>consumer("peerbus.node1.chat.lines",
          message -> lines.add(message.body().getString("line")));
      return Future.succeededFuture();
    });
  }

  private <T> T await(Supplier<Future<T>> code) throws Exception {
    return hosts.await(code);
  }

  private void startGossip() {
    vertx.eventBus().<JsonObject>consumer("peerbus.node1.gossipsub",
        message -> message.reply(gossip.answer(message.body())));
  }

  private Chat chat(ChatSettings settings) {
    return new Chat(new ChatBus(vertx, "peerbus.node1.chat", "one"), a, settings, CLOCK);
  }

  private Future<Void> deliver(String from, byte[] data) {
    return vertx.eventBus().request(gossip.deliver, new JsonObject().put("topic", "universal-connectivity")
        .put("from", from).put("data", Buffer.buffer(data)).put("receivedFrom", from)).mapEmpty();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theLinesOfTheStartComeInTheOrderOfTheLesson() throws Exception {
    ChatSettings settings = ChatSettings.of(new JsonObject().put("connect", new JsonArray()
        .add(b.fullAddress().toString()).add("/ip4/127.0.0.1/tcp/9").add("nonsense")).put("intro", false));
    await(() -> {
      startGossip();
      return chat(settings).start(null).compose(started -> hosts.until(() -> lines.size() == 5));
    });
    assertEquals(List.of("Starting Universal Connectivity Application...", "Local peer id: " + a.id(),
        "Listening on: " + a.fullAddress(), "Connected to: " + b.fullAddress(), "Connected to: " + b.id()), lines);
    await(() -> a.disconnect(b.id()).compose(closed -> hosts.until(() -> lines.size() == 6)));
    assertEquals("Connection to " + b.id() + " closed", lines.get(5));
  }

  /** Lesson 8; the key is what go's routing discovery makes of the room's name. */
  @Test
  void peersOfTheRoomAreFoundThroughTheDhtAndConnectedTo() throws Exception {
    List<JsonObject> asked = new ArrayList<>();
    JsonObject itself = new JsonObject().put("peer", a.id().toString()).put("addresses", new JsonArray());
    JsonObject other = new JsonObject().put("peer", b.id().toString())
        .put("addresses", new JsonArray().add(b.fullAddress().withoutPeerId().toString()));
    JsonObject liar = new JsonObject().put("peer", "nobody").put("addresses", new JsonArray());
    await(() -> {
      startGossip();
      vertx.eventBus().<JsonObject>consumer("peerbus.node1.kademlia", message -> {
        asked.add(message.body());
        boolean isFirst = asked.size() == 1;
        if (isFirst) {
          message.fail(Failure.NOT_FOUND.code(), "no peer is known yet");
        } else {
          message.reply(new JsonObject().put("peers", new JsonArray().add(liar).add(itself).add(other)));
        }
      });
      Chat chat = chat(ChatSettings.of(new JsonObject().put("dht", "kademlia")));
      return chat.start(null).compose(started -> hosts.until(() -> lines.size() == 5))
          .compose(connected -> chat.stop()).compose(stopped -> hosts.until(() -> asked.size() == 4));
    });
    assertEquals(List.of("Found 1 peer of the room through the DHT: " + b.id().toString().substring(0, 8),
        "Connected to: " + b.id()), lines.subList(3, 5));
    assertEquals(List.of("provide", "provide", "findProviders", "unprovide"),
        asked.stream().map(request -> request.getString("op")).toList());
    assertEquals("1220bc586c5f9661414cea43ec0e5c515d0ed988ea1b10a77db8142acd1956c0c419",
        HexFormat.of().formatHex(asked.get(0).getBinary("key")));
  }

  @Test
  void whoLeavesDoesNotIntroduceItselfAnyMore() throws Exception {
    ChatSettings settings = ChatSettings.of(
        new JsonObject().put("connect", new JsonArray().add(b.fullAddress().toString())));
    gossip.subscribers = new JsonArray().add(b.id().toString());
    await(() -> {
      startGossip();
      Chat chat = chat(settings);
      return chat.start(null)
          .compose(started -> chat.stop())
          .compose(stopped -> hosts.until(() -> gossip.asked > 0))
          .compose(asked -> deliver(b.id().toString(), utf8("a moment later")));
    });
    assertEquals(List.of(), gossip.published);
  }

  @Test
  void peersThatWereThereBeforeAreShown() throws Exception {
    await(() -> {
      startGossip();
      return a.connect(b.fullAddress()).compose(connected -> chat(PLAIN).start(null))
          .compose(started -> hosts.until(() -> lines.contains("Connected to: " + b.id())));
    });
  }

  @Test
  void messagesOfOthersAreShownAndOurOwnAreNot() throws Exception {
    await(() -> {
      startGossip();
      return chat(PLAIN).start(null)
          .compose(started -> deliver(a.id().toString(), utf8("my own")))
          .compose(v -> deliver(b.id().toString(), utf8("hello\u001b[2J")))
          .compose(v -> deliver(b.id().toString(), ChatFormat.JSON.encode("from JSON", "x", 1)))
          .compose(v -> deliver(b.id().toString(), utf8("{\"message_type\":\"file\",\"data\":{}}")))
          .compose(v -> deliver(b.id().toString(), new byte[] {(byte) 0xff}))
          .compose(v -> deliver(b.id().toString(), ChatFormat.PROTOBUF.encode("from protobuf", "x", 1)))
          .compose(v -> hosts.until(() -> lines.size() >= 6));
    });
    assertEquals(List.of("Received raw message from 12D3KooW: hello\u241b[2J",
        "Received chat message from 12D3KooW: from JSON", "Received chat message from 12D3KooW: from protobuf"),
        lines.subList(3, lines.size()));
  }

  @Test
  void whatIsSaidIsPublishedInTheFormatOfTheSettings() throws Exception {
    gossip.subscribers = new JsonArray().add("p1").add("p2");
    JsonObject answer = await(() -> {
      startGossip();
      Chat chat = chat(PLAIN);
      return chat.start(null).compose(started -> chat.answer(new JsonObject().put("op", "say").put("text", "hi")));
    });
    assertEquals(new JsonObject().put("peers", 2), answer);
    assertEquals("{\"message_type\": \"chat\", \"data\": {\"message\": \"hi\", \"sender_id\": \"" + a.id() + "\"}, "
        + "\"timestamp\": 1700000000.007}", gossip.published.get(0).getBuffer("data").toString());
    gossip.subscribers = new JsonArray();
    JsonObject nobody = await(() -> chat(ChatSettings.of(new JsonObject().put("format", "text")))
        .answer(new JsonObject().put("op", "say").put("text", "hi")));
    assertEquals(0, nobody.getInteger("peers"));
    assertFalse(nobody.getString("reason").isEmpty());
    assertEquals("hi", gossip.published.get(1).getBuffer("data").toString());
  }

  @Test
  void nothingAndTooMuchAreNotSaid() throws Exception {
    for (JsonObject bad : List.of(new JsonObject().put("op", "sing"), new JsonObject().put("op", "say"),
        new JsonObject().put("op", "say").put("text", " \n"),
        new JsonObject().put("op", "say").put("text", "x".repeat(Chat.MAX_PAYLOAD)))) {
      FailureException failure = assertThrows(FailureException.class, () -> await(() -> chat(PLAIN).answer(bad)));
      assertEquals(Failure.BAD_REQUEST, failure.failure());
    }
  }

  @Test
  void theIntroductionWaitsForASubscriber() throws Exception {
    ChatSettings settings = ChatSettings.of(new JsonObject()
        .put("connect", new JsonArray().add(b.fullAddress().toString())));
    await(() -> {
      startGossip();
      return chat(settings).start(null).compose(started -> hosts.until(() -> lines.size() == 5))
          .compose(dialled -> {
            assertTrue(gossip.published.isEmpty());
            gossip.subscribers = new JsonArray().add(b.id().toString());
            return hosts.until(() -> !gossip.published.isEmpty());
          });
    });
    assertTrue(gossip.published.get(0).getBuffer("data").toString()
        .contains("\"message\": \"Hello from the Universal Connectivity Workshop!\", \"sender_id\": \"" + a.id()));
  }

  @Test
  void withoutAnybodyToConnectToThereIsNoIntroduction() throws Exception {
    gossip.subscribers = new JsonArray().add("p1");
    await(() -> {
      startGossip();
      return chat(PLAIN).start(null).compose(started -> deliver(b.id().toString(), utf8("later")))
          .compose(v -> hosts.until(() -> lines.size() == 4));
    });
    assertTrue(gossip.published.isEmpty());
  }

  @Test
  void gossipsubMayComeUpLater() throws Exception {
    await(() -> {
      Future<Void> started = chat(PLAIN).start(null);
      return hosts.until(() -> lines.size() == 3).compose(v -> {
        startGossip();
        return started;
      });
    });
    assertEquals("peerbus.node1.chat.messages.one", gossip.deliver);
  }

  @Test
  void aGossipsubThatStartsAnewLearnsOfTheTopic() throws Exception {
    await(() -> {
      startGossip();
      return chat(PLAIN).start(null).compose(started -> {
        assertEquals(1, gossip.joins);
        vertx.eventBus().publish("peerbus.node1.gossipsub.events", new JsonObject().put("event", "started"));
        return hosts.until(() -> gossip.joins > 1);
      });
    });
  }

  @Test
  void aMissingGossipsubIsNamed() {
    FailureException failure =
        assertThrows(FailureException.class, () -> await(() -> chat(PLAIN).start(300)));
    assertEquals(Failure.UNAVAILABLE, failure.failure());
    assertTrue(failure.getMessage().contains("\"gossipsub\""), failure::getMessage);
  }

  @Test
  void theTopicIsLeftAtTheEnd() throws Exception {
    await(() -> {
      startGossip();
      Chat chat = chat(PLAIN);
      return chat.start(null).compose(started -> chat.stop());
    });
    assertTrue(gossip.left);
  }

  @Test
  void settingsAreCheckedByName() {
    assertEquals("universal-connectivity", PLAIN.topic());
    assertTrue(PLAIN.intro());
    for (JsonObject bad : List.of(new JsonObject().put("topics", "x"), new JsonObject().put("topic", 7),
        new JsonObject().put("topic", ""), new JsonObject().put("format", "xml"),
        new JsonObject().put("connect", "/ip4/1.2.3.4"), new JsonObject().put("connect", new JsonArray().add(1)),
        new JsonObject().put("intro", "yes"))) {
      assertThrows(IllegalArgumentException.class, () -> ChatSettings.of(bad), bad::encode);
    }
  }
}
