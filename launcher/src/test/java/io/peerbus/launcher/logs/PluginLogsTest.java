package io.peerbus.launcher.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.peerbus.launcher.logs.PluginLogs.Line;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PluginLogsTest {

  @TempDir
  private Path folder;
  private final PluginLogs logs = new PluginLogs();
  private final LoggerContext context = new LoggerContext();
  private final PluginLogAppender appender = new PluginLogAppender();
  private Logger logger;

  @BeforeEach
  void start() {
    appender.setContext(context);
    appender.setPattern("%level %logger{0} %msg%n");
    appender.start();
    logger = context.getLogger("some.plugin.Main");
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
  }

  private static List<String> texts(List<Line> lines) {
    return lines.stream().map(Line::text).toList();
  }

  private static URLClassLoader loader(String name, ClassLoader parent, Path... jars) throws Exception {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = jars[i].toUri().toURL();
    }
    return new URLClassLoader(name, urls, parent);
  }

  private static void with(ClassLoader loader, Runnable task) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(loader);
    try {
      task.run();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void theLastLinesOfEachPluginAreKept() {
    for (int i = 1; i <= 2_500; i++) {
      logs.add("a", "line " + i);
    }
    logs.add("b", "other");
    assertEquals(List.of("line 2499", "line 2500"), texts(logs.last("a", 2)));
    assertEquals(PluginLogs.MAX_LINES, logs.last("a", 5_000).size());
    assertEquals(new Line("a", 1_501, "line 1501"), logs.last("a", PluginLogs.MAX_LINES).get(0));
    assertEquals(List.of("other"), texts(logs.last("b", 10)));
    assertEquals(List.of(), logs.last("a", 0));
    assertEquals(List.of(), logs.last("c", 10));
  }

  @Test
  void longLinesAndLongTextsAreCutAndTheWholeIsBounded() {
    logs.add("a", "x".repeat(PluginLogs.MAX_LINE + 1));
    assertEquals("x".repeat(PluginLogs.MAX_LINE) + "…", logs.last("a", 1).get(0).text());
    for (int i = 0; i < 100; i++) {
      logs.add("a", "y".repeat(PluginLogs.MAX_LINE));
    }
    assertEquals(PluginLogs.MAX_CHARS, texts(logs.last("a", 1_000)).stream().mapToInt(String::length).sum());
    logs.add("b", "z\n".repeat(1_000_000));
    assertTrue(logs.last("b", 1).get(0).seq() < 50_000);
  }

  @Test
  void aTextOfSeveralLinesBecomesSeveralAndControlCharactersAreShown() {
    logs.add("a", "one\n\ttwo\r\nth\u001bree\n");
    assertEquals(List.of("one", "\ttwo", "th␛ree"), texts(logs.last("a", 10)));
  }

  @Test
  void ofVeryManyPluginsTheOneThatWasSilentLongestMakesRoom() {
    IntStream.range(0, 64).forEach(i -> logs.add("p" + i, "x"));
    logs.add("p0", "again");
    logs.add("new", "x");
    assertEquals(2, logs.last("p0", 9).size());
    assertEquals(List.of(), logs.last("p1", 9));
    assertEquals(1, logs.last("new", 9).size());
  }

  @Test
  void listenersHearOfEachLineInOrderUntilTheyLeave() {
    List<Long> heard = new ArrayList<>();
    java.util.function.Consumer<Line> listener = line -> heard.add(line.seq());
    logs.listen(listener);
    logs.add("a", "1\n2");
    logs.forget(listener);
    logs.add("a", "3");
    assertEquals(List.of(1L, 2L), heard);
  }

  @Test
  void aLineBelongsToThePluginWhoseLoaderIsTheThreadsOrAboveIt() throws Exception {
    try (URLClassLoader plugin = loader("plugin:echo@1.2", getClass().getClassLoader());
        URLClassLoader below = loader("its own", plugin);
        URLClassLoader odd = loader("plugin:Odd Name@1", null)) {
      with(plugin, () -> logger.info("hello {}", "world"));
      with(below, () -> logger.warn("below", new IllegalStateException("why")));
      with(odd, () -> logger.info("nobody's"));
      with(plugin, () -> logger.debug("not logged at all"));
      logger.info("the node's");
    }
    List<String> lines = texts(appender.logs().last("echo", 100));
    assertEquals(List.of("INFO Main hello world", "WARN Main below", "java.lang.IllegalStateException: why"),
        lines.subList(0, 3));
    assertTrue(lines.get(3).startsWith("\tat " + getClass().getName()), lines.get(3));
  }

  @Test
  void thereIsOneForTheProcessAlsoWhereTheConfigHasNone() {
    assertSame(PluginLogs.ofProcess(), PluginLogs.ofProcess());
  }

  @Test
  void whatAPluginLoggedDoesNotKeepItsClassLoader() throws Exception {
    Path jar = new io.peerbus.launcher.plugin.JarMaker("echo", "fixture.Main")
        .with("fixture.Main", """
            package fixture;
            public class Main implements Runnable {
              static final class Mine extends RuntimeException { Mine() { super("mine"); } }
              private final org.slf4j.Logger log;
              public Main(org.slf4j.Logger log) { this.log = log; }
              public void run() { log.error("{} failed", new Main(log), new Mine()); }
              public String toString() { return "a fixture"; }
            }""").write(folder.resolve("echo.jar"));
    WeakReference<ClassLoader> loader = logFrom(jar);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (loader.get() != null && System.nanoTime() < end) {
      System.gc();
      Thread.onSpinWait();
    }
    assertSame(null, loader.get(), "still there");
    assertEquals(List.of("ERROR Main a fixture failed", "fixture.Main$Mine: mine"),
        texts(appender.logs().last("echo", 100)).subList(0, 2));
    Files.delete(jar);
  }

  private WeakReference<ClassLoader> logFrom(Path jar) throws Exception {
    try (URLClassLoader loader = loader("plugin:echo@1.2", getClass().getClassLoader(), jar)) {
      Runnable main = (Runnable) loader.loadClass("fixture.Main").getConstructor(org.slf4j.Logger.class)
          .newInstance(logger);
      with(loader, main);
      return new WeakReference<>(loader);
    }
  }
}
