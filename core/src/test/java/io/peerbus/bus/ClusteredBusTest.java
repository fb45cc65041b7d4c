package io.peerbus.bus;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.test.fakecluster.FakeClusterManager;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plugin in one Vert.x, its node in another: frames cross a real event bus connection in the codec's wire form. */
@Timeout(600)
class ClusteredBusTest {

  private static final String ECHO = "/echo/1.0.0";

  private Vertx core;
  private Vertx plugins;
  private Node plugin;
  private Node alice;

  private static Vertx member() {
    VertxOptions options = new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1"));
    return await(Vertx.builder().with(options).withClusterManager(new FakeClusterManager()).buildClustered());
  }

  @BeforeEach
  void start() {
    core = member();
    plugins = member();
    alice = Nodes.start(core, "alice");
    Node bob = Nodes.start(core, "bob");
    plugin = Nodes.attach(plugins, "bob", bob.deployment());
    plugin.on(() -> plugin.host().handle(ECHO, stream -> stream.pipeTo(stream)));
  }

  @AfterEach
  void stop() {
    await(plugins.close());
    await(core.close());
    FakeClusterManager.reset();
  }

  private static Future<Buffer> echo(Stream stream, Buffer bytes) {
    Promise<Buffer> all = Promise.promise();
    Buffer read = Buffer.buffer();
    stream.handler(read::appendBuffer);
    stream.endHandler(end -> all.tryComplete(read));
    stream.resetHandler(all::tryFail);
    stream.write(bytes);
    stream.end();
    return all.future();
  }

  @Test
  void aPluginOfAnotherMemberServesAndOpensStreams() {
    byte[] sent = new byte[2 << 20];
    new Random(3).nextBytes(sent);
    Buffer bytes = Buffer.buffer(sent);
    io.peerbus.multiformats.Multiaddr toBob = plugin.address();
    assertEquals(bytes, alice.on(() -> alice.host().connect(toBob)
        .compose(peer -> alice.host().open(peer, ECHO)).compose(stream -> echo(stream, bytes))));

    alice.on(() -> alice.host().handle("/other/1", stream -> stream.pipeTo(stream)));
    assertEquals(bytes, plugin.on(() -> plugin.host().open(alice.host().id(), "/other/1")
        .compose(stream -> echo(stream, bytes))));
  }

  @Test
  void aPluginThatLeavesTakesItsStreamsAlong() {
    io.peerbus.multiformats.Multiaddr toBob = plugin.address();
    Stream stream = alice.on(() -> alice.host().connect(toBob).compose(peer -> alice.host().open(peer, ECHO)));
    Promise<FailureException> reset = Promise.promise();
    alice.on(() -> {
      stream.resetHandler(reset::complete);
      return stream.write(Buffer.buffer("x"));
    });
    plugin.on(() -> plugin.host().close(Duration.ZERO));
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
  }
}
