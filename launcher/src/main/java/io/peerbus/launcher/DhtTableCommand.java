package io.peerbus.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code peerbus dht table}. */
@Command(name = "table", mixinStandardHelpOptions = true, description = {
    "Shows the routing table: the peers that the node knows, by how many leading bits they have in common with it."},
    footer = {"", "Example:", "  peerbus dht table --name alice"})
final class DhtTableCommand implements Callable<Integer> {

  private static final long SECOND_MILLIS = 1000;

  @Mixin
  private DhtQuestion question;

  @Override
  public Integer call() throws StartException {
    return question.end(question.ask(new JsonObject().put("op", "routingTable"), update -> { }), this::show).code();
  }

  private void show(JsonObject answer) {
    TextTable table = new TextTable("BUCKET", "PEER", "ALIVE", "KNOWN", "FAILURES", "ADDRESSES");
    JsonArray peers = answer.getJsonArray("peers", new JsonArray());
    for (Object each : peers) {
      JsonObject row = (JsonObject) each;
      table.add(List.of(row.getInteger("bucket").toString(), row.getString("peer"),
          seconds(row, "aliveBeforeMillis") + " ago", seconds(row, "knownForMillis"),
          row.getInteger("failures").toString(),
          row.getJsonArray("addresses").stream().map(Object::toString).collect(Collectors.joining(" "))));
    }
    table.lines().forEach(question::print);
    question.say(peers.size() + " peers");
  }

  private static String seconds(JsonObject row, String name) {
    return row.getLong(name) / SECOND_MILLIS + " s";
  }
}
