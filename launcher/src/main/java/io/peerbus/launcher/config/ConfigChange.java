package io.peerbus.launcher.config;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** One thing in which a config differs from the one before. {@link #text()} says it to a person. */
public sealed interface ConfigChange {

  /** In words, without a full stop. */
  String text();

  /** A plugin that was not there before. */
  record Added(PluginConfig plugin) implements ConfigChange {
    @Override
    public String text() {
      return "plugin " + plugin.id() + " added";
    }
  }

  /** A plugin that is not there any more. */
  record Removed(String id) implements ConfigChange {
    @Override
    public String text() {
      return "plugin " + id + " removed";
    }
  }

  /** {@code what} names the parts of its entry that differ. */
  record Changed(PluginConfig plugin, List<String> what) implements ConfigChange {
    @Override
    public String text() {
      return "plugin " + plugin.id() + " changed: " + String.join(", ", what);
    }
  }

  /** Which jars are taken. */
  record Policy(PluginPolicy policy) implements ConfigChange {
    @Override
    public String text() {
      return "pluginPolicy changed";
    }
  }

  /** All limits, in the form of core's options; {@code names} of those that differ. */
  record Limits(JsonObject hostOptions, List<String> names) implements ConfigChange {
    @Override
    public String text() {
      return "limits changed: " + String.join(", ", names);
    }
  }

  /** Whom the node has to do with, in the form of core's options, together with all else of them. */
  record Gater(JsonObject hostOptions) implements ConfigChange {
    @Override
    public String text() {
      return "gater changed";
    }
  }

  /** All levels; {@code names} of the loggers whose level differs. */
  record Logging(Map<String, String> levels, List<String> names) implements ConfigChange {
    @Override
    public String text() {
      return "logging changed: " + String.join(", ", names);
    }
  }
}
