package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Stream;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a running node tells of what it does. */
@ExtendWith(VertxExtension.class)
class StatsTest {

  private static final String ECHO = "/echo";

  private static JsonObject stats(Vertx vertx, Node node) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".stats", new JsonObject())).body();
  }

  private static JsonObject only(JsonObject stats, String list) {
    assertEquals(1, stats.getJsonArray(list).size(), stats.encode());
    return stats.getJsonArray(list).getJsonObject(0);
  }

  @Test
  void connectionsStreamsAndBytesAreToldOnBothSides(Vertx vertx) {
    Node server = Nodes.start(vertx, "server");
    Node client = Nodes.start(vertx, "client");
    server.on(() -> server.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    Multiaddr address = server.address();
    client.on(() -> client.host().connect(address));
    Stream stream = client.on(() -> client.host().open(server.host().id(), ECHO));
    Promise<Void> all = Promise.promise();
    Buffer sent = Buffer.buffer(new byte[1_000]);
    client.on(() -> {
      Buffer got = Buffer.buffer();
      stream.handler(bytes -> {
        got.appendBuffer(bytes);
        if (got.length() == sent.length()) {
          all.complete();
        }
      });
      return stream.write(sent);
    });
    Nodes.await(all.future());
    Nodes.eventually(client, "both told what came", () ->
        only(stats(vertx, client), "protocols").getLong("bytesReceived") == 1_000
            && only(stats(vertx, server), "protocols").getLong("bytesReceived") == 1_000);
    JsonObject ours = stats(vertx, client);
    JsonObject theirs = stats(vertx, server);
    assertEquals(new JsonObject().put("direction", "outbound").put("security", "/noise")
        .put("muxer", "/yamux/1.0.0").put("count", 1), only(ours, "connections"));
    assertEquals("inbound", only(theirs, "connections").getString("direction"));
    JsonObject protocol = new JsonObject().put("inbound", 0).put("outbound", 1).put("bytesReceived", 1_000)
        .put("bytesSent", 1_000).put("creditStalls", 0).put("protocol", ECHO);
    assertEquals(protocol.encode(), only(ours, "protocols").encode());
    assertEquals(1, only(theirs, "protocols").getInteger("inbound"));
    assertEquals(1, theirs.getJsonObject("handshakes").getJsonArray("buckets").stream()
        .mapToInt(bucket -> ((JsonObject) bucket).getInteger("count")).sum());
    assertTrue(theirs.getJsonObject("handshakes").getDouble("sum") > 0);
    assertEquals(1, theirs.getInteger("streams"));
    assertEquals(2, theirs.getInteger("loops"));
    assertEquals(2, theirs.getInteger("loopsAnswered"));
    assertEquals(1, theirs.getJsonArray("listening").size());
    assertTrue(theirs.getJsonObject("capacity").getLong("bytes") > 0);
    client.on(() -> client.host().disconnect(server.host().id()));
    Nodes.eventually(server, "nothing is left", () -> {
      JsonObject after = stats(vertx, server);
      return after.getJsonArray("connections").isEmpty() && after.getInteger("streams") == 0
          && only(after, "protocols").getLong("bytesReceived") == 1_000;
    });
  }

  @Test
  void aReaderThatDoesNotReadStallsTheWindow(Vertx vertx) {
    Node server = Nodes.start(vertx, "server");
    Node client = Nodes.start(vertx, "client");
    server.on(() -> server.host().handle(ECHO, Stream::pause));
    Multiaddr address = server.address();
    client.on(() -> client.host().connect(address));
    Stream stream = client.on(() -> client.host().open(server.host().id(), ECHO));
    assertEquals(0, stats(vertx, client).getLong("windowStalls"));
    client.context().runOnContext(ignored -> {
      for (int i = 0; i < 16; i++) {
        stream.write(Buffer.buffer(new byte[64 << 10]));
      }
    });
    Nodes.eventually(client, "bytes wait for the peer", () -> stats(vertx, client).getLong("windowStalls") >= 1);
    client.on(() -> client.host().disconnect(server.host().id()));
    assertEquals(1, stats(vertx, client).getLong("windowStalls"), "also when the connection is gone");
  }
}
