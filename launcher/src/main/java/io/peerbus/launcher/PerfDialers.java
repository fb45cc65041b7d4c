package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.pnet.PrivateNetwork;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Nodes that connect to one peer and leave, again and again. One node has one connection to a peer at a time, so there
 * are as many of them as connections in the making. Calls block.
 */
final class PerfDialers implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final List<String> names = new ArrayList<>();
  private final JsonObject connect;

  private PerfDialers(Multiaddr address) {
    connect = new JsonObject().put("op", "connect").put("addresses", new JsonArray().add(address.toString()));
  }

  static PerfDialers start(Multiaddr address, PrivateNetwork networkOrNull, int count) {
    PerfDialers dialers = new PerfDialers(address);
    List<Future<String>> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "perf-dial-" + i;
      dialers.names.add(name);
      KeyPair key = KeyPair.generate(KeyType.ED25519, new SecureRandom());
      started.add(dialers.vertx.deployVerticle(
          CoreHost.create(new JsonObject().put("node", name).put("shards", 1), key, networkOrNull)));
    }
    BriefNode.join(Future.all(started));
    return dialers;
  }

  /** Makes so many connections, each of which ends before the next of its node, and gives the nanoseconds. */
  long make(int count) {
    AtomicInteger left = new AtomicInteger(count);
    long began = System.nanoTime();
    BriefNode.join(Future.all(names.stream().map(name -> {
      Promise<Void> lastOne = Promise.promise();
      next(name, left, lastOne);
      return lastOne.future();
    }).toList()));
    return System.nanoTime() - began;
  }

  /** Not futures that wait for one another: some thousands of them overflow the stack as the last completes. */
  private void next(String name, AtomicInteger left, Promise<Void> lastOne) {
    if (left.getAndDecrement() <= 0) {
      lastOne.complete();
      return;
    }
    ask(name, connect).compose(reply -> ask(name,
        new JsonObject().put("op", "disconnect").put("peer", reply.getString("peer"))))
        .onComplete(gone -> next(name, left, lastOne), lastOne::fail);
  }

  private Future<JsonObject> ask(String name, JsonObject request) {
    return vertx.eventBus().<JsonObject>request("peerbus." + name + ".control", request).map(reply -> reply.body());
  }

  @Override
  public void close() {
    BriefNode.join(vertx.close());
  }
}
