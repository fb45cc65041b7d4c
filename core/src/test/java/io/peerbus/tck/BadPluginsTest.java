package io.peerbus.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every check of the kit can fail: for each a plugin that it must find out, and the clause it must name. */
@Timeout(120)
class BadPluginsTest {

  private static final String ECHO = EchoTckTest.ECHO;

  /** The kit as the author of a bad plugin would have it. */
  private static class Subject extends ProtocolTck {
    private final Supplier<Deployable> plugin;
    private Duration patience = Duration.ofSeconds(2);
    private Duration grace = Bench.GRACE;

    Subject(Supplier<Deployable> plugin) {
      this.plugin = plugin;
    }

    /** For checks whose first wait of this kind is the one for what does not come. */
    Subject withPatience(int millis) {
      patience = Duration.ofMillis(millis);
      return this;
    }

    /** The same. */
    Subject withGrace(int millis) {
      grace = Duration.ofMillis(millis);
      return this;
    }

    @Override
    protected Deployable plugin() {
      return plugin.get();
    }

    @Override
    protected List<String> protocols() {
      return List.of(ECHO);
    }

    @Override
    protected Future<?> honestExchange(Host peer, PeerId node) {
      return EchoTckTest.echo(peer, node);
    }

    @Override
    protected Duration patience() {
      return patience;
    }

    @Override
    protected Duration drain() {
      return Duration.ofMillis(200);
    }

    @Override
    protected Duration idleLimit() {
      return Duration.ofMillis(100);
    }

    @Override
    Duration leftovers() {
      return patience;
    }

    @Override
    Duration grace() {
      return grace;
    }
  }

  /** Does not mind whether the plugin serves, to get to the clause behind. */
  private static class Undemanding extends Subject {
    Undemanding(Supplier<Deployable> plugin) {
      super(plugin);
    }

    @Override
    protected Future<?> honestExchange(Host peer, PeerId node) {
      return Future.succeededFuture();
    }
  }

  private static void assertFound(Clause clause, ProtocolTck tck, Consumer<ProtocolTck> check) {
    assertFound(List.of(clause), tck, check);
  }

  /** For a plugin that breaks several clauses, of which chance decides which one is looked at first. */
  private static void assertFound(List<Clause> clauses, ProtocolTck tck, Consumer<ProtocolTck> check) {
    tck.startNodes();
    try {
      ContractViolation found = assertThrows(ContractViolation.class, () -> check.accept(tck));
      assertTrue(clauses.contains(found.clause()), found::getMessage);
      assertTrue(found.getMessage().contains("What happened: "), found::getMessage);
    } finally {
      tck.stopNodes();
    }
  }

  private static Deployable on(Consumer<Stream> handler) {
    return new BadPlugin((vertx, host) -> host.handle(ECHO, handler::accept));
  }

  private static void echo(Stream stream) {
    stream.pipeTo(stream);
  }

  @Test
  void oneThatServesAnotherProtocolThanItSays() {
    Deployable bad = new BadPlugin((vertx, host) -> host.handle("/other/1.0.0", BadPluginsTest::echo));
    assertFound(Clause.DEPLOYS, new Subject(() -> bad), ProtocolTck::itServesAnHonestPeerAndGoesWithoutATrace);
  }

  @Test
  void oneThatDoesNotServeHonestPeers() {
    assertFound(Clause.HONEST, new Subject(() -> on(Stream::reset)),
        ProtocolTck::itServesAnHonestPeerAndGoesWithoutATrace);
  }

  @Test
  void oneThatDoesNotEndItsDirection() {
    assertFound(Clause.ENDS, new Undemanding(() -> on(stream -> stream.handler(stream::write))).withPatience(300),
        ProtocolTck::aStreamThatThePeerEndsIsEnded);
  }

  @Test
  void oneThatForgetsATimerForEachStream() {
    Deployable bad = new BadPlugin((vertx, host) -> host.handle(ECHO, stream -> {
      vertx.setTimer(600_000, id -> stream.reset());
      echo(stream);
    }));
    assertFound(Clause.NOT_PER_STREAM, new Subject(() -> bad).withPatience(300),
        ProtocolTck::aStreamThatThePeerResetsAnywhereLeavesNothing);
  }

  @Test
  void oneThatForgetsAConsumerForEachStream() {
    Deployable bad = new BadPlugin((vertx, host) -> host.handle(ECHO, stream -> {
      vertx.eventBus().consumer("of a stream", message -> stream.reset());
      echo(stream);
    }));
    assertFound(Clause.NOT_PER_STREAM, new Subject(() -> bad).withPatience(300),
        ProtocolTck::aConnectionThatGoesInTheMiddleOfStreamsLeavesNothing);
  }

  @Test
  void oneWhosePlacesAreTakenByOnePeer() {
    AtomicInteger taken = new AtomicInteger();
    assertFound(Clause.HONEST, new Subject(() -> on(stream -> {
      if (taken.incrementAndGet() > 40) {
        stream.reset();
      } else {
        echo(stream);
      }
    })), ProtocolTck::manyStreamsAtOnceDoNotKeepOthersOut);
  }

  @Test
  void oneThatGarbageBreaks() {
    AtomicInteger broken = new AtomicInteger();
    assertFound(Clause.HONEST, new Subject(() -> on(stream -> {
      stream.handler(bytes -> {
        if (broken.get() > 0 || !bytes.toString().equals("honest")) {
          broken.set(1);
          stream.reset();
        } else {
          stream.write(bytes);
          stream.end();
        }
      });
    })), ProtocolTck::garbageHurtsNobodyElse);
  }

  @Test
  void oneThatTakesEachBufferForAWholeMessage() {
    assertFound(Clause.ENDS, new Undemanding(() -> on(stream -> {
      boolean[] whole = {true};
      stream.handler(bytes -> whole[0] = bytes.length() > 1);
      stream.endHandler(ended -> {
        if (whole[0]) {
          stream.end();
        }
      });
    })).withPatience(300), ProtocolTck::bytesThatComeOneByOneAreTaken);
  }

  @Test
  void oneThatWritesToAPeerThatDoesNotRead() {
    assertFound(Clause.BACK_PRESSURE, new Subject(() -> on(stream -> {
      stream.handler(stream::write);
      stream.endHandler(ended -> stream.end());
    })), ProtocolTck::aPeerThatNeverReadsIsNotWrittenToWithoutEnd);
  }

  @Test
  void oneThatWaitsForAPeerForEver() {
    assertFound(Clause.IDLE, new Subject(() -> on(BadPluginsTest::echo)).withGrace(300),
        ProtocolTck::aPeerThatNeverWritesHoldsUpNobody);
  }

  @Test
  void oneWhoseStopDoesNotComplete() {
    Deployable bad = new BadPlugin((vertx, host) -> host.handle(ECHO, BadPluginsTest::echo),
        Promise.promise().future());
    assertFound(Clause.UNDEPLOYS, new Subject(() -> bad).withGrace(300),
        ProtocolTck::anUndeployInTheMiddleOfStreamsEndsThem);
  }

  @Test
  void oneThatKeepsItsIds() {
    assertFound(Clause.IDS_GO, new Subject(BadPlugin::keepingItsIds),
        ProtocolTck::itServesAnHonestPeerAndGoesWithoutATrace);
  }

  @Test
  void oneThatKeepsItsStreams() {
    assertFound(Clause.STREAMS_GO, new Subject(BadPlugin::keepingItsStreams).withGrace(2_000),
        ProtocolTck::anUndeployInTheMiddleOfStreamsEndsThem);
  }

  @Test
  void oneThatLeavesAThread() {
    CountDownLatch end = new CountDownLatch(1);
    Deployable bad = new BadPlugin((vertx, host) -> {
      Thread thread = new Thread(() -> await(end), "left behind");
      thread.setDaemon(true);
      thread.start();
      return host.handle(ECHO, BadPluginsTest::echo);
    });
    assertFound(Clause.NOTHING_STAYS, new Subject(() -> bad).withPatience(300),
        ProtocolTck::anUndeployAtAnyMomentLeavesNothing);
    end.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneThatLosesABufferForEachStream() {
    assertFound(Clause.NOTHING_STAYS, new Subject(() -> on(stream -> {
      PooledByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
      echo(stream);
    })), ProtocolTck::manyStreamsAtOnceDoNotKeepOthersOut);
  }

  /** Vert.x takes away what belongs to the verticle's context; this does not. */
  private static void elsewhere(Vertx vertx, Runnable action) {
    Context other = ((VertxInternal) vertx).createEventLoopContext();
    other.runOnContext(now -> action.run());
  }

  @Test
  void oneThatLeavesATimer() {
    Deployable bad = new BadPlugin((vertx, host) -> {
      elsewhere(vertx, () -> vertx.setPeriodic(600_000, id -> { }));
      return host.handle(ECHO, BadPluginsTest::echo);
    });
    assertFound(Clause.NOTHING_STAYS, new Subject(() -> bad).withPatience(300),
        ProtocolTck::itComesAgainAndServesAsBefore);
  }

  @Test
  void oneThatLeavesAConsumer() {
    Deployable bad = new BadPlugin((vertx, host) -> {
      elsewhere(vertx, () -> vertx.eventBus().consumer("left behind", message -> { }));
      return host.handle(ECHO, BadPluginsTest::echo);
    });
    assertFound(Clause.NOTHING_STAYS, new Subject(() -> bad).withPatience(300),
        ProtocolTck::itServesAnHonestPeerAndGoesWithoutATrace);
  }

  @Test
  void oneThatCanBeDeployedOnlyOnce() {
    AtomicInteger deployed = new AtomicInteger();
    assertFound(Clause.AGAIN, new Subject(() -> new BadPlugin((vertx, host) -> deployed.incrementAndGet() > 1
        ? Future.failedFuture("started twice") : host.handle(ECHO, BadPluginsTest::echo))),
        ProtocolTck::itComesAgainAndServesAsBefore);
  }

  @Test
  void oneThatWantsAnEventLoop() {
    assertFound(Clause.DEPLOYS, new Subject(() -> new BadPlugin((vertx, host) -> Context.isOnEventLoopThread()
        ? host.handle(ECHO, BadPluginsTest::echo) : Future.failedFuture("not on an event loop"))),
        ProtocolTck::itServesOnWorkerThreadsToo);
  }

  @Test
  void oneThatStopsTheNode() {
    CountDownLatch end = new CountDownLatch(1);
    Promise<Void> still = Promise.promise();
    Deployable bad = new BadPlugin((vertx, host) -> host.handle(ECHO, stream -> stream.closeHandler(closed -> {
      ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loop -> loop.execute(() -> await(end)));
      still.tryComplete();
    })));
    List<Clause> broken = List.of(Clause.NODE_LIVES, Clause.HONEST, Clause.UNDEPLOYS);
    assertFound(broken, new Undemanding(() -> bad) {
      @Override
      protected Future<?> honestExchange(Host peer, PeerId node) {
        peer.open(node, ECHO).onSuccess(stream -> stream.reset());
        return still.future(); // which needs no thread of the node's to be heard of
      }

      @Override
      Duration prompt() {
        return still.future().isComplete() ? Duration.ofMillis(300) : super.prompt();
      }
    }, tck -> {
      try {
        tck.itServesAnHonestPeerAndGoesWithoutATrace();
      } finally {
        end.countDown();
      }
    });
  }
}
