package io.peerbus.launcher.plugin;

import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what becomes of plugins: in the log, and to whoever listens at {@code peerbus.<node>.plugins.events}, as
 * {@code {"event", "id", "version", "reason"}}.
 */
final class PluginEvents {

  private static final Logger LOG = LoggerFactory.getLogger(PluginEvents.class);

  /** What can happen; the name in lower case is the event's. */
  enum Kind {
    DEPLOYED("deployed", false), REPLACED("replaced", false), ROLLED_BACK("rolledBack", true),
    UNDEPLOYED("undeployed", false), REFUSED("refused", true), FAILED("failed", true),
    RESTARTING("restarting", true), GIVEN_UP("givenUp", true), BLOCKED("blocked", true), WAITING("waiting", false);

    private final String text;
    private final boolean bad;

    Kind(String text, boolean bad) {
      this.text = text;
      this.bad = bad;
    }
  }

  private final EventBus bus;
  private final String address;

  PluginEvents(EventBus bus, String node) {
    this.bus = bus;
    this.address = "peerbus." + node + ".plugins.events";
  }

  /** The config: what was changed as in the answer to {@code reload}, or why it is refused. */
  void tellConfig(JsonObject outcome) {
    bus.publish(address, outcome);
  }

  /** @param version and {@code reason} may be {@code null} */
  void tell(Kind kind, String id, String version, String reason) {
    String what = "plugin " + id + (version == null ? "" : " " + version) + ": " + kind.text
        + (reason == null ? "" : ": " + reason);
    if (kind.bad) {
      LOG.warn("{}", what);
    } else {
      LOG.info("{}", what);
    }
    JsonObject event = new JsonObject().put("event", kind.text).put("id", id);
    if (version != null) {
      event.put("version", version);
    }
    if (reason != null) {
      event.put("reason", reason);
    }
    bus.publish(address, event);
  }
}
