package io.peerbus.kademlia.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.kademlia.Action;
import io.peerbus.kademlia.Kademlia;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.Message;
import io.peerbus.kademlia.MessageFramer;
import io.peerbus.kademlia.MessageWriter;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The streams we ask on, one request at a time each. One of a peer's is kept for its next request, unless the peer
 * ended it: go and we go on, js and py close after one. A request on a kept stream that the peer has just given up is
 * sent once more on a new one. Belongs to the verticle's context.
 */
final class OutboundStreams {

  private static final long NO_TIMER = -1;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Vertx vertx;
  private final Host host;
  private final Driver<Action> driver;
  private final Kademlia machine;
  private final KademliaOptions options;
  private final Map<Long, Outbound> waiting = new LinkedHashMap<>();
  private final Map<PeerId, Outbound> idle = new LinkedHashMap<>();
  private final IdleTimes idleTimes = new IdleTimes();
  private boolean closed;

  OutboundStreams(Vertx vertx, Host host, Driver<Action> driver, Kademlia machine, KademliaOptions options) {
    this.vertx = vertx;
    this.host = host;
    this.driver = driver;
    this.machine = machine;
    this.options = options;
  }

  /** Identify told what software a connected peer has; empty when it did not say. */
  void onIdentified(PeerId peer, String agent) {
    idleTimes.onIdentified(peer, agent);
  }

  void onDisconnected(PeerId peer) {
    idleTimes.onDisconnected(peer);
  }

  void send(Action.Request request) {
    Outbound kept = idle.remove(request.peer().peer());
    Outbound outbound = kept == null ? new Outbound() : kept;
    waiting.put(request.request(), outbound);
    outbound.send(request);
  }

  /** Nobody waits for the answer any more. */
  void cancel(long request) {
    Outbound outbound = waiting.remove(request);
    if (outbound != null) {
      outbound.cancel();
    }
  }

  /** Resets them all. */
  void close() {
    closed = true;
    List.copyOf(waiting.values()).forEach(Outbound::cancel);
    List.copyOf(idle.values()).forEach(Outbound::cancel);
    waiting.clear();
    idle.clear();
  }

  int open() {
    return waiting.size() + idle.size();
  }

  /** One stream, before it is open and until it is over. */
  private final class Outbound {

    private Stream stream;
    private MessageFramer framer;
    private Action.Request request;
    private boolean reused;
    private boolean cancelled;
    private long idleUntil;
    private long timer = NO_TIMER;

    void send(Action.Request next) {
      request = next;
      if (stream != null) {
        reused = true;
        write();
      } else {
        open();
      }
    }

    private void open() {
      PeerId peer = request.peer().peer();
      List<Multiaddr> addresses = request.peer().addresses();
      // Nearly always there is a connection, and to ask for one costs two more messages on the bus.
      host.openConnected(peer, List.of(options.getProtocol()))
          .recover(e -> Failure.of(e).failure() != Failure.CONNECTION_CLOSED ? Future.failedFuture(e)
              : host.connect(peer, addresses).compose(connected -> host.open(peer, options.getProtocol())))
          .onSuccess(this::onOpened)
          .onFailure(e -> fail(Failure.of(e).getMessage()));
    }

    private void onOpened(Stream opened) {
      if (cancelled || closed) {
        opened.reset();
        return;
      }
      stream = opened;
      framer = new MessageFramer(options.getLimits().getMaxMessageSize());
      stream.handler(this::onBytes);
      stream.endHandler(v -> onGone("it ended the stream without an answer"));
      stream.closeHandler(v -> onGone("the stream is over"));
      write();
    }

    private void write() {
      Message message = request.message();
      // A record has to go whole; the limit for answers is for lists of peers.
      Buffer frame = Buffer.buffer(MessageWriter.write(message, options.getLimits().getMaxMessageSize()));
      boolean answered = message.type() != Message.Type.ADD_PROVIDER;
      Stream current = stream;
      current.write(frame).onComplete(written -> {
        if (written.failed()) {
          onGone(written.cause().getMessage());
        } else if (!answered && current == stream) {
          done(null);
        }
      });
      if (!answered) {
        current.end();
      }
    }

    private void onBytes(Buffer data) {
      if (request == null) {
        discard(); // nobody asked
        return;
      }
      try {
        byte[] answer = framer.next(ByteBuffer.wrap(data.getBytes()));
        // What py answers to an ADD_PROVIDER is of no interest.
        if (answer != null && request.message().type() != Message.Type.ADD_PROVIDER) {
          done(Message.read(answer, options.getLimits()));
        }
      } catch (FormatException e) {
        String reason = e.getMessage();
        discard();
        fail(reason);
      }
    }

    private void done(Message answerOrNull) {
      long number = request.request();
      PeerId peer = request.peer().peer();
      Multiaddr remote = stream.remoteAddress();
      request = null;
      waiting.remove(number);
      if (answerOrNull == null) {
        stream = null; // ended by us; it closes when the peer has ended its half too
      } else if (!idle.containsKey(peer)) {
        idle.put(peer, this);
        idleUntil = Driver.now() + NANOS_PER_MILLI * idleTimes.millis(peer);
        if (timer == NO_TIMER) {
          waitUntilIdle();
        }
      } else {
        stream.end();
      }
      driver.run(now -> machine.onResponse(now, number, answerOrNull, remote));
    }

    /** One timer for many requests: when it fires and the stream was used since, it is set anew. */
    private void waitUntilIdle() {
      long left = Math.max(1, (idleUntil - Driver.now()) / NANOS_PER_MILLI);
      timer = vertx.setTimer(left, fired -> {
        timer = NO_TIMER;
        if (request != null || stream == null) {
          return; // in use, where the answer sees to it, or over
        }
        if (idleUntil - Driver.now() > NANOS_PER_MILLI) {
          waitUntilIdle();
        } else if (idle.remove(stream.peer(), this)) {
          stream.end();
        }
      });
    }

    private void onGone(String reason) {
      if (stream == null) {
        return;
      }
      PeerId peer = stream.peer();
      discard();
      idle.remove(peer, this);
      if (request != null && reused) {
        reused = false;
        open();
      } else if (request != null) {
        fail(reason);
      }
    }

    private void discard() {
      Stream gone = stream;
      stream = null;
      if (timer != NO_TIMER) {
        vertx.cancelTimer(timer);
        timer = NO_TIMER;
      }
      if (gone != null) {
        idle.remove(gone.peer(), this);
        gone.reset();
      }
    }

    private void fail(String reason) {
      if (request != null && waiting.remove(request.request(), this)) {
        long number = request.request();
        request = null;
        driver.run(now -> machine.onRequestFailed(now, number, reason));
      }
    }

    void cancel() {
      cancelled = true;
      request = null;
      discard();
    }
  }
}
