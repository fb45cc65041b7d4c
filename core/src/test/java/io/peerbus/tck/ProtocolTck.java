package io.peerbus.tck;

import io.peerbus.api.Host;
import io.peerbus.leak.LeakGuard;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Checks any protocol plugin: a test class of the plugin extends this and says which verticle it is.
 *
 * <pre>{@code
 * class EchoTckTest extends ProtocolTck {
 *   @Override protected Deployable plugin() { return new EchoVerticle(); }
 *   @Override protected List<String> protocols() { return List.of("/echo/1.0.0"); }
 * }
 * }</pre>
 *
 * <p>Each check starts three real nodes on 127.0.0.1: one with the plugin, an honest peer, and a hostile one that opens
 * streams and ends, resets, floods or ignores them, or during whose streams the plugin is undeployed. After each the
 * honest peer must be served, every stream must be over, and nothing of the plugin may be left.
 *
 * <p>Chance comes from a seed, which a failure shows; {@code -Dpeerbus.tck.seed=N} sets it. The JVM of the tests needs
 * {@code -Dio.netty.leakDetection.level=paranoid
 * -Dio.netty.customResourceLeakDetector=io.peerbus.leak.FailingLeakDetector}.
 */
@Timeout(240)
public abstract class ProtocolTck {

  static final String SEED = "peerbus.tck.seed";
  private static final int STREAMS = 16;
  private static final int MANY_STREAMS = 64;
  private static final int ROUNDS = 5;

  /** Timers and consumers that may come and go with use, but not with each of {@link #MANY_STREAMS}. */
  private static final int SLACK = 8;

  private final long seed = Long.getLong(SEED, 1);
  private final RandomGenerator random = new Random(seed);
  private Bench bench;

  /** A new verticle, not deployed yet. Called for each deployment. */
  protected abstract Deployable plugin();

  /** The protocol ids that it serves with {@link #settings()}; none for a plugin that only uses other plugins. */
  protected abstract List<String> protocols();

  /** The plugin's name in the node, of its address on the event bus. */
  protected String name() {
    return "tck";
  }

  /** The plugin's settings. Short times make the checks quick. */
  protected JsonObject settings() {
    return new JsonObject();
  }

  /** Called before the plugin is deployed for the first time: the place to deploy what it needs beside it. */
  protected void prepare(Vertx vertx, String node) {}

  /**
   * What a peer that keeps to the protocol does with the plugin; fails unless it is served. Called on {@code peer}'s
   * context, with a connection to {@code node} up, often and while other peers misbehave.
   */
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return protocols().isEmpty() ? Future.succeededFuture()
        : peer.open(node, protocols().get(0)).onSuccess(stream -> stream.reset());
  }

  /**
   * One request of a peer, for {@link #honestExchange}: all that the plugin writes on a new stream of {@code protocol}
   * until it ends it, when the peer writes {@code request} and ends. Fails when the plugin resets the stream.
   */
  protected static Future<Buffer> ask(Host peer, PeerId node, String protocol, Buffer request) {
    return peer.open(node, protocol).compose(stream -> {
      Promise<Buffer> answer = Promise.promise();
      Buffer read = Buffer.buffer();
      stream.handler(read::appendBuffer);
      stream.endHandler(end -> answer.tryComplete(read));
      stream.resetHandler(answer::tryFail);
      if (request.length() > 0) {
        stream.write(request);
      }
      stream.end();
      return answer.future();
    });
  }

  /** What a peer writes on one stream of {@code protocol}, to be cut off anywhere; random bytes unless overridden. */
  protected Buffer conversation(String protocol, RandomGenerator random) {
    byte[] bytes = new byte[1 + random.nextInt(4_096)];
    random.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  /**
   * How long the plugin's open streams may go on after an undeploy. It is told so in its config; a plugin that
   * overrides its {@code drain()} must override this too.
   */
  protected Duration drain() {
    return Duration.ofMillis(500);
  }

  /** How long the plugin may take to end or reset a stream whose peer has ended its direction. */
  protected Duration patience() {
    return Duration.ofSeconds(10);
  }

  /** How long a stream may last on which the peer never says anything; {@code null} when it may for ever. */
  protected Duration idleLimit() {
    return null;
  }

  /** How long is waited for what should be gone: long for a busy machine, shorter where it is known to stay. */
  Duration leftovers() {
    return Bench.PROMPT;
  }

  /** What the machine may take for anything that is a matter of milliseconds; shorter where it will not come. */
  Duration prompt() {
    return Bench.PROMPT;
  }

  /** How much longer than its limit anything may take on a busy machine; shorter where it will not come. */
  Duration grace() {
    return Bench.GRACE;
  }

  /** How a failure can be had again. */
  final String repeat() {
    return "\nThe plugin: " + getClass().getName() + ", seed " + seed + ": -D" + SEED + "=" + seed;
  }

  @BeforeEach
  final void startNodes() {
    if (!LeakGuard.isOn()) {
      throw new IllegalStateException("start the JVM of the tests with -Dio.netty.leakDetection.level=paranoid"
          + " -Dio.netty.customResourceLeakDetector=io.peerbus.leak.FailingLeakDetector (argLine of surefire)");
    }
    bench = new Bench(this);
  }

  @AfterEach
  final void stopNodes() {
    if (bench != null) {
      bench.close();
    }
  }

  private void deploy() {
    bench.deploy(ThreadingModel.EVENT_LOOP, Clause.DEPLOYS);
    bench.serves(Clause.HONEST);
  }

  /** After the streams of a check: honest peers are served, streams left nothing behind, and the plugin goes. */
  private void settle(int heldBefore) {
    bench.serves(Clause.HONEST);
    bench.eventually(leftovers(), () -> bench.census().held() <= heldBefore + SLACK,
        () -> Clause.NOT_PER_STREAM.violated("before its streams the plugin held " + heldBefore
            + " timers and consumers, " + leftovers().toSeconds() + " s after their end " + bench.census().held()
            + ": " + bench.census().describe() + repeat()));
    bench.undeploy();
  }

  private Buffer cut(Buffer whole) {
    return whole.slice(0, random.nextInt(whole.length() + 1));
  }

  @Test
  final void itServesAnHonestPeerAndGoesWithoutATrace() {
    deploy();
    settle(bench.census().held());
  }

  @Test
  final void aStreamThatThePeerEndsIsEnded() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      for (int i = 0; i < MANY_STREAMS / STREAMS; i++) {
        boolean speaks = i % 2 == 1;
        Wave wave = Wave.open(bench, protocol, STREAMS, probe -> {
          probe.write(speaks ? cut(conversation(protocol, random)) : Buffer.buffer());
          probe.stream.end();
        });
        wave.over(patience(), Clause.ENDS, speaks ? "on which the peer wrote a part and ended"
            : "on which the peer ended at once");
      }
    }
    settle(held);
  }

  @Test
  final void aStreamThatThePeerResetsAnywhereLeavesNothing() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      for (int i = 0; i < MANY_STREAMS / STREAMS; i++) {
        Wave wave = Wave.open(bench, protocol, STREAMS, probe -> probe.write(cut(conversation(protocol, random))));
        wave.reset();
      }
    }
    settle(held);
  }

  @Test
  final void aConnectionThatGoesInTheMiddleOfStreamsLeavesNothing() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      for (int i = 0; i < ROUNDS; i++) {
        Wave wave = Wave.open(bench, protocol, STREAMS, probe -> probe.write(cut(conversation(protocol, random))));
        if (i % 2 == 0) {
          bench.hostile.on(() -> bench.hostile.host().disconnect(bench.node.host().id()));
        } else {
          bench.node.on(() -> bench.node.host().disconnect(bench.hostile.host().id()));
        }
        wave.over(prompt(), Clause.STREAMS_GO, "whose connection is gone");
        bench.reconnect();
      }
    }
    settle(held);
  }

  @Test
  final void manyStreamsAtOnceDoNotKeepOthersOut() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      Wave wave = Wave.open(bench, protocol, MANY_STREAMS, probe -> probe.write(conversation(protocol, random)));
      bench.serves(Clause.HONEST);
      wave.reset();
    }
    settle(held);
  }

  @Test
  final void garbageHurtsNobodyElse() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      for (Garbage kind : Garbage.values()) {
        Wave wave = Wave.open(bench, protocol, STREAMS, probe -> {
          probe.write(kind.bytes(random));
          probe.stream.end();
        });
        bench.serves(Clause.HONEST);
        wave.over(patience(), Clause.ENDS, "on which the peer wrote garbage (" + kind + ") and ended");
      }
    }
    settle(held);
  }

  @Test
  final void bytesThatComeOneByOneAreTaken() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      Wave wave = Wave.open(bench, protocol, 2, probe -> { });
      wave.eachUntil(patience().plus(prompt()), Clause.ENDS, "the writing of single bytes on " + protocol,
          probe -> Peers.byteByByte(probe, conversation(protocol, random)));
      bench.serves(Clause.HONEST);
      wave.each(probe -> probe.stream.end());
      wave.over(patience(), Clause.ENDS, "whose bytes came one by one, and then the end");
    }
    settle(held);
  }

  @Test
  final void aPeerThatNeverReadsIsNotWrittenToWithoutEnd() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      Wave wave = Wave.open(bench, protocol, 1, probe -> probe.stream.pause());
      Peers.floodUnread(bench, wave, () -> conversation(protocol, random));
      bench.serves(Clause.HONEST);
      wave.each(probe -> {
        probe.stream.resume();
        probe.stream.end();
      });
      wave.over(patience().multipliedBy(2), Clause.ENDS, "that was read late, and whose peer has ended");
      Peers.checkUnread(wave, repeat());
    }
    settle(held);
  }

  @Test
  final void aPeerThatNeverWritesHoldsUpNobody() {
    deploy();
    int held = bench.census().held();
    for (String protocol : protocols()) {
      Wave wave = Wave.open(bench, protocol, STREAMS, probe -> { });
      bench.serves(Clause.HONEST);
      if (idleLimit() != null) {
        wave.over(idleLimit().plus(grace()), Clause.IDLE, "on which the peer says nothing");
      }
      wave.reset();
    }
    settle(held);
  }

  @Test
  final void anUndeployInTheMiddleOfStreamsEndsThem() {
    deploy();
    List<Wave> waves = protocols().stream().map(protocol -> Wave.open(bench, protocol, STREAMS, probe -> {
      int way = random.nextInt(4);
      if (way == 1) {
        probe.stream.pause();
      }
      if (way != 0) {
        probe.write(cut(conversation(protocol, random)));
      }
      if (way == 3) {
        probe.stream.end();
      }
    })).toList();
    Future<Void> undeployed = bench.undeploying();
    bench.gone(undeployed);
    waves.forEach(wave -> wave.each(probe -> probe.stream.resume()));
    waves.forEach(wave -> wave.over(grace(), Clause.STREAMS_GO, "of a plugin that is gone"));
    bench.nothingStays();
  }

  @Test
  final void anUndeployAtAnyMomentLeavesNothing() {
    for (int i = 0; i < ROUNDS; i++) {
      bench.deploy(ThreadingModel.EVENT_LOOP, i == 0 ? Clause.DEPLOYS : Clause.AGAIN);
      List<Wave> waves = protocols().stream().map(protocol -> Wave.opening(bench, protocol, STREAMS, probe -> {
        probe.write(cut(conversation(protocol, random)));
        probe.stream.end();
      })).toList();
      waves.forEach(wave -> wave.openedUpTo(random.nextInt(STREAMS + 1)));
      Future<Void> undeployed = bench.undeploying();
      bench.gone(undeployed);
      waves.forEach(wave -> wave.over(grace(), Clause.STREAMS_GO, "of a plugin that went while it was opened"));
      bench.nothingStays();
    }
  }

  @Test
  final void itComesAgainAndServesAsBefore() {
    deploy();
    for (int i = 0; i < ROUNDS; i++) {
      bench.undeploy();
      bench.deploy(ThreadingModel.EVENT_LOOP, Clause.AGAIN);
      bench.serves(Clause.AGAIN);
    }
    bench.undeploy();
  }

  @Test
  final void itServesOnWorkerThreadsToo() {
    bench.deploy(ThreadingModel.WORKER, Clause.DEPLOYS);
    bench.serves(Clause.HONEST);
    for (String protocol : protocols()) {
      Wave wave = Wave.open(bench, protocol, STREAMS, probe -> {
        probe.write(cut(conversation(protocol, random)));
        probe.stream.end();
      });
      wave.over(patience(), Clause.ENDS, "on which the peer wrote a part and ended");
    }
    bench.serves(Clause.HONEST);
    bench.undeploy();
  }
}
