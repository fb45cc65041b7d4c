package io.peerbus.launcher.bridge;

import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.launcher.config.BridgeConfig;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Two nodes that are connected over Noise and Yamux, and the bridge of the first. */
final class World implements AutoCloseable {

  static final String TOKEN = "a-token-that-nobody-is-to-see";
  static final String PROTOCOL = "/foreign/1.0.0";

  final Vertx vertx = Vertx.vertx();
  final Node node = Nodes.start(vertx, "n");
  final Node peer = Nodes.start(vertx, "peer");
  final BridgeVerticle bridge;
  private final String deployment;

  /** @param bridge what else the config says of it */
  World(String bridge) throws Exception {
    JsonObject json = new JsonObject(bridge.replace('\'', '"')).put("enabled", true).put("port", 0);
    BridgeConfig config =
        NodeConfig.of("test", new JsonObject().put("bridge", json), Path.of("")).bridge().orElseThrow();
    this.bridge = new BridgeVerticle("n", config, new Token(TOKEN));
    deployment = Nodes.await(vertx.deployVerticle(this.bridge));
    Multiaddr address = node.address();
    peer.on(() -> peer.host().connect(address));
    Nodes.eventually(node, "the peer is known", () -> !node.on(node.host()::peers).isEmpty());
  }

  Client known() throws IOException {
    return Client.known(bridge.port(), TOKEN);
  }

  Client attached(String plugin) throws IOException {
    return Client.attached(bridge.port(), TOKEN, plugin);
  }

  /** A stream of the peer to the foreign plugin. */
  Stream open() {
    return peer.on(() -> peer.host().openConnected(node.host().id(), List.of(PROTOCOL)).map(stream -> {
      stream.pause();
      return stream;
    }));
  }

  /** How a stream of the peer ends. */
  Future<String> end(Stream stream) {
    Promise<String> end = Promise.promise();
    peer.context().runOnContext(v -> {
      stream.resetHandler(failure -> end.tryComplete(failure.failure().name()));
      stream.closeHandler(closed -> end.tryComplete("ended"));
    });
    return end.future();
  }

  /** All that the peer reads, until the plugin ends its direction. */
  Future<Buffer> all(Stream stream) {
    Promise<Buffer> all = Promise.promise();
    peer.context().runOnContext(v -> {
      Buffer read = Buffer.buffer();
      stream.resetHandler(all::tryFail);
      stream.handler(read::appendBuffer);
      stream.endHandler(end -> all.tryComplete(read));
      stream.resume();
    });
    return all.future();
  }

  boolean serves(String protocol) {
    return node.on(() -> node.host().info()).protocols().contains(protocol);
  }

  void undeployBridge() {
    Nodes.await(vertx.undeploy(deployment));
  }

  @Override
  public void close() {
    Nodes.await(vertx.close());
  }
}
