package io.peerbus.launcher.control;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command's end of the control socket of a running node. It needs no Vert.x to run, so that a command is over as soon
 * as it has its answer. Blocks; not thread safe.
 */
public final class ControlClient implements AutoCloseable {

  /** Time for the answer to travel, besides what the node itself is given. */
  private static final long MARGIN_MILLIS = 5_000;

  /** Events that came while an answer was waited for. A busy node must not fill our memory in that time. */
  private static final int MAX_EVENTS = 10_000;

  private final Path folder;
  private final SocketChannel channel;
  private final Selector selector;
  private final LineBuffer lines = new LineBuffer(ControlLimits.MAX_LINE);
  private final ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
  private final Queue<JsonObject> events = new ArrayDeque<>();
  private long lastId;

  private ControlClient(Path folder, SocketChannel channel, Selector selector) {
    this.folder = folder;
    this.channel = channel;
    this.selector = selector;
  }

  /** Connects to the node whose data folder this is. */
  public static ControlClient open(Path folder) throws ControlException {
    try {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(SocketPlace.find(folder)));
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new ControlClient(folder, channel, selector);
    } catch (AccessDeniedException e) {
      throw notAllowed(folder, e.getReason());
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw notRunning(folder);
    } catch (IOException e) {
      // The system's errors of connect() have no types of their own.
      if (String.valueOf(e.getMessage()).contains("Permission denied")) {
        throw notAllowed(folder, null);
      }
      throw notRunning(folder);
    }
  }

  private static ControlException notRunning(Path folder) {
    return new ControlException(ControlException.Kind.NOT_RUNNING, "no node runs with its data in " + folder);
  }

  private static ControlException notAllowed(Path folder, String reason) {
    return new ControlException(ControlException.Kind.NOT_ALLOWED, "the node with its data in " + folder
        + " can only be spoken to by the owner of that folder" + (reason == null ? "" : ": " + reason));
  }

  /**
   * Asks and waits for the answer.
   *
   * @param address what follows {@code peerbus.<node>.}
   * @throws FailureException what the node said instead of an answer
   */
  public JsonObject ask(String address, JsonObject body, long timeoutMillis) throws ControlException {
    return answer(request(address, body, timeoutMillis), timeoutMillis + MARGIN_MILLIS, this::keep);
  }

  /** As {@link #ask(String, JsonObject, long)}; events that come meanwhile are shown at once, as they are published. */
  public JsonObject ask(String address, JsonObject body, long timeoutMillis, Consumer<JsonObject> events)
      throws ControlException {
    return answer(request(address, body, timeoutMillis), timeoutMillis + MARGIN_MILLIS,
        line -> events.accept(line.getJsonObject("event", new JsonObject())));
  }

  private static JsonObject request(String address, JsonObject body, long timeoutMillis) {
    return new JsonObject().put("address", address).put("body", body).put("timeoutMillis", timeoutMillis);
  }

  private void keep(JsonObject line) {
    if (events.size() < MAX_EVENTS) {
      events.add(line);
    }
  }

  /** Listens to an address from now on. */
  public void subscribe(String address) throws ControlException {
    answer(new JsonObject().put("subscribe", address), Request.DEFAULT_TIMEOUT, this::keep);
  }

  /** The next event: {@code event}, and {@code missed} when some before it were lost. Waits as long as it takes. */
  public JsonObject nextEvent() throws ControlException {
    JsonObject event = events.poll();
    while (event == null) {
      JsonObject line = read(0);
      refuse(line);
      event = line.containsKey("event") ? line : null;
    }
    return event;
  }

  private JsonObject answer(JsonObject request, long millis, Consumer<JsonObject> event) throws ControlException {
    long id = ++lastId;
    write(request.put("id", id));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      // Rounded up: 0 would wait for ever.
      JsonObject line = read(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) + 1));
      if (line.containsKey("event")) {
        event.accept(line);
        continue;
      }
      refuse(line);
      if (line.getValue("id") instanceof Number of && of.longValue() == id) {
        return line.getJsonObject("body", new JsonObject());
      }
    }
  }

  private static void refuse(JsonObject line) {
    if (line.getValue("error") instanceof JsonObject error) {
      Failure failure = Failure.INTERNAL;
      for (Failure known : Failure.values()) {
        failure = known.name().equals(error.getValue("code")) ? known : failure;
      }
      throw failure.because(String.valueOf(error.getValue("message")));
    }
  }

  private void write(JsonObject line) throws ControlException {
    ByteBuffer bytes = ByteBuffer.wrap(line.toBuffer().appendByte((byte) '\n').getBytes());
    try {
      channel.keyFor(selector).interestOps(SelectionKey.OP_WRITE);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
        if (bytes.hasRemaining() && selector.select(Request.DEFAULT_TIMEOUT) == 0) {
          throw lost("takes no requests");
        }
        selector.selectedKeys().clear();
      }
      channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
    } catch (IOException e) {
      // A node that does not take it has said why, and that is read next; or it is found to be gone then.
    }
  }

  /** The next line; waits at most {@code millis}, or for ever if that is 0. */
  private JsonObject read(long millis) throws ControlException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (true) {
        Buffer line = lines.next();
        if (line != null) {
          return new JsonObject(line);
        }
        long left = millis == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis > 0 && left <= 0 || selector.select(left) == 0 && millis > 0) {
          throw lost("does not answer");
        }
        selector.selectedKeys().clear();
        int count = channel.read(chunk.clear());
        if (count < 0) {
          throw lost("went away");
        }
        lines.add(Buffer.buffer(Arrays.copyOf(chunk.array(), count)));
      }
    } catch (IOException e) {
      throw lost("went away");
    } catch (Refusal | DecodeException e) {
      throw lost("sent what is not understood: " + e.getMessage());
    }
  }

  private ControlException lost(String how) {
    return new ControlException(ControlException.Kind.LOST, "the node with its data in " + folder + " " + how);
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      // Nothing is lost by it.
    }
  }
}
