package io.peerbus.launcher.plugin;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which plugin holds up a thread, by the class loader in the thread's stack. Uses Vert.x internals: its
 * checker of blocked threads has no other way to be listened to. One Vert.x has one checker, so what it finds goes
 * over the bus to the managers of all nodes.
 */
final class BlockedThreads {

  private static final Logger LOG = LoggerFactory.getLogger(BlockedThreads.class);
  private static final String ADDRESS = "peerbus.blocked";
  private static final String LOADER = "plugin:";

  private BlockedThreads() {}

  /** {@code found} is told a plugin's id and where in its code it is. On a thread of the bus. */
  static MessageConsumer<JsonObject> watch(Vertx vertx, BiConsumer<String, String> found) {
    ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(event -> onBlocked(vertx, event));
    return vertx.eventBus().localConsumer(ADDRESS, message ->
        found.accept(message.body().getString("id"), message.body().getString("where")));
  }

  /** Which threads run a plugin's code, and where, for a person to read. */
  static String in(String loader) {
    StringBuilder text = new StringBuilder();
    Thread.getAllStackTraces().forEach((thread, frames) -> Arrays.stream(frames)
        .filter(frame -> loader.equals(frame.getClassLoaderName())).findFirst()
        .ifPresent(frame -> text.append(text.isEmpty() ? "" : ", ").append(thread.getName()).append(" is in ")
            .append(frame)));
    return text.isEmpty() ? "no thread is in its code, it waits for something" : text.toString();
  }

  private static void onBlocked(Vertx vertx, BlockedThreadEvent event) {
    long millis = event.duration() / 1_000_000;
    for (StackTraceElement frame : event.thread().getStackTrace()) {
      String loader = frame.getClassLoaderName();
      if (loader != null && loader.startsWith(LOADER)) {
        String id = loader.substring(LOADER.length()).replaceFirst("@.*", "");
        String where = "holds up " + event.thread().getName() + " for " + millis + " ms, in " + frame;
        vertx.eventBus().publish(ADDRESS, new JsonObject().put("id", id).put("where", where));
        return;
      }
    }
    LOG.warn("{} is held up for {} ms, {} allowed", event.thread().getName(), millis,
        event.maxExecTime() / 1_000_000);
  }
}
