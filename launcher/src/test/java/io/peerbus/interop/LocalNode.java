package io.peerbus.interop;

import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A node of ours as in production: {@code peerbus:node} with the plugins' jars from the assembled program, and beside
 * them one more host, which serves the echo protocol and subscribes to topics as a plugin would.
 */
final class LocalNode implements AutoCloseable {

  /** Of the web, in the folder of the node's data. */
  static final String CERTIFICATE = "certificate.pem";
  static final String CERTIFICATE_KEY = "key.pem";

  static final String ECHO = "/interop/echo/1.0.0";

  private static final Path PLUGINS = Path.of("target", "peerbus", "plugins");
  /** The time gossipsub has for a message, when it must wait for a peer that takes ten a second. */
  private static final int CALL_SECONDS = 60;

  private final Vertx vertx;
  private final String name;
  private final Nodes.Node node;
  private final Events<HostEvent> events = new Events<>();
  private final Events<JsonObject> messages = new Events<>();
  private boolean stopped;

  private LocalNode(Vertx vertx, String name, String deployment) {
    this.vertx = vertx;
    this.name = name;
    this.node = Nodes.attach(vertx, name, deployment);
    node.on(() -> {
      node.host().events(events::add);
      return node.host().handle(ECHO, Echo::serve);
    });
    Nodes.await(vertx.eventBus().<JsonObject>consumer(deliver(), message -> {
      messages.add(message.body());
      message.reply(new JsonObject());
    }).completion());
  }

  static LocalNode start(Vertx vertx, Pairing pairing, Path data) {
    return start(vertx, pairing.slug(), pairing.keyName(), pairing.channel(), data);
  }

  /** @param keyName of the type of its identity's key */
  static LocalNode start(Vertx vertx, String name, String keyName, Path data) {
    return start(vertx, name, keyName, Channel.USUAL, data);
  }

  private static LocalNode start(Vertx vertx, String name, String keyName, Channel channel, Path data) {
    JsonArray plugins = new JsonArray();
    for (String id : new String[] {"identify", "ping", "gossipsub"}) {
      plugins.add(new JsonObject().put("id", id));
    }
    JsonObject config = new JsonObject()
        .put("node", name)
        .put("data", data.toString())
        .put("identity", new JsonObject().put("type", keyName))
        .put("security", new JsonArray().add(channel.security()))
        .put("muxers", new JsonArray().add(channel.muxer()))
        .put("listen", new JsonArray().add(channel.listen()))
        .put("plugins", plugins);
    if (channel.isPrivate()) {
      config.put("privateNetwork", new JsonObject().put("file", networkKey(data).toString()));
    }
    if (channel.needsCertificate()) {
      config.put("websocket", new JsonObject()
          .put("certificate", CERTIFICATE).put("key", CERTIFICATE_KEY).put("trust", CERTIFICATE));
    }
    return start(vertx, config);
  }

  private static Path networkKey(Path data) {
    try {
      Path file = Files.createFile(data.resolve("swarm.key"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, "/key/swarm/psk/1.0.0/\n/base16/\n" + Channel.NETWORK_KEY + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** @param config with all but the folder of the plugins */
  static LocalNode start(Vertx vertx, JsonObject config) {
    if (!Files.isDirectory(PLUGINS)) {
      throw new AssertionError(PLUGINS.toAbsolutePath() + " is missing: run `mvn package` first");
    }
    config.put("pluginFolder", PLUGINS.toAbsolutePath().toString());
    String deployment = Nodes.await(vertx.deployVerticle("peerbus:node", new DeploymentOptions().setConfig(config)));
    return new LocalNode(vertx, config.getString("node"), deployment);
  }

  private String deliver() {
    return "interop." + name + ".messages";
  }

  PeerId id() {
    return node.host().id();
  }

  /** Where it can be dialled, with {@code /p2p}. */
  String address() {
    return node.address().toString();
  }

  Events<HostEvent> events() {
    return events;
  }

  /** What gossipsub delivered. */
  Events<JsonObject> messages() {
    return messages;
  }

  /** Runs on the host's context and waits. */
  <T> T on(Function<Host, Future<T>> action) {
    return node.on(() -> action.apply(node.host()));
  }

  /** The same for what takes long; what is started is to belong to the host's context. */
  <T> T on(Duration patience, Function<Host, Future<T>> action) {
    Promise<T> done = Promise.promise();
    node.context().runOnContext(ignored -> action.apply(node.host()).onComplete(done));
    return Nodes.await(done.future(), (int) patience.toSeconds());
  }

  Stream open(PeerId peer) {
    return on(host -> host.open(peer, ECHO));
  }

  Future<JsonObject> request(String plugin, JsonObject request) {
    return vertx.eventBus().<JsonObject>request("peerbus." + name + "." + plugin, request).map(reply -> reply.body());
  }

  JsonObject ask(String plugin, JsonObject request) {
    return Nodes.await(request(plugin, request), CALL_SECONDS);
  }

  void subscribe(String topic) {
    ask("gossipsub", new JsonObject().put("op", "subscribe").put("topic", topic).put("deliver", deliver()));
  }

  JsonObject publish(String topic, byte[] data) {
    return ask("gossipsub", new JsonObject().put("op", "publish").put("topic", topic).put("data", data));
  }

  /** Whether gossipsub has the peer in its mesh. */
  boolean isInMesh(String topic, PeerId peer) {
    return ask("gossipsub", new JsonObject().put("op", "peers").put("topic", topic))
        .getJsonArray("mesh").contains(peer.toString());
  }

  /** Asks again until it is so, since there is no event for it. */
  void until(String what, BooleanSupplier holds) {
    long patience = Events.PATIENCE.toNanos();
    long start = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - start > patience) {
        throw new AssertionError(what + ": not within " + Events.PATIENCE.toSeconds() + " s");
      }
      Nodes.await(vertx.timer(20).mapEmpty());
    }
  }

  /** Stops the node as Ctrl-C does. */
  void stop() {
    if (!stopped) {
      stopped = true;
      Nodes.await(vertx.undeploy(node.deployment()));
      Nodes.await(vertx.undeploy(node.context().deploymentID()));
    }
  }

  @Override
  public void close() {
    stop();
  }
}
