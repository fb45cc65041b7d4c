package io.peerbus.launcher;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code peerbus dht find-peer}. */
@Command(name = "find-peer", mixinStandardHelpOptions = true,
    description = "Looks for a peer by its id, and prints each of its addresses.",
    footer = {"", "Ends with 1 when nobody knows one.", "", "Example:", "  peerbus dht find-peer 12D3KooW…"})
final class DhtFindPeerCommand implements Callable<Integer> {

  @Mixin
  private DhtQuestion question;

  @Parameters(paramLabel = "PEER", description = "The peer's id, in base58 or as a CID.")
  private String peer;

  @Override
  public Integer call() throws StartException {
    JsonObject request = new JsonObject().put("op", "findPeer").put("peer", id().toString());
    return question.end(question.ask(request, update -> { }), this::show).code();
  }

  private PeerId id() {
    try {
      return PeerId.parse(peer);
    } catch (FormatException e) {
      throw question.mistake("PEER: " + e.getMessage());
    }
  }

  private void show(JsonObject answer) {
    for (Object each : answer.getJsonArray("peers", new JsonArray())) {
      JsonObject contact = (JsonObject) each;
      contact.getJsonArray("addresses", new JsonArray())
          .forEach(address -> question.print(address + "/p2p/" + contact.getString("peer")));
    }
  }
}
