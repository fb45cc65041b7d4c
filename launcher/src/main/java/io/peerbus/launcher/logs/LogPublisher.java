package io.peerbus.launcher.logs;

import io.peerbus.launcher.logs.PluginLogs.Line;
import io.vertx.core.Context;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Publishes what plugins log at {@code peerbus.<node>.plugins.logs}, on the context of the node's verticle: a plugin
 * that logs without end slows down nobody, and what the bus itself logs there is no plugin's.
 *
 * <p>Started and closed on that context; lines come from any thread.
 */
public final class LogPublisher {

  /** Lines that wait. A plugin that logs in a loop would otherwise fill memory; {@code seq} shows what was left out. */
  static final int MAX_WAITING = 1_000;

  /** Time between two batches, so that at most ten thousand lines a second take the node's time. */
  private static final long PAUSE_MILLIS = 100;

  private final Context context;
  private final String address;
  private final PluginLogs logs;
  private final Consumer<Line> listener = this::onLine;
  private final List<Line> waiting = new ArrayList<>();
  private boolean armed;
  private boolean closed;

  private LogPublisher(Context context, String node, PluginLogs logs) {
    this.context = context;
    this.address = "peerbus." + node + ".plugins.logs";
    this.logs = logs;
  }

  /** Publishes from now on, as the node that is called {@code node} on the bus. */
  public static LogPublisher start(Context context, String node, PluginLogs logs) {
    LogPublisher publisher = new LogPublisher(context, node, logs);
    logs.listen(publisher.listener);
    return publisher;
  }

  /** Publishes nothing more. */
  public void close() {
    logs.forget(listener);
    synchronized (this) {
      closed = true;
      waiting.clear();
    }
  }

  private synchronized void onLine(Line line) {
    if (closed || waiting.size() >= MAX_WAITING) {
      return;
    }
    waiting.add(line);
    if (!armed) {
      armed = true;
      context.runOnContext(v -> publish());
    }
  }

  private void publish() {
    takeAll().forEach(line -> context.owner().eventBus().publish(address,
        new JsonObject().put("id", line.plugin()).put("line", line.text()).put("seq", line.seq())));
    context.owner().setTimer(PAUSE_MILLIS, id -> {
      if (isMore()) {
        publish();
      }
    });
  }

  private synchronized List<Line> takeAll() {
    List<Line> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  private synchronized boolean isMore() {
    armed = !waiting.isEmpty();
    return armed;
  }
}
