package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.launcher.control.ControlServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands against a control socket, behind which a stand-in answers for the plugin manager. */
@Timeout(60)
class PluginCommandsTest {

  @TempDir
  private Path folder;
  private Vertx vertx;
  private Context context;
  private ControlServer server;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<JsonObject> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile Function<JsonObject, JsonObject> manager = request -> new JsonObject();

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins", this::onRequest);
    server = await(() -> ControlServer.start(vertx, "n", folder));
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private <T> T await(Supplier<Future<T>> call) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(done));
    return done.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void onRequest(Message<JsonObject> message) {
    asked.add(message.body());
    try {
      JsonObject answer = manager.apply(message.body());
      if (answer != null) {
        message.reply(answer);
      }
    } catch (FailureException e) {
      message.fail(e.failure().code(), e.getMessage());
    }
  }

  private int run(Writer to, String... words) {
    List<String> args = new ArrayList<>(List.of("plugin"));
    args.addAll(List.of(words));
    args.addAll(List.of("--data", folder.toString()));
    return Main.commandLine().setOut(new PrintWriter(to)).setErr(new PrintWriter(err))
        .execute(args.toArray(String[]::new));
  }

  private int run(String... words) {
    return run(out, words);
  }

  private JsonObject request() {
    assertEquals(1, asked.size());
    return asked.get(0);
  }

  @Test
  void theListIsATableOrJson() {
    JsonObject answer = new JsonObject().put("plugins", new JsonArray()
        .add(new JsonObject().put("id", "gossipsub").put("version", "1.2").put("jar", "gossipsub-1.2.jar")
            .put("sha256", "00").put("threading", "event-loop").put("state", "running").put("restarts", 0)
            .put("blocked", 0).put("errors", 12).putNull("previous").putNull("publisher"))
        .add(new JsonObject().put("id", "echo").put("version", "1.10-rc.1").put("jar", "e\u001b[2J.jar")
            .put("threading", "worker").put("state", "restarting").put("restarts", 3).put("blocked", 1)
            .put("errors", 0).put("refusals", 7).put("previous", "1.9").put("publisher", "12D3KooWX")));
    manager = request -> answer;
    assertEquals(0, run("list"), err.toString());
    assertEquals(new JsonObject().put("op", "list"), request());
    assertEquals("""
        ID         VERSION    STATE       THREADING   RESTARTS  BLOCKED  ERRORS  REFUSALS  PREVIOUS  PUBLISHER  JAR
        gossipsub  1.2        running     event-loop  0         0        12      -         -         -          gossipsub-1.2.jar
        echo       1.10-rc.1  restarting  worker      3         1        0       7         1.9       12D3KooWX  e␛[2J.jar
        """, out.toString());
    out.getBuffer().setLength(0);
    JsonArray plugins = answer.getJsonArray("plugins");
    plugins.getJsonObject(0).put("state", "waiting").put("problem", "for identify");
    plugins.getJsonObject(1).put("problem", "bad\n\u001b[2J");
    assertEquals(0, run("list"), err.toString());
    assertTrue(out.toString().endsWith("\ngossipsub is waiting for identify\necho is restarting: bad␊␛[2J\n"),
        out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, run("list", "--json"));
    assertEquals(answer, new JsonObject(out.toString()));
    assertEquals(1, out.toString().lines().count());
    assertEquals("", err.toString());
  }

  @Test
  void aJarIsDeployedByItsWholePathAndAnIdFromTheFolder() throws Exception {
    manager = request -> new JsonObject().put("id", "echo").put("version", "1.2");
    Path jar = Files.writeString(folder.resolve("echo.jar"), "x");
    assertEquals(0, run("deploy", folder + "/../" + folder.getFileName() + "/echo.jar"), err.toString());
    assertEquals(new JsonObject().put("op", "deploy").put("file", jar.toString()), request());
    assertEquals("echo 1.2 is deployed\n", out.toString());
    assertTrue(err.toString().startsWith("Deploying ") && err.toString().endsWith(" ...\n"), err.toString());
    asked.clear();
    out.getBuffer().setLength(0);
    assertEquals(0, run("deploy", "echo", "--json"));
    assertEquals(new JsonObject().put("op", "deploy").put("id", "echo"), request());
    assertEquals(new JsonObject().put("id", "echo").put("version", "1.2"), new JsonObject(out.toString()));
  }

  @Test
  void aMissingJarIsNotEvenAskedFor() {
    assertEquals(Exit.DEPLOY.code(), run("deploy", "missing/echo.jar"));
    assertEquals("peerbus plugin deploy: missing/echo.jar: no such file\n", err.toString());
    assertEquals(Exit.DEPLOY.code(), run("replace", "echo", folder.toString()));
    assertTrue(err.toString().endsWith(" is not a file\n"), err.toString());
    assertEquals(List.of(), asked);
  }

  @Test
  void pluginsAreReplacedRolledBackAndUndeployed() throws Exception {
    manager = request -> new JsonObject().put("id", "echo").put("version", "1.3").put("previous", "1.2");
    Path jar = Files.writeString(folder.resolve("echo.jar"), "x");
    assertEquals(0, run("replace", "echo", jar.toString()));
    assertEquals(0, run("replace", "echo"));
    assertEquals(0, run("rollback", "echo"));
    assertEquals(0, run("undeploy", "echo"));
    assertEquals(List.of(
        new JsonObject().put("op", "replace").put("id", "echo").put("file", jar.toString()),
        new JsonObject().put("op", "replace").put("id", "echo"),
        new JsonObject().put("op", "rollback").put("id", "echo"),
        new JsonObject().put("op", "undeploy").put("id", "echo")), asked);
    assertEquals("""
        echo 1.3 replaces 1.2
        echo 1.3 replaces 1.2
        echo 1.3 is back, in the place of 1.2
        echo is undeployed
        """, out.toString());
  }

  @Test
  void whatTheNodeRefusesIsSaidInItsWords() {
    manager = request -> {
      throw Failure.BAD_REQUEST.because("echo.jar is damaged");
    };
    assertEquals(Exit.DEPLOY.code(), run("deploy", "echo"));
    assertEquals("Deploying echo in node " + folder + " ...\npeerbus plugin deploy: echo.jar is damaged\n",
        err.toString());
    assertEquals(Exit.DEPLOY.code(), run("replace", "echo"));
    assertEquals(Exit.DEPLOY.code(), run("rollback", "echo"));
    assertEquals(Exit.FAILED.code(), run("undeploy", "echo"));
    assertEquals(Exit.FAILED.code(), run("list"));
    assertEquals("", out.toString());
  }

  @Test
  void theLogsAreShownAsTextOrJson() {
    manager = request -> new JsonObject().put("lines", new JsonArray().add("one").add("t\u001bwo")).put("seq", 2);
    assertEquals(0, run("logs", "echo", "--lines", "7"));
    assertEquals(new JsonObject().put("op", "logs").put("id", "echo").put("lines", 7), request());
    assertEquals("one\nt␛wo\n", out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, run("logs", "echo", "--json"));
    assertEquals("{\"id\":\"echo\",\"line\":\"one\"}", out.toString().lines().findFirst().orElseThrow());
  }

  @Test
  void followedLogsComeOnceEachAndGapsAreTold() throws Exception {
    // While the question is answered, a line comes that is in the answer, and one that is not.
    manager = request -> {
      publish("echo", "two", 2);
      publish("other", "not this", 7);
      publish("echo", "three", 3);
      publish("echo", "nine", 9);
      return new JsonObject().put("lines", new JsonArray().add("one").add("two")).put("seq", 2);
    };
    CountDownLatch printed = new CountDownLatch(1);
    StringWriter seen = new StringWriter() {
      @Override
      public void flush() {
        if (toString().endsWith("nine\n")) {
          printed.countDown();
        }
      }
    };
    List<Integer> codes = Collections.synchronizedList(new ArrayList<>());
    Thread command = new Thread(() -> codes.add(run(seen, "logs", "echo", "--follow")));
    command.start();
    assertTrue(printed.await(30, TimeUnit.SECONDS));
    await(server::close);
    command.join();
    assertEquals("one\ntwo\nthree\nnine\n", seen.toString());
    assertEquals(List.of(Exit.FAILED.code()), codes);
    assertEquals("(5 lines left out)\npeerbus plugin logs: the node with its data in " + folder + " went away\n",
        err.toString());
  }

  private void publish(String id, String line, long seq) {
    vertx.eventBus().publish("peerbus.n.plugins.logs",
        new JsonObject().put("id", id).put("line", line).put("seq", seq));
  }

  @Test
  void whereNoNodeRunsTheFolderAndTheRemedyAreNamed() throws Exception {
    await(server::close);
    assertEquals(Exit.UNREACHABLE.code(), run("list"));
    assertEquals("peerbus plugin list: no node runs with its data in " + folder
        + "; start one with: peerbus chat --data " + folder + "\n", err.toString());
    Files.writeString(folder.resolve("control.sock"), "no socket");
    assertEquals(Exit.UNREACHABLE.code(), run("list"));
  }

  @Test
  void aNodeThatDoesNotAnswerIsGivenTheTimeAskedFor() {
    manager = request -> null;
    assertEquals(Exit.FAILED.code(), run("list", "--timeout", "0.05"));
    assertTrue(err.toString().contains("no answer from \"plugins\" within 50 ms"), err.toString());
  }

  @Test
  void aConfigFileSaysWhichNodeIsMeant() throws Exception {
    Path conf = Files.writeString(folder.resolve("c.json"), "{\"node\": \"x\", \"data\": \"" + folder + "\"}");
    assertEquals(0, Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
        .execute("plugin", "list", "--conf", conf.toString()), err.toString());
    assertEquals(1, asked.size());
  }

  @Test
  void theSocketIsItsOwnersAlone() throws Exception {
    assertEquals("rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("control.sock"))));
  }

  @ParameterizedTest(name = "peerbus plugin {0}")
  @CsvSource(delimiter = '|', value = {
      "deploy | peerbus plugin deploy: Missing required parameter: 'FILE|ID'",
      "replace | peerbus plugin replace: Missing required parameter: 'ID'",
      "logs echo --lines 1001 | peerbus plugin logs: --lines: 1001 is out of range, 0 to 1000",
      "logs echo --lines -1 | peerbus plugin logs: --lines: -1 is out of range, 0 to 1000",
      "list --timeout 0 | peerbus plugin list: --timeout: 0.0 is out of range, up to 600",
      "list extra | peerbus plugin list: Unmatched argument at index 2: 'extra'",
  })
  void whatIsNotUnderstoodEndsWithTheCodeForIt(String words, String message) {
    assertEquals(Exit.USAGE.code(), run(words.split(" ")));
    assertTrue(err.toString().startsWith(message), err.toString());
    assertEquals(List.of(), asked);
  }
}
