package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plugins that crash, block or never come back; and plugins that need others. */
@Timeout(300)
class SupervisionTest {

  /** Where plugins that never come back find the latch they hang on, which opens when the test ends. */
  private static final String LOOPS = "peerbus.test.loops";

  private static final String LOOP = "java.util.concurrent.CountDownLatch end ="
      + " (java.util.concurrent.CountDownLatch) System.getProperties().get(\"" + LOOPS + "\");"
      + " while (end.getCount() > 0) { try { end.await(); } catch (InterruptedException e) { } }";

  /** Runs THEN once the test has ended. */
  private static final String WHEN_OVER = "java.util.concurrent.CountDownLatch end ="
      + " (java.util.concurrent.CountDownLatch) System.getProperties().get(\"" + LOOPS + "\");"
      + " vertx.setPeriodic(10, id -> { if (end.getCount() == 0) { THEN } });";

  /** A time limit that no test lives to see, and one that every test does. */
  private static final long LONG_MILLIS = 600_000;
  private static final long SHORT_MILLIS = 200;

  private final CountDownLatch end = new CountDownLatch(1);

  @TempDir
  private Path path;
  private LivePlugins live;

  @BeforeEach
  void start() throws Exception {
    System.getProperties().put(LOOPS, end);
    live = new LivePlugins(path);
  }

  @AfterEach
  void stop() throws Exception {
    end.countDown();
    live.close();
    System.getProperties().remove(LOOPS);
    assertEquals(List.of(), live.work());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {
      "in a timer | vertx.setPeriodic(1, id -> { throw new IllegalStateException(\"bad\"); });",
      "in a handler | vertx.eventBus().consumer(\"self\", m -> { throw new IllegalStateException(\"bad\"); });"
          + " vertx.setPeriodic(1, id -> vertx.eventBus().send(\"self\", \"x\"));",
      "an error | vertx.setPeriodic(1, id -> { throw new StackOverflowError(\"bad\"); });",
  })
  void aPluginThatKeepsFailingIsRestartedAndInTheEndGivenUp(String where, String code) throws Exception {
    live.put("bad.jar", LivePlugins.jar("bad", "1", code));
    live.put("good.jar", LivePlugins.jar("good", "1", ""));
    live.begin(LivePlugins.supervised("bad", "{\"errors\":3,\"restarts\":2,\"backoffMillis\":20}"));
    assertTrue(live.event("failed", "bad").getString("reason").endsWith("bad"));
    assertTrue(live.event("restarting", "bad").getString("reason").startsWith("in 20 ms, too many errors"));
    assertTrue(live.event("restarting", "bad").getString("reason").startsWith("in 40 ms, too many errors"));
    JsonObject report = live.event("givenUp", "bad");
    assertTrue(report.getString("reason").startsWith("after 2 restarts, the last time: too many errors, the last one:"
        + " plugin \"bad\": "), report.encode());
    assertTrue(report.getString("reason").endsWith("; start it again with: peerbus plugin deploy bad"));
    assertEquals("failed", live.state("bad"));
    assertEquals(2, live.listed("bad").getLong("restarts"));
    assertEquals("v1", live.ask("good"));
    live.request("deploy", "bad");
    live.event("deployed", "bad");
  }

  @Test
  void fewErrorsAreOnlyReported() throws Exception {
    live.put("bad.jar", LivePlugins.jar("bad", "1",
        "vertx.setTimer(1, id -> { throw new IllegalStateException(\"once\"); });"));
    live.begin(PluginConfig.of("bad"));
    live.event("failed", "bad");
    assertEquals("v1", live.ask("bad"));
    JsonObject listed = live.listed("bad");
    assertEquals(List.of("running", 1L, 0L),
        List.of(listed.getString("state"), listed.getLong("errors"), listed.getLong("restarts")));
  }

  @Test
  void aPluginThatWaitsForItsRestartCanBeUndeployedAndReplaced() throws Exception {
    JarMaker bad = LivePlugins.jar("bad", "1", "vertx.setPeriodic(1, id -> { throw new IllegalStateException(); });");
    live.put("bad.jar", bad);
    live.begin(LivePlugins.supervised("bad", "{\"errors\":1,\"backoffMillis\":600000,\"maxBackoffMillis\":600000}"));
    live.event("restarting", "bad");
    assertEquals("restarting", live.state("bad"));
    assertEquals("1", live.listed("bad").getString("version"));
    live.request("undeploy", "bad");
    assertEquals(List.of(), live.work(), "nor is the copy kept that was to be restarted");
    live.request("deploy", "bad");
    live.event("restarting", "bad");
    live.event("deployed", "bad");
    live.event("deployed", "bad");
    live.put("bad.jar", LivePlugins.jar("bad", "2", ""));
    live.event("deployed", "bad");
    assertEquals("v2", live.ask("bad"));
    assertEquals(1, live.work().size());
  }

  /** One that blocks its thread and one that only never says that it has stopped, each until the test ends. */
  private void beginThoseThatDoNotStop(long stopMillis) throws Exception {
    live.put("loops.jar", LivePlugins.jar("loops", "1",
        "vertx.eventBus().consumer(\"loop\", m -> { m.reply(\"now\"); " + LOOP + " });"));
    live.put("waits.jar", JarMaker.ofVerticle("waits", "Main", "extends VerticleBase { public Future<?> stop() {"
        + " Promise<Void> stopped = Promise.promise(); "
        + WHEN_OVER.replace("THEN", "stopped.tryComplete();") + " return stopped.future(); } }"));
    String supervision = "{\"stopMillis\":" + stopMillis + "}";
    live.begin(LivePlugins.supervised("loops", supervision), LivePlugins.supervised("waits", supervision));
    live.await(() -> live.vertx.eventBus().request("loop", "now"));
  }

  private CountDownLatch undeployBoth() {
    CountDownLatch gone = new CountDownLatch(2);
    live.context.runOnContext(v -> {
      live.manager.undeploy("loops").onComplete(done -> gone.countDown());
      live.manager.undeploy("waits").onComplete(done -> gone.countDown());
    });
    return gone;
  }

  @Test
  void whileAPluginDoesNotStopOthersDoNotWaitAndItsThreadIsNamed() throws Exception {
    live.put("good.jar", LivePlugins.jar("good", "1", ""));
    beginThoseThatDoNotStop(LONG_MILLIS);
    CountDownLatch gone = undeployBoth();
    live.put("good.jar", LivePlugins.jar("good", "2", ""));
    live.event("replaced", "good");
    assertEquals(2, gone.getCount(), "others do not wait");
    String threads = BlockedThreads.in("plugin:loops@1");
    assertTrue(threads.contains(" is in ") && threads.contains("fixture.Main"), threads);
    assertEquals("no thread is in its code, it waits for something", BlockedThreads.in("plugin:waits@1.2"));
    end.countDown();
    assertTrue(gone.await(60, TimeUnit.SECONDS));
  }

  @Test
  void aPluginThatNeverStopsIsLeftBehind() throws Exception {
    beginThoseThatDoNotStop(SHORT_MILLIS);
    assertTrue(undeployBoth().await(60, TimeUnit.SECONDS));
    assertEquals("stopped", live.state("loops"));
    assertEquals("stopped", live.state("waits"));
    assertTrue(BlockedThreads.in("plugin:loops@1").contains("fixture.Main"), "it is still at it");
  }

  /** Deploys a plugin that does not get through its start before the test ends. */
  private Future<Void> deploySlow(String body, long startMillis) throws Exception {
    live.put("slow.jar", JarMaker.ofVerticle("slow", "Main", body.replace("LOOP", LOOP)
        .replace("WAIT", "Promise<Void> started = Promise.promise(); "
            + WHEN_OVER.replace("THEN", "started.tryComplete();") + " return started.future();")));
    Promise<Void> deployed = Promise.promise();
    live.context.runOnContext(v -> live.manager.deploy(
        LivePlugins.supervised("slow", "{\"startMillis\":" + startMillis + "}")).onComplete(deployed));
    return deployed.future();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "start | extends VerticleBase { public Future<?> start() { LOOP return Future.succeededFuture(); } }",
      "load | extends VerticleBase { static { LOOP } }",
      "never | extends VerticleBase { public Future<?> start() { WAIT } }",
  })
  void aPluginThatDoesNotStartHoldsUpNoOther(String where, String body) throws Exception {
    live.begin();
    Future<Void> slow = deploySlow(body, LONG_MILLIS);
    live.put("good.jar", LivePlugins.jar("good", "1", ""));
    live.event("deployed", "good");
    assertFalse(slow.isComplete());
    end.countDown();
    live.await(() -> slow);
    assertEquals("running", live.state("slow"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "start | did not start within 400 ms | extends VerticleBase { public Future<?> start() { LOOP"
          + " return Future.succeededFuture(); } }",
      "load | was not loaded within 200 ms | extends VerticleBase { static { LOOP } }",
      "never | did not start within 200 ms | extends VerticleBase { public Future<?> start() { WAIT } }",
  })
  void aPluginThatNeverStartsIsRefused(String where, String reason, String body) throws Exception {
    live.begin();
    Future<Void> slow = deploySlow(body, SHORT_MILLIS);
    ExecutionException refused = assertThrows(ExecutionException.class, () -> live.await(() -> slow));
    assertTrue(refused.getCause().getMessage().contains(reason), refused.getCause().getMessage());
    assertEquals("failed", live.state("slow"));
  }

  @Test
  void aPluginThatBlocksAnEventLoopIsNamedAndMovedToThreadsOfItsOwn() throws Exception {
    live.close();
    live = new LivePlugins(path.resolve("quick"), new VertxOptions()
        .setMaxEventLoopExecuteTime(500).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
        .setBlockedThreadCheckInterval(100).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS));
    live.put("blocks.jar", LivePlugins.jar("blocks", "1", "vertx.setTimer(1, id -> { " + LOOP + " });"));
    live.begin(new PluginConfig("blocks", null, ThreadingModel.EVENT_LOOP, new JsonObject(), new JsonObject()));
    live.vertx.setTimer(2_000, id -> end.countDown());
    String where = live.event("blocked", "blocks").getString("reason");
    assertTrue(where.startsWith("holds up vert.x-eventloop-thread-") && where.contains("fixture.Main"), where);
    live.event("replaced", "blocks");
    assertEquals("worker", live.listed("blocks").getString("threading"));
    assertTrue(live.listed("blocks").getLong("blocked") > 0);
    assertEquals("v1", live.ask("blocks"));
    assertEquals(1, live.seen().stream().filter("replaced blocks"::equals).count());
  }

  private static JarMaker requiring(String id, String version, String requirement) {
    return LivePlugins.jar(id, version, "").with("Plugin-Requires", requirement);
  }

  @Test
  void whoNeedsAnotherComesAfterItGoesBeforeItAndReturnsWithIt() throws Exception {
    live.put("bot.jar", requiring("bot", "1", "chat"));
    live.put("chat.jar", requiring("chat", "1", "gossipsub"));
    live.begin();
    live.event("waiting", "bot");
    assertEquals("for gossipsub", live.listed("chat").getString("problem"));
    assertEquals("plugin \"chat\" requires gossipsub, which does not run: deploy it first",
        live.refusal(new JsonObject().put("op", "deploy").put("id", "chat")));
    live.put("gossipsub.jar", LivePlugins.jar("gossipsub", "1", ""));
    live.event("deployed", "gossipsub");
    live.event("deployed", "chat");
    live.event("deployed", "bot");
    live.put("gossipsub.jar", LivePlugins.jar("gossipsub", "2", ""));
    live.event("replaced", "gossipsub");
    assertEquals("running", live.state("bot"), "a replacement takes nobody along");
    assertEquals(new JsonObject().put("waiting", new JsonArray().add("chat").add("bot")),
        live.request("undeploy", "gossipsub"));
    live.event("undeployed", "bot");
    live.event("undeployed", "chat");
    live.event("undeployed", "gossipsub");
    assertEquals("waiting", live.state("bot"));
    live.request("deploy", "gossipsub");
    live.event("deployed", "bot");
    assertEquals("v1", live.ask("chat"));
    assertEquals("v1", live.ask("bot"));
    live.await(() -> live.manager.undeployAll(10_000));
    live.event("undeployed", "bot");
    live.event("undeployed", "chat");
    live.event("undeployed", "gossipsub");
  }

  @Test
  void whoWaitsCanBeToldNotTo() throws Exception {
    live.put("chat.jar", requiring("chat", "1", "gossipsub"));
    live.begin();
    assertEquals("waiting", live.state("chat"));
    live.request("undeploy", "chat");
    live.put("gossipsub.jar", LivePlugins.jar("gossipsub", "1", ""));
    live.event("deployed", "gossipsub");
    assertEquals("stopped", live.state("chat"));
  }

  @Test
  void aVersionThatNeedsWhatIsNotThereIsRefusedAndTheRunningOneStays() throws Exception {
    live.put("chat.jar", LivePlugins.jar("chat", "1", ""));
    live.begin();
    live.put("chat.jar", requiring("chat", "2", "gossipsub"));
    assertEquals("plugin \"chat\" requires gossipsub, which does not run: deploy it first",
        live.event("refused", "chat").getString("reason"));
    assertEquals("running", live.state("chat"));
    assertEquals("v1", live.ask("chat"));
    live.put("gossipsub.jar", LivePlugins.jar("gossipsub", "1", ""));
    live.event("replaced", "chat");
    assertEquals("v2", live.ask("chat"), "with what it needs it is taken");
  }

  @Test
  void whoNeedsAPluginThatIsGivenUpWaitsForIt() throws Exception {
    live.put("base.jar", LivePlugins.jar("base", "1",
        "vertx.eventBus().consumer(\"die\", m -> { throw new IllegalStateException(); });"));
    live.put("chat.jar", requiring("chat", "1", "base"));
    live.begin(LivePlugins.supervised("base", "{\"errors\":1,\"restarts\":0}"), PluginConfig.of("chat"));
    live.event("deployed", "chat");
    live.vertx.eventBus().send("die", "now");
    live.event("givenUp", "base");
    live.event("waiting", "chat");
    live.request("deploy", "base");
    live.event("deployed", "chat");
    assertFalse(live.seen().contains("refused chat"));
    Files.delete(live.folder.resolve("base.jar"));
    live.event("undeployed", "base");
    assertEquals("waiting", live.state("chat"));
  }
}
