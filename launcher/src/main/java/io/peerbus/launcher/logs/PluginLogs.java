package io.peerbus.launcher.logs;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.peerbus.launcher.console.Printable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The last lines that the plugins of this process logged. Any thread may call it.
 *
 * <p>Plugins are told apart by their id: two nodes in one process share the lines of plugins that both have.
 */
public final class PluginLogs {

  /** Most lines kept of a plugin. */
  public static final int MAX_LINES = 1_000;

  /** Most characters kept of a plugin. A plugin that logs without end must not fill memory. */
  static final int MAX_CHARS = 256 << 10;

  /** Longest line; the rest is cut off. A message of a peer may be a line. */
  static final int MAX_LINE = 8 << 10;

  /** Longest text of one event, a stack trace of a thousand frames for instance; the rest is cut off. */
  private static final int MAX_EVENT = 64 << 10;

  /** Plugins that lines are kept of; that which has been silent longest makes room. */
  private static final int MAX_PLUGINS = 64;

  private final Map<String, Tail> tails = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Consumer<Line>> listeners = new ArrayList<>();

  /**
   * One line.
   *
   * @param plugin the plugin's id
   * @param seq counts the lines of a plugin from 1
   * @param text without a line end, and without control characters but the tab
   */
  public record Line(String plugin, long seq, String text) {}

  private static final class Tail {
    private final Deque<Line> lines = new ArrayDeque<>();
    private int chars;
    private long seq;
  }

  /** The one that Logback fills: as its config says, or else set up now. */
  public static PluginLogs ofProcess() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return new PluginLogs(); // another logging framework: there is nothing to be had
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    synchronized (context) {
      for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext();) {
        if (all.next() instanceof PluginLogAppender appender) {
          return appender.logs();
        }
      }
      PluginLogAppender appender = new PluginLogAppender();
      appender.setContext(context);
      appender.setName("plugins");
      appender.start();
      root.addAppender(appender);
      return appender.logs();
    }
  }

  /** Adds what a plugin logged; a text of several lines becomes several. */
  public synchronized void add(String plugin, String text) {
    Tail tail = tails.computeIfAbsent(plugin, id -> new Tail());
    if (tails.size() > MAX_PLUGINS) {
      Iterator<String> eldest = tails.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    String cut = text.length() > MAX_EVENT ? text.substring(0, MAX_EVENT) : text;
    cut.lines().forEach(words -> {
      Line line = append(plugin, tail, words);
      listeners.forEach(listener -> listener.accept(line));
    });
  }

  private static Line append(String plugin, Tail tail, String text) {
    String cut = text.length() > MAX_LINE ? text.substring(0, MAX_LINE) + "…" : text;
    Line line = new Line(plugin, ++tail.seq, Printable.of(cut));
    tail.lines.add(line);
    tail.chars += line.text().length();
    while (tail.lines.size() > MAX_LINES || tail.chars > MAX_CHARS) {
      tail.chars -= tail.lines.remove().text().length();
    }
    return line;
  }

  /** The last {@code count} lines of a plugin, the oldest first; fewer, or none, when there are not as many. */
  public synchronized List<Line> last(String plugin, int count) {
    Tail tail = tails.get(plugin);
    if (tail == null) {
      return List.of();
    }
    return tail.lines.stream().skip(Math.max(0, tail.lines.size() - count)).toList();
  }

  /** Tells {@code listener} of each line from now on, in order on the thread that logs. It must not block or throw. */
  synchronized void listen(Consumer<Line> listener) {
    listeners.add(listener);
  }

  synchronized void forget(Consumer<Line> listener) {
    listeners.remove(listener);
  }
}
