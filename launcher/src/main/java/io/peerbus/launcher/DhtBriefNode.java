package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client of a DHT for the time of one command. Blocks. */
final class DhtBriefNode implements AutoCloseable {

  private static final String PLUGIN = "kademlia";
  /** For a peer that was reached to say that it is a server, and to answer as one. */
  private static final long SERVER_MILLIS = 5_000;
  private static final long DIAL_MILLIS = 15_000;
  private static final long POLL_MILLIS = 20;

  private final List<Multiaddr> bootstrap;
  private final String protocol;
  private final BriefNode node;

  DhtBriefNode(List<Multiaddr> bootstrap, String protocol, NetworkOption network) throws StartException {
    this.bootstrap = bootstrap;
    this.protocol = protocol;
    JsonObject settings = new JsonObject().put("protocol", protocol).put("mode", "client").put("strict", false)
        .put("bootstrap", new JsonArray(bootstrap.stream().map(Multiaddr::toString).toList()));
    node = BriefNode.start(network.in(new JsonObject().put("node", "dht").put("plugins", new JsonArray()
        .add(new JsonObject().put("id", "identify"))
        .add(new JsonObject().put("id", PLUGIN).put("settings", settings)))));
  }

  /** Asks, once there is somebody to ask. */
  JsonObject ask(JsonObject request, long timeoutMillis, Consumer<String> say, Consumer<JsonObject> updates)
      throws StartException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    join(say, Math.min(timeoutMillis, DIAL_MILLIS));
    node.subscribe(PLUGIN + ".cli.events", updates);
    say.accept("asking the network …");
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    return node.ask(PLUGIN, request.copy().put("progress", "cli"), left);
  }

  private void join(Consumer<String> say, long dialMillis) throws StartException {
    List<String> reached = new ArrayList<>();
    for (Multiaddr address : bootstrap) {
      say.accept("connecting to " + address + " …");
      try {
        node.ask("control", new JsonObject().put("op", "connect")
            .put("addresses", new JsonArray().add(address.toString())), dialMillis);
        reached.add(address.toString());
      } catch (CompletionException e) {
        say.accept(address + " could not be reached: " + Failure.of(e.getCause()).getMessage());
      }
    }
    if (reached.isEmpty()) {
      throw new StartException(Exit.FAILED, "none of the bootstrap peers could be reached");
    }
    if (!awaitServer()) {
      throw new StartException(Exit.FAILED, "no server of " + protocol + " answered at " + String.join(", ", reached)
          + ": is that the protocol of the network (--protocol), and does the peer serve it?");
    }
  }

  private boolean awaitServer() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SERVER_MILLIS);
    do {
      if (!node.ask(PLUGIN, new JsonObject().put("op", "routingTable"), DIAL_MILLIS).getJsonArray("peers").isEmpty()) {
        return true;
      }
      node.pause(POLL_MILLIS);
    } while (System.nanoTime() < end);
    return false;
  }

  @Override
  public void close() {
    node.close();
  }
}
