package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.launcher.config.BridgeLimits;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.eventbus.bridge.tcp.BridgeEvent;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One connection: nothing of it gets further before its first frame has shown the token; afterwards each whole frame
 * goes to the library, no faster than allowed, and not while what goes back is not read.
 *
 * <p>Not thread safe, owned by the bridge's context.
 */
final class Gate {

  /** The address of the first message, and the only one that is not the session's. */
  static final String HELLO = "bridge";

  /** Enough for the first frame; who is not known yet gets no more of our memory. */
  private static final int MAX_HELLO = 1_024;
  private static final int MAX_REPLY_ADDRESS = 256;
  private static final int WRITE_QUEUE = 256 << 10;

  /** Why nothing is read from the socket now. */
  private enum Hold {
    PACE,
    UNREAD
  }

  private final BridgeVerticle bridge;
  private final NetSocket socket;
  private final long number;
  private final BridgeLimits limits;
  private final FrameCutter cutter;
  private final Pace pace;
  private final Set<Hold> holds = EnumSet.noneOf(Hold.class);
  private Session session;
  private Handler<Buffer> library;
  private Handler<Void> libraryEnd;
  private boolean asked;
  private boolean over;
  private long timer;

  Gate(BridgeVerticle bridge, NetSocket socket, long number) {
    this.bridge = bridge;
    this.socket = socket;
    this.number = number;
    this.limits = bridge.settings().limits();
    this.cutter = new FrameCutter(MAX_HELLO, this::onFrame, why -> refuse(Failure.BAD_REQUEST.because(why)));
    this.pace = new Pace(limits.messagesPerSecond(), System.nanoTime());
  }

  /** Says why, and closes once that is sent. */
  static void turnAway(NetSocket socket, FailureException failure) {
    socket.write(frame(new JsonObject().put("type", "err").put("failureCode", failure.failure().code())
        .put("failureType", failure.failure().name()).put("message", failure.getMessage())));
    socket.close();
  }

  private static Buffer frame(JsonObject json) {
    byte[] bytes = json.encode().getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer().appendInt(bytes.length).appendBytes(bytes);
  }

  void begin() {
    timer = bridge.vertx().setTimer(limits.helloTimeoutMillis(), id -> refuse(Failure.TIMED_OUT.because(
        "no token within " + limits.helloTimeoutMillis() + " ms (bridge.limits.helloTimeoutMillis)")));
    socket.setWriteQueueMaxSize(WRITE_QUEUE);
    socket.exceptionHandler(error -> { }); // a process that dies resets its connection; what counts is the close
    socket.closeHandler(closed -> onClosed());
    socket.handler(cutter);
  }

  private void onFrame(Buffer frame) {
    if (session == null) {
      onHello(frame);
      return;
    }
    pace.take(System.nanoTime());
    keepPace();
    asked = false;
    try {
      library.handle(frame);
    } catch (RuntimeException e) { // it takes types and values for what they should be
      refuse(Failure.BAD_REQUEST.because("a frame that is none of the bridge's"));
      return;
    }
    if (!asked) {
      refuse(Failure.BAD_REQUEST.because("a frame that is no JSON object"));
    }
  }

  /** What came along in the same piece is read nevertheless, so the wait grows while it lasts. */
  private void keepPace() {
    long wait = pace.remaining(System.nanoTime());
    if (wait > 0 && holds.add(Hold.PACE)) {
      socket.pause();
      releaseIn(wait);
    }
  }

  private void releaseIn(long nanos) {
    bridge.vertx().setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, id -> {
      long more = pace.remaining(System.nanoTime());
      if (more > 0) {
        releaseIn(more);
      } else {
        release(Hold.PACE);
      }
    });
  }

  private void onHello(Buffer frame) {
    JsonObject hello = parse(frame.getBuffer(FrameCutter.PREFIX, frame.length()));
    if (hello == null || !"send".equals(hello.getValue("type")) || !HELLO.equals(hello.getValue("address"))
        || !(hello.getValue("replyAddress") instanceof String reply) || reply.length() > MAX_REPLY_ADDRESS
        || !(hello.getValue("body") instanceof JsonObject body)) {
      refuse(Failure.FORBIDDEN.because("the token must come first: {\"type\": \"send\", \"address\": \"" + HELLO
          + "\", \"replyAddress\": …, \"body\": {\"token\": …}}"));
      return;
    }
    if (!bridge.isTokenKnownBy(body.getValue("token"))) {
      refuse(Failure.FORBIDDEN.because("this is not the token of node " + bridge.node()));
      return;
    }
    bridge.vertx().cancelTimer(timer);
    cutter.setMax(limits.maxFrameBytes());
    session = new Session(bridge, number, this);
    session.begin();
    Library.open(bridge.vertx(), session.permitted(), this::onEvent).handle(Library.standIn(NetSocket.class, socket,
        new Library.Instead(Map.of(
            "handler", arguments -> library = asHandler(arguments[0]),
            "endHandler", arguments -> libraryEnd = asHandler(arguments[0]),
            "exceptionHandler", arguments -> null,
            "write", arguments -> write((Buffer) arguments[0])))));
    socket.write(frame(new JsonObject().put("type", "message").put("address", reply)
        .put("body", session.welcome())));
  }

  private static JsonObject parse(Buffer bytes) {
    try {
      return new JsonObject(bytes);
    } catch (DecodeException | ClassCastException e) {
      return null; // its words might quote the token
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> Handler<T> asHandler(Object handler) {
    return (Handler<T>) handler;
  }

  /** The library asks before anything comes of a message, and tells of listeners. */
  private void onEvent(BridgeEvent event) {
    asked = true;
    boolean permitted = !over && (event.type() == BridgeEventType.REGISTERED || session.permits(event));
    event.complete(permitted);
  }

  private Future<Void> write(Buffer frame) {
    Future<Void> written = socket.write(frame);
    if (!over && socket.writeQueueFull() && holds.add(Hold.UNREAD)) {
      socket.pause(); // what it asks for makes more for it to read
      timer = bridge.vertx().setTimer(limits.stallTimeoutMillis(), id -> onStalled());
      socket.drainHandler(drained -> {
        if (!over) { // the timer is another one then: it cuts off who was refused
          bridge.vertx().cancelTimer(timer);
          release(Hold.UNREAD);
          session.onWritable();
        }
      });
    }
    return written;
  }

  private void onStalled() {
    complain("read nothing for " + limits.stallTimeoutMillis() + " ms (bridge.limits.stallTimeoutMillis), and was"
        + " closed");
    close();
  }

  private void release(Hold hold) {
    if (holds.remove(hold) && holds.isEmpty() && !over) {
      socket.resume();
    }
  }

  /** Whether what is written goes out soon. */
  boolean isWritable() {
    return !over && !holds.contains(Hold.UNREAD);
  }

  /** The other side broke the rules: it is told why, and the connection is closed. */
  void refuse(FailureException failure) {
    if (!over) {
      complain(failure.getMessage());
      end();
      turnAway(socket, failure);
      timer = bridge.vertx().setTimer(limits.stallTimeoutMillis(), id -> Cut.off(socket)); // it may not read that
    }
  }

  void complain(String what) {
    bridge.complain("bridge, connection " + number + (session == null ? "" : session.name()) + ": " + what);
  }

  private void onClosed() {
    end();
    bridge.vertx().cancelTimer(timer);
    bridge.onClosed(number);
  }

  /** Nothing more is read, and what was done for the connection is taken back. */
  private Future<Void> end() {
    if (over) {
      return Future.succeededFuture();
    }
    over = true;
    cutter.stop();
    socket.resume(); // what a paused socket has read when it is closed would never be released
    bridge.vertx().cancelTimer(timer);
    if (libraryEnd != null) {
      libraryEnd.handle(null); // its listeners go
    }
    return session == null ? Future.succeededFuture() : session.close();
  }

  /** Ends the connection at once. Completes when nothing of it is left in the node. */
  Future<Void> close() {
    Future<Void> ended = end();
    Cut.off(socket);
    return ended.otherwiseEmpty();
  }
}
