package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Nodes that keep connections to one peer, one each, and streams on them, and do nothing with them. Calls block. */
final class SpeedHolder {

  private static final int AT_ONCE = 32;
  private static final String PERF = "/perf/1.0.0";

  private final Vertx vertx = Vertx.vertx();
  private final SecureRandom random = new SecureRandom();
  private int started;

  /** Makes so many connections more, and gives the seconds. */
  double connections(Multiaddr address, int count) {
    long began = System.nanoTime();
    JsonObject connect = new JsonObject().put("op", "connect")
        .put("addresses", new JsonArray().add(address.toString()));
    for (int left = count; left > 0; left -= AT_ONCE) {
      List<Future<?>> some = new ArrayList<>();
      for (int i = 0; i < Math.min(left, AT_ONCE); i++) {
        String name = "hold-" + started++;
        some.add(deploy(name).compose(
            deployed -> vertx.eventBus().request("peerbus." + name + ".control", connect)));
      }
      Nodes.await(Future.all(some));
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private Future<String> deploy(String name) {
    return vertx.deployVerticle(CoreHost.create(
        new JsonObject().put("node", name).put("shards", 1), KeyPair.generate(KeyType.ED25519, random), null));
  }

  /** Opens so many streams on each of so many connections more, and gives the seconds. */
  double streams(Multiaddr address, int connections, int each) {
    long began = System.nanoTime();
    for (int i = 0; i < connections; i++) {
      String name = "hold-" + started++;
      Node node = Nodes.attach(vertx, name, Nodes.await(deploy(name)));
      node.on(() -> node.host().connect(address));
      for (int left = each; left > 0; left -= AT_ONCE) {
        int some = Math.min(left, AT_ONCE);
        node.on(() -> {
          List<Future<?>> opened = new ArrayList<>();
          for (int j = 0; j < some; j++) {
            opened.add(node.host().open(address.peerId().orElseThrow(), PERF));
          }
          return Future.all(opened);
        });
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
