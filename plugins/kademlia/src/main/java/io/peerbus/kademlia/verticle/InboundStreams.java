package io.peerbus.kademlia.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Stream;
import io.peerbus.kademlia.Action;
import io.peerbus.kademlia.Kademlia;
import io.peerbus.kademlia.KademliaLimits;
import io.peerbus.kademlia.Message;
import io.peerbus.kademlia.MessageFramer;
import io.peerbus.kademlia.MessageWriter;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that peers opened to ask on: request by request, any number of them, until the peer ends its half. The
 * next request is read when the answer to the one before has been taken, so that a peer that does not read its answers
 * waits, and costs one of them. Belongs to the verticle's context.
 */
final class InboundStreams {

  private static final Logger LOG = LoggerFactory.getLogger(InboundStreams.class);

  private static final long NO_TIMER = -1;
  private static final long NONE = -1;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Vertx vertx;
  private final Driver<Action> driver;
  private final Kademlia machine;
  private final KademliaLimits limits;
  private final Map<Long, Inbound> exchanges = new LinkedHashMap<>();
  private final Map<Stream, Inbound> streams = new LinkedHashMap<>();
  private final Map<PeerId, Integer> perPeer = new LinkedHashMap<>();
  private long lastExchange;

  InboundStreams(Vertx vertx, Driver<Action> driver, Kademlia machine, KademliaLimits limits) {
    this.vertx = vertx;
    this.driver = driver;
    this.machine = machine;
    this.limits = limits;
  }

  /** A peer opened a stream. */
  void accept(Stream stream) {
    int itsOwn = perPeer.getOrDefault(stream.peer(), 0);
    if (streams.size() >= limits.getMaxStreams() || itsOwn >= limits.getMaxStreamsPerPeer()) {
      LOG.debug("a stream of {} is refused: {} are open, {} of them its own", stream.peer(), streams.size(), itsOwn);
      stream.reset();
      return;
    }
    perPeer.merge(stream.peer(), 1, Integer::sum);
    Inbound inbound = new Inbound(stream);
    streams.put(stream, inbound);
    inbound.start();
  }

  /** The machine's answer; with {@code null}, the next request may come. */
  void respond(long exchange, Message messageOrNull) {
    Inbound inbound = exchanges.remove(exchange);
    if (inbound != null) {
      inbound.respond(messageOrNull);
    }
  }

  /** The machine refused. */
  void refuse(long exchange, String reason) {
    Inbound inbound = exchanges.remove(exchange);
    if (inbound != null) {
      inbound.cut(reason);
    }
  }

  /** Resets them all. */
  void close() {
    List.copyOf(streams.values()).forEach(inbound -> inbound.cut("kademlia is being stopped"));
  }

  int open() {
    return streams.size();
  }

  /** One stream. */
  private final class Inbound {

    private final Stream stream;
    private final MessageFramer framer = new MessageFramer(limits.getMaxMessageSize());
    /** What came with a request and belongs to the next. */
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private long exchange = NONE;
    private boolean writing;
    private boolean ended;
    /** One timer for all that a stream waits for, which looks at this when it fires: most deadlines are met. */
    private long dueAt;
    private int patience;
    private long firesAt;
    private boolean waiting;
    private long timer = NO_TIMER;

    Inbound(Stream stream) {
      this.stream = stream;
    }

    void start() {
      stream.pause();
      stream.handler(this::onBytes);
      stream.endHandler(v -> {
        ended = true;
        next();
      });
      stream.closeHandler(v -> over());
      await(limits.getIdleTimeoutMillis());
      stream.fetch(1);
    }

    private void onBytes(Buffer data) {
      rest = ByteBuffer.wrap(data.getBytes());
      next();
    }

    /** Goes on with what has come, unless an answer is under way. */
    private void next() {
      if (exchange != NONE || writing || !streams.containsKey(stream)) {
        return;
      }
      try {
        boolean waited = framer.isWaiting();
        byte[] request = framer.next(rest);
        if (request != null) {
          ask(Message.read(request, limits));
        } else if (ended) {
          stream.end();
        } else {
          if (framer.isWaiting() != waited || !waiting) {
            await(framer.isWaiting() ? limits.getMessageTimeoutMillis() : limits.getIdleTimeoutMillis());
          }
          stream.fetch(1);
        }
      } catch (FormatException e) {
        cut(e.getMessage());
      }
    }

    private void ask(Message request) {
      waiting = false;
      exchange = ++lastExchange;
      exchanges.put(exchange, this);
      long number = exchange;
      driver.run(now -> machine.onRequest(now, number, stream.peer(), stream.remoteAddress(), request));
    }

    void respond(Message messageOrNull) {
      exchange = NONE;
      if (messageOrNull == null) {
        vertx.runOnContext(v -> next());
        return;
      }
      writing = true;
      await(limits.getMessageTimeoutMillis());
      stream.write(Buffer.buffer(MessageWriter.write(messageOrNull, limits.getMaxAnswerSize()))).onComplete(written -> {
        writing = false;
        if (written.succeeded()) {
          waiting = false;
          next();
        }
      });
    }

    private void await(int millis) {
      waiting = true;
      patience = millis;
      dueAt = Driver.now() + millis * NANOS_PER_MILLI;
      if (timer == NO_TIMER) {
        arm(millis);
      } else if (dueAt - firesAt < 0) {
        cancelTimer();
        arm(millis);
      }
    }

    private void arm(long millis) {
      firesAt = Driver.now() + millis * NANOS_PER_MILLI;
      timer = vertx.setTimer(millis, fired -> {
        timer = NO_TIMER;
        long left = dueAt - Driver.now();
        if (waiting && left > 0) {
          arm(Math.max(1, left / NANOS_PER_MILLI));
        } else if (waiting) {
          cut("nothing whole came for " + patience + " ms");
        }
      });
    }

    private void cancelTimer() {
      if (timer != NO_TIMER) {
        vertx.cancelTimer(timer);
        timer = NO_TIMER;
      }
    }

    void cut(String reason) {
      LOG.debug("the stream of {} is reset: {}", stream.peer(), reason);
      stream.reset();
      over();
    }

    private void over() {
      cancelTimer();
      exchanges.remove(exchange, this);
      if (streams.remove(stream, this)) {
        perPeer.computeIfPresent(stream.peer(), (peer, count) -> count == 1 ? null : count - 1);
      }
    }
  }
}
