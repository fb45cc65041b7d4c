package io.peerbus.launcher.plugin;

import io.peerbus.api.Failure;
import io.peerbus.launcher.plugin.jar.PluginLoader;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the plugins of one node to their budgets of bus messages. A message is the plugin's whose class loader is the
 * context class loader of the sending thread, or above it: Vert.x sets it for all that runs on a plugin's context.
 *
 * <p>Each message gets a header with the plugin's id, whatever the plugin has written there.
 *
 * <p>Frames of streams do not count, they have their credit; neither do replies, which others ask for, nor headers. What is beyond
 * the budget is dropped, and a request fails at once. Called on whichever thread sends.
 */
final class BusBudgets implements Handler<DeliveryContext<Object>> {

  private static final Logger LOG = LoggerFactory.getLogger(BusBudgets.class);

  /** By name: of core the launcher knows its verticle only. */
  private static final String FRAME = "io.peerbus.bus.StreamFrame";

  /** As Vert.x names them. A message that is sent there without being a reply finds nobody. */
  private static final String REPLIES = "__vertx.reply.";

  /** The header by which core's desk gives each plugin its share (BUS.md, "Desk"). */
  private static final String CALLER = "caller";

  private final EventBus bus;

  /** What a loader carries of the plugin whose classes it loads. */
  private record Tag(BusBudgets node, String plugin, BusMeter meter) {}

  BusBudgets(EventBus bus) {
    this.bus = bus;
  }

  void start() {
    bus.addOutboundInterceptor(this);
  }

  void stop() {
    bus.removeOutboundInterceptor(this);
  }

  /** What is sent from this loader's classes counts for the plugin. The loader may go without a word. */
  void charge(PluginLoader loader, String plugin, BusMeter meter) {
    loader.attach(new Tag(this, plugin, meter));
  }

  @Override
  public void handle(DeliveryContext<Object> delivery) {
    Tag tag = sender();
    if (tag == null || tag.node() != this || isExempt(delivery.message())) {
      delivery.next();
      return;
    }
    long now = System.nanoTime();
    String exceeded = tag.meter().take(now, delivery.body());
    if (exceeded == null) {
      name(delivery.message().headers(), tag.plugin());
      delivery.next();
    } else {
      refuse(delivery, tag, now, exceeded);
    }
  }

  private static Tag sender() {
    for (ClassLoader loader = Thread.currentThread().getContextClassLoader(); loader != null;
        loader = loader.getParent()) {
      if (loader instanceof PluginLoader plugin) {
        return plugin.attachment() instanceof Tag tag ? tag : null;
      }
    }
    return null;
  }

  /** The headers may be those of options that the plugin uses again, also on other threads of its own. */
  private static void name(MultiMap headers, String plugin) {
    if (!plugin.equals(headers.get(CALLER))) {
      headers.set(CALLER, plugin);
    }
  }

  private static boolean isExempt(Message<Object> message) {
    Object body = message.body();
    return body != null && body.getClass().getName().equals(FRAME) || message.address().startsWith(REPLIES);
  }

  private static void refuse(DeliveryContext<Object> delivery, Tag tag, long now, String budget) {
    String message = "plugin " + tag.plugin() + " is at its budget of " + budget;
    if (tag.meter().mayTell(now)) {
      LOG.warn("{}: what goes beyond is dropped, {} times by now, this one to {}", message, tag.meter().refused(),
          delivery.message().address());
    }
    if (delivery instanceof Promise<?> outcome) { // so that a request fails now and not by its timeout
      outcome.tryFail(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, Failure.LIMIT_REACHED.code(), message));
    }
  }
}
