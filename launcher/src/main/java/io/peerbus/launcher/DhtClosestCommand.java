package io.peerbus.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code peerbus dht closest}. */
@Command(name = "closest", mixinStandardHelpOptions = true,
    description = "Looks for the peers that are nearest to a key, and prints their ids, the nearest first.",
    footer = {"", "KEY may be a peer's id, too. Ends with 1 when no peer is known.", "", "Examples:",
        "  peerbus dht closest greeting", "  peerbus dht closest 12D3KooW… --trace"})
final class DhtClosestCommand implements Callable<Integer> {

  @Mixin
  private DhtQuestion question;

  @Mixin
  private DhtKeyChoice key;

  @Override
  public Integer call() throws StartException {
    JsonObject request = new JsonObject().put("op", "closestPeers")
        .put("key", Buffer.buffer(key.bytes(question, DhtKey.Use.PLACE)));
    JsonObject answer = question.ask(request, update -> { });
    Exit exit = question.end(answer, this::show);
    return (answer.getJsonArray("peers", new JsonArray()).isEmpty() ? Exit.FAILED : exit).code();
  }

  private void show(JsonObject answer) {
    JsonArray peers = answer.getJsonArray("peers", new JsonArray());
    if (peers.isEmpty()) {
      question.say("no peer is known: has the node found the network?");
    }
    peers.forEach(peer -> question.print(((JsonObject) peer).getString("peer")));
  }
}
