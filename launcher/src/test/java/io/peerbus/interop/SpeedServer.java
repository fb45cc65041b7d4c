package io.peerbus.interop;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A DHT server whose speed is measured, for the script {@code dht-speed}: a node as in production, but for the limit of
 * requests a second, which a generator of load exceeds. Prints one line of JSON and runs until standard input ends.
 */
public final class SpeedServer {

  private static final int NO_LIMIT = 1_000_000;

  private SpeedServer() {}

  public static void main(String[] arguments) throws IOException {
    Vertx vertx = Vertx.vertx();
    Path data = Files.createTempDirectory("peerbus-speed");
    JsonObject settings = new JsonObject().put("mode", "server").put("openNamespaces", new JsonArray().add("interop"))
        .put("maxRequestsPerSecond", NO_LIMIT).put("maxRequestBurst", NO_LIMIT);
    LocalNode node = LocalNode.start(vertx, new JsonObject()
        .put("node", "speed").put("data", data.toString())
        .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"))
        .put("plugins", new JsonArray().add(new JsonObject().put("id", "identify"))
            .add(new JsonObject().put("id", "kademlia").put("settings", settings))));
    System.out.println(new JsonObject().put("addr", node.address())
        .put("version", "JDK " + System.getProperty("java.version")).encode());
    while (System.in.read() >= 0) {
      // until whoever started it is done
    }
    node.stop();
    System.exit(0);
  }
}
