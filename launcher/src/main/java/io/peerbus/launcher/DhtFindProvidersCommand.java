package io.peerbus.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code peerbus dht find-providers}. */
@Command(name = "find-providers", mixinStandardHelpOptions = true, description = {
    "Looks for peers that have a content, and prints each as it is found: its id, then its addresses.",
    "",
    "A text stands for its SHA-256, as in go's discovery."},
    footer = {"", "Ends with 1 when there is none.", "", "Examples:",
        "  peerbus dht find-providers universal-connectivity",
        "  peerbus dht find-providers bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi --count 5"})
final class DhtFindProvidersCommand implements Callable<Integer> {

  @Mixin
  private DhtQuestion question;

  @Mixin
  private DhtKeyChoice key;

  private int count = 20;
  private final Map<String, Boolean> printed = new LinkedHashMap<>();

  @Option(names = {"-n", "--count"}, paramLabel = "N", description = "How many will do (default: 20), up to 1000.")
  void setCount(int count) {
    if (count < 1 || count > 1000) {
      throw question.mistake("--count: " + count + " is out of range, 1 to 1000");
    }
    this.count = count;
  }

  @Override
  public Integer call() throws StartException {
    JsonObject request = new JsonObject().put("op", "findProviders").put("count", count)
        .put("key", Buffer.buffer(key.bytes(question, DhtKey.Use.CONTENT)));
    JsonObject answer = question.ask(request, update -> {
      if (!question.isJson()) {
        show(update);
      }
    });
    return question.end(answer,
        all -> all.getJsonArray("peers", new JsonArray()).forEach(peer -> show((JsonObject) peer))).code();
  }

  /** Once each, and once more when it is found with addresses after it was found without. */
  private synchronized void show(JsonObject contact) {
    String peer = contact.getString("peer");
    JsonArray addresses = contact.getJsonArray("addresses", new JsonArray());
    if (printed.size() < count && !printed.containsKey(peer) || Boolean.FALSE.equals(printed.get(peer))
        && !addresses.isEmpty()) {
      printed.put(peer, !addresses.isEmpty());
      StringBuilder line = new StringBuilder(peer);
      addresses.forEach(address -> line.append(' ').append(address));
      question.print(line.toString());
    }
  }
}
