package io.peerbus.launcher.control;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One client of the control socket, from its first line to the end of its connection. Not thread safe: owned by the
 * context of its {@link ControlServer}.
 */
final class Conversation {

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final String prefix;
  private final ControlLimits limits;
  private final NetSocket socket;
  private final LineBuffer lines = new LineBuffer(ControlLimits.MAX_LINE);
  private final Set<Long> waiting = new HashSet<>();
  private final Map<Long, Subscription> subscriptions = new HashMap<>();
  private long idleTimer = NO_TIMER;
  private boolean paused;
  private boolean over;

  /** What a client listens to, and how many events it had no room for since the last one it got. */
  private static final class Subscription {
    private MessageConsumer<Object> consumer;
    private long missed;
  }

  /** {@code node} is the node's name on the bus. */
  Conversation(Vertx vertx, String node, ControlLimits limits, NetSocket socket) {
    this.vertx = vertx;
    this.prefix = "peerbus." + node + ".";
    this.limits = limits;
    this.socket = socket;
  }

  /** Begins to read. {@code ended} is called once, when the connection is closed. */
  void begin(Runnable ended) {
    socket.setWriteQueueMaxSize(limits.maxUnsentBytes());
    socket.exceptionHandler(error -> socket.close());
    socket.drainHandler(drained -> readOn());
    socket.closeHandler(closed -> {
      over = true;
      stopWatching();
      subscriptions.values().forEach(subscription -> subscription.consumer.unregister());
      subscriptions.clear();
      ended.run();
    });
    watchIdle();
    socket.handler(chunk -> {
      lines.add(chunk);
      readOn();
    });
  }

  /** Ends it, after what was written before. */
  void close() {
    over = true;
    socket.close();
  }

  /** Takes lines as long as there is room for what they ask for. */
  private void readOn() {
    try {
      while (!over && hasRoom()) {
        Buffer line = lines.next();
        if (line == null) {
          break;
        }
        onLine(line);
        watchIdle(); // a line counts, a byte of one does not
      }
    } catch (Refusal e) {
      refuse(e);
      close(); // nobody knows where the next line begins
      return;
    }
    boolean full = !over && !hasRoom();
    if (full != paused) {
      paused = full;
      if (full) {
        socket.pause();
      } else {
        socket.resume();
      }
    }
  }

  private boolean hasRoom() {
    return waiting.size() < limits.maxRequests() && !socket.writeQueueFull();
  }

  private void onLine(Buffer line) {
    try {
      Request request = Request.parse(line);
      if (request instanceof Request.Ask ask) {
        onAsk(ask);
      } else if (request instanceof Request.Subscribe subscribe) {
        onSubscribe(subscribe);
      } else {
        onUnsubscribe(request.id());
      }
    } catch (Refusal e) {
      refuse(e);
    }
  }

  private void onAsk(Request.Ask ask) throws Refusal {
    checkFree(ask.id());
    waiting.add(ask.id());
    // The header is for the desk, which waits for a plugin as long as we do (BUS.md, "Desk").
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(ask.timeoutMillis())
        .addHeader("timeoutMillis", Long.toString(ask.timeoutMillis()));
    vertx.eventBus().request(prefix + ask.address(), ask.body(), options)
        .onComplete(result -> {
          waiting.remove(ask.id());
          if (over) {
            return;
          }
          if (result.succeeded()) {
            Object body = result.result().body();
            send(ask.id(), new JsonObject().put("body", body == null ? new JsonObject() : body));
          } else {
            sendError(ask.id(), reason(ask, result.cause()));
          }
          watchIdle();
          readOn();
        });
  }

  private static FailureException reason(Request.Ask ask, Throwable error) {
    if (error instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      return Failure.UNAVAILABLE.because("nobody answers at \"" + ask.address() + "\" in this node");
    }
    if (error instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT) {
      return Failure.TIMED_OUT.because("no answer from \"" + ask.address() + "\" within " + ask.timeoutMillis()
          + " ms");
    }
    return Failure.of(error);
  }

  private void onSubscribe(Request.Subscribe request) throws Refusal {
    long id = request.id();
    checkFree(id);
    if (subscriptions.size() >= limits.maxSubscriptions()) {
      throw new Refusal(id, Failure.LIMIT_REACHED, "a connection may have " + limits.maxSubscriptions()
          + " subscriptions");
    }
    Subscription subscription = new Subscription();
    subscription.consumer = vertx.eventBus().consumer(prefix + request.address(),
        message -> onEvent(id, subscription, message));
    subscriptions.put(id, subscription);
    subscription.consumer.completion()
        .onSuccess(done -> sendIfOpen(id, subscription))
        .onFailure(error -> {
          subscriptions.remove(id, subscription);
          sendError(id, Failure.of(error));
        });
  }

  private void sendIfOpen(long id, Subscription subscription) {
    if (subscriptions.get(id) == subscription) {
      send(id, new JsonObject().put("body", new JsonObject()));
    }
  }

  private void onEvent(long id, Subscription subscription, Message<Object> message) {
    if (over || subscriptions.get(id) != subscription) {
      return;
    }
    if (socket.writeQueueFull()) {
      subscription.missed++;
      return;
    }
    JsonObject line = new JsonObject().put("event", message.body());
    if (subscription.missed > 0) {
      line.put("missed", subscription.missed);
    }
    try {
      socket.write(bytes(id, line));
      subscription.missed = 0;
    } catch (FailureException e) {
      subscription.missed++;
    }
  }

  private void onUnsubscribe(long id) throws Refusal {
    Subscription subscription = subscriptions.remove(id);
    if (subscription == null) {
      throw new Refusal(id, Failure.NOT_FOUND, "there is no subscription " + id);
    }
    subscription.consumer.unregister();
    send(id, new JsonObject().put("body", new JsonObject()));
  }

  private void checkFree(long id) throws Refusal {
    if (waiting.contains(id) || subscriptions.containsKey(id)) {
      throw new Refusal(id, Failure.BAD_REQUEST, "id " + id + " is in use");
    }
  }

  private void refuse(Refusal refusal) {
    sendError(refusal.id(), refusal.reason());
  }

  private void sendError(Long id, FailureException reason) {
    send(id, new JsonObject().put("error", new JsonObject()
        .put("code", reason.failure().name()).put("message", String.valueOf(reason.getMessage()))));
  }

  private void send(Long id, JsonObject rest) {
    if (over) {
      return;
    }
    try {
      socket.write(bytes(id, rest));
    } catch (FailureException e) {
      sendError(id, e);
    }
  }

  /** The line to be sent. Fails when it is no JSON, or too long. */
  private static Buffer bytes(Long id, JsonObject rest) {
    JsonObject line = id == null ? rest : new JsonObject().put("id", id).mergeIn(rest);
    Buffer bytes;
    try {
      // By way of a String: half a surrogate pair, as a peer may send it, becomes a question mark and no error.
      bytes = Buffer.buffer(line.encode().getBytes(StandardCharsets.UTF_8));
    } catch (EncodeException | IllegalStateException e) {
      throw Failure.INTERNAL.because("the answer is no JSON");
    }
    if (bytes.length() > ControlLimits.MAX_LINE) {
      throw Failure.LIMIT_REACHED.because("the answer is longer than " + ControlLimits.MAX_LINE + " bytes");
    }
    return bytes.appendByte((byte) '\n');
  }

  private void watchIdle() {
    stopWatching();
    if (!over && waiting.isEmpty() && subscriptions.isEmpty()) {
      idleTimer = vertx.setTimer(limits.idleMillis(), id -> {
        idleTimer = NO_TIMER;
        sendError(null, Failure.TIMED_OUT.because("nothing was asked for " + limits.idleMillis() + " ms"));
        close();
      });
    }
  }

  private void stopWatching() {
    if (idleTimer != NO_TIMER) {
      vertx.cancelTimer(idleTimer);
      idleTimer = NO_TIMER;
    }
  }
}
