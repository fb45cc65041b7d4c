package io.peerbus.launcher.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The levels that a node's config sets for loggers of this process, over those of {@code logback.xml}. Two nodes in one
 * process have the same loggers: the one that sets a level last decides.
 *
 * <p>Not thread safe.
 */
public final class LogLevels {

  /** What was there before; {@code null} for a logger that does as the one above it. */
  private final Map<String, Level> before = new LinkedHashMap<>();

  /** Sets these levels, as {@code TRACE}, …, {@code OFF}; a logger that has none any more gets back what it had. */
  public void apply(Map<String, String> levels) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return; // another logging framework, which is set up in its own way
    }
    for (Iterator<Map.Entry<String, Level>> each = before.entrySet().iterator(); each.hasNext();) {
      Map.Entry<String, Level> set = each.next();
      if (!levels.containsKey(set.getKey())) {
        context.getLogger(set.getKey()).setLevel(set.getValue());
        each.remove();
      }
    }
    new HashMap<>(levels).forEach((name, level) -> {
      Logger logger = context.getLogger(name);
      if (!before.containsKey(logger.getName())) {
        before.put(logger.getName(), logger.getLevel());
      }
      logger.setLevel(Level.valueOf(level));
    });
  }
}
