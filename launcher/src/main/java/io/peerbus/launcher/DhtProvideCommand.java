package io.peerbus.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code peerbus dht provide}. */
@Command(name = "provide", mixinStandardHelpOptions = true, description = {
    "Has a running node tell the nearest peers that it has a content, again and again from then on, and prints who was"
        + " told.",
    "",
    "A text stands for its SHA-256, as in go's discovery."},
    footer = {"", "Examples:", "  peerbus dht provide universal-connectivity",
        "  peerbus dht provide universal-connectivity --stop"})
final class DhtProvideCommand implements Callable<Integer> {

  @Mixin
  private DhtQuestion question;

  @Mixin
  private DhtKeyChoice key;

  @Option(names = "--stop", description = "Provide it no more; peers forget it by themselves.")
  private boolean stop;

  @Override
  public Integer call() throws StartException {
    if (question.isBrief()) {
      throw question.mistake("--bootstrap: a node that is gone when the command is over provides nothing; start one"
          + " that stays, for example with: peerbus dht run --bootstrap …");
    }
    JsonObject request = new JsonObject().put("op", stop ? "unprovide" : "provide")
        .put("key", Buffer.buffer(key.bytes(question, DhtKey.Use.CONTENT)));
    return question.end(question.ask(request, update -> { }), this::show).code();
  }

  private void show(JsonObject answer) {
    if (stop) {
      question.say(answer.getBoolean("was") ? "the node provides it no more" : "the node did not provide it");
      return;
    }
    JsonArray peers = answer.getJsonArray("peers", new JsonArray());
    question.say(peers.size() + " peers were told; the node goes on telling");
    peers.forEach(peer -> question.print(peer.toString()));
  }
}
