package io.peerbus.launcher.logs;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps the last lines of each plugin: those that are logged on a thread whose context class loader is the plugin's, or
 * below it. Vert.x sets it for all that runs on a plugin's context, so what Vert.x or core's API logs there on its
 * behalf counts as well. Made and called by Logback, on the thread that logs.
 *
 * <p>Only the finished text is kept. An event holds the plugin's own exceptions and arguments, and with them its class
 * loader.
 */
public final class PluginLogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

  private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n";

  /** As a plugin's class loader is named. */
  private static final Pattern LOADER = Pattern.compile("plugin:([a-z0-9][a-z0-9-]{0,62})@.+");

  private final PluginLogs logs = new PluginLogs();
  private final PatternLayout layout = new PatternLayout();
  private String pattern = PATTERN;

  /** For Logback's config: the form of a line, as its {@code PatternLayout} reads it. */
  public void setPattern(String pattern) {
    this.pattern = pattern;
  }

  @Override
  public void start() {
    layout.setContext(getContext());
    layout.setPattern(pattern);
    layout.start();
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    layout.stop();
  }

  PluginLogs logs() {
    return logs;
  }

  @Override
  protected void append(ILoggingEvent event) {
    String plugin = pluginOf(Thread.currentThread().getContextClassLoader());
    if (plugin != null) {
      logs.add(plugin, layout.doLayout(event));
    }
  }

  private static String pluginOf(ClassLoader context) {
    for (ClassLoader loader = context; loader != null; loader = loader.getParent()) {
      String name = loader.getName();
      if (name != null && name.startsWith("plugin:")) {
        Matcher matcher = LOADER.matcher(name);
        return matcher.matches() ? matcher.group(1) : null;
      }
    }
    return null;
  }
}
