package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.net.WebSocketTls;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.swarm.ConnectionInfo;
import io.peerbus.swarm.ConnectionOptions;
import io.peerbus.swarm.Muxers;
import io.peerbus.yamux.YamuxOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a shard tells of connections, with the swarm played by the test. */
@ExtendWith(VertxExtension.class)
class ShardTest {

  /** Takes everything, and notes what it is told. */
  private static final class Told implements Shard.Owner {
    final BlockingQueue<String> all = new LinkedBlockingQueue<>();

    @Override
    public Future<Boolean> admit(String remoteIp) {
      return Future.succeededFuture(true);
    }

    @Override
    public void onAcceptEnded(String remoteIp) {
      all.add("accept ended");
    }

    @Override
    public void onConnected(long attempt, ConnectionInfo connection, IntSupplier streams) {
      all.add("connected");
    }

    @Override
    public void onDialFailed(long attempt, String reason) {
      all.add("dial failed");
    }

    @Override
    public void onWorn(long connection) {}

    @Override
    public void onClosed(long connection, String reason) {}

    String next() {
      try {
        return all.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Vertx vertx;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    StreamFrameCodec.register(vertx);
  }

  private Shard shard(String node, Told told, ThreadingModel threading) {
    ConnectionOptions options = new ConnectionOptions(
        List.of(NoiseIdentity.of(KeyPair.generate(KeyType.ED25519, new SecureRandom()), new SecureRandom())), null,
        Muxers.of(new YamuxOptions()), new ConnectionOptions.Protocols(protocol -> false, List::of),
        ConnectionOptions.Limits.DEFAULT);
    HostState state = new HostState(vertx, new HostOptions().setNode(node),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    Shard shard = new Shard(0, new Shard.Shared(state, () -> options, 16, WebSocketTls.NONE, told));
    await(vertx.deployVerticle(shard, new DeploymentOptions().setThreadingModel(threading)));
    return shard;
  }

  private static Multiaddr listen(Shard shard) {
    return await(shard.listen(Multiaddr.tcp("127.0.0.1", 0), 1));
  }

  /** Another shard could otherwise let one peer too many in between. */
  @Test
  void aConnectionCountsBeforeItsUpgradeCountsNoMore() {
    Told listening = new Told();
    Told dialling = new Told();
    Multiaddr address = listen(shard("listener", listening, ThreadingModel.EVENT_LOOP));
    shard("dialler", dialling, ThreadingModel.EVENT_LOOP).dial(1, address, null, 60_000_000_000L);
    assertEquals("connected", dialling.next());
    assertEquals(List.of("connected", "accept ended"), List.of(listening.next(), listening.next()));
  }

  /** On a worker thread the transport throws an error, before the connection has begun. */
  @Test
  void anErrorAtTheBeginningGivesTheSlotAndTheSocketOfAnInboundConnectionBack() {
    Told listening = new Told();
    Multiaddr address = listen(shard("listener", listening, ThreadingModel.WORKER));
    Promise<Void> closed = Promise.promise();
    await(vertx.createNetClient().connect(address.hostPort().orElseThrow().port(), "127.0.0.1")
        .onSuccess(socket -> socket.closeHandler(end -> closed.complete())));
    assertEquals("accept ended", listening.next());
    await(closed.future());
    assertTrue(listening.all.isEmpty(), listening.all.toString());
  }

  @Test
  void anErrorAtTheBeginningOfADialIsItsFailure() {
    Told dialling = new Told();
    Promise<Void> closed = Promise.promise();
    int port = await(vertx.createNetServer()
        .connectHandler(socket -> socket.closeHandler(end -> closed.complete())).listen(0, "127.0.0.1")).actualPort();
    shard("dialler", dialling, ThreadingModel.WORKER).dial(1, Multiaddr.tcp("127.0.0.1", port), null, 60_000_000_000L);
    assertEquals("dial failed", dialling.next());
    await(closed.future());
    assertTrue(dialling.all.isEmpty(), dialling.all.toString());
  }
}
