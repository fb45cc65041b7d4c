package io.peerbus.ping.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.peerbus.ping.PingOptions;
import io.peerbus.ping.Pinger;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pings we send to one peer. */
final class Asking {

  private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
  private static final long NONE = -1;

  /** Opens a stream; without {@code dial} only where there is a connection. */
  interface Opening {
    Future<Stream> open(PeerId peer, boolean dial);
  }

  /** @param random makes the bytes of pings; {@code onIdle} is called when the peer may be forgotten */
  record Parts(Vertx vertx, PingOptions options, RandomGenerator random, Opening opening, Consumer<PeerId> onIdle) {}

  private final Parts parts;
  private final PeerId peer;
  private final Pinger pinger;
  private final Driver<Pinger.Action> driver;
  private final Map<Long, Promise<Long>> asked = new HashMap<>();
  private Stream stream;
  private long nextRequest;
  private boolean closed;
  private long lastNanos = NONE;

  /** Belongs to the context that it is made on. */
  Asking(Parts parts, PeerId peer) {
    this.parts = parts;
    this.peer = peer;
    this.pinger = new Pinger(parts.options(), parts.random());
    this.driver = new Driver<>(parts.vertx(), pinger, this::act);
  }

  /** The round trip in nanoseconds. */
  Future<Long> ping(long timeout) {
    Promise<Long> promise = Promise.promise();
    long request = nextRequest++;
    asked.put(request, promise);
    driver.run(now -> pinger.ping(now, request, timeout));
    return promise.future();
  }

  void keepAlive() {
    driver.run(pinger::keepAlive);
  }

  void stopKeepAlive() {
    driver.run(now -> pinger.stopKeepAlive());
  }

  /** Whether nothing is under way with this peer. */
  boolean isIdle() {
    return asked.isEmpty() && pinger.isIdle();
  }

  /** The last round trip in nanoseconds, or negative when there was none. */
  long lastNanos() {
    return lastNanos;
  }

  /** As measured elsewhere. */
  void setLastNanos(long nanos) {
    lastNanos = nanos;
  }

  /** Leaves the peer to somebody else for a while, if no ping is under way; answers whether. */
  boolean rest() {
    boolean[] rests = new boolean[1];
    driver.run(now -> rests[0] = pinger.rest());
    return rests[0];
  }

  void close() {
    closed = true;
    driver.close();
    asked.values().forEach(promise -> promise.tryFail(Failure.UNAVAILABLE.because("ping is closing")));
    asked.clear();
    if (stream != null) {
      stream.end();
    }
  }

  private void act(Pinger.Action action) {
    if (action instanceof Pinger.Action.Open) {
      boolean dial = !asked.isEmpty(); // the keep-alive is not to bring a peer back
      parts.opening().open(peer, dial).onComplete(this::onOpened, this::onOpenFailed);
    } else if (action instanceof Pinger.Action.Send send) {
      stream.write(Buffer.buffer(send.block().array()));
    } else if (action instanceof Pinger.Action.End) {
      letGo().end();
    } else if (action instanceof Pinger.Action.Reset) {
      letGo().reset();
    } else if (action instanceof Pinger.Action.Answered answered) {
      onAnswered(answered.request(), answered.nanos());
    } else if (action instanceof Pinger.Action.Lost lost) {
      onLost(lost);
    }
  }

  private void onOpened(Stream opened) {
    if (closed) {
      opened.reset(); // nobody waits for it any more, nor would end it
      return;
    }
    stream = opened;
    opened.resetHandler(e -> onClosed(opened, e.failure() == Failure.CONNECTION_CLOSED, e.getMessage()));
    opened.endHandler(ended -> {
      if (stream == opened) {
        onClosed(opened, false, "closed by the peer");
        opened.end();
      }
    });
    opened.handler(bytes -> {
      if (stream == opened) {
        driver.run(now -> pinger.onBytes(now, ByteBuffer.wrap(bytes.getBytes())));
      }
    });
    driver.run(pinger::onOpened);
  }

  private void onOpenFailed(Throwable error) {
    FailureException failure = Failure.of(error);
    boolean unsupported = failure.failure() == Failure.UNSUPPORTED_PROTOCOL;
    driver.run(now -> pinger.onOpenFailed(now, unsupported, failure.getMessage()));
    parts.onIdle().accept(peer);
  }

  private void onClosed(Stream closed, boolean withConnection, String reason) {
    if (stream == closed) {
      stream = null;
      driver.run(now -> pinger.onClosed(now, withConnection, reason));
      parts.onIdle().accept(peer);
    }
  }

  /** Nothing that still comes on the stream concerns us. */
  private Stream letGo() {
    Stream gone = stream;
    stream = null;
    return gone;
  }

  private void onAnswered(long request, long nanos) {
    lastNanos = nanos;
    LOG.debug("ping: {} answered in {} us", peer, nanos / 1_000);
    Promise<Long> promise = asked.remove(request);
    if (promise != null) {
      promise.complete(nanos);
    }
  }

  private void onLost(Pinger.Action.Lost lost) {
    LOG.debug("ping: {} did not answer: {}", peer, lost.reason());
    Promise<Long> promise = asked.remove(lost.request());
    if (promise != null) {
      promise.fail(failureOf(lost.loss()).because("ping " + peer + ": " + lost.reason()));
    }
  }

  private static Failure failureOf(Pinger.Loss loss) {
    return switch (loss) {
      case TIMED_OUT -> Failure.TIMED_OUT;
      case UNSUPPORTED -> Failure.UNSUPPORTED_PROTOCOL;
      case NOT_OPENED -> Failure.DIAL_FAILED;
      case CLOSED -> Failure.RESET_BY_PEER;
      case WRONG_ANSWER -> Failure.PROTOCOL_ERROR;
      case BUSY -> Failure.LIMIT_REACHED;
    };
  }
}
