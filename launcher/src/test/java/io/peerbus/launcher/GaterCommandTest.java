package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.control.ControlServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a control socket, behind which a stand-in answers for the node. */
@Timeout(60)
class GaterCommandTest {

  @TempDir
  private Path folder;
  private Vertx vertx;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private volatile JsonObject asked;
  private final JsonObject answer = new JsonObject().put("deny", new JsonArray().add("10.0.0.0/8").add("*"))
      .put("allow", new JsonArray().add("10.1.2.3")).put("closed", 2);

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.gater", message -> {
      asked = message.body();
      message.reply(answer);
    });
    ControlServer.start(vertx, "n", folder).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private int run(String command, String... more) {
    List<String> words = new ArrayList<>(List.of("gater", command, "--data", folder.toString()));
    words.addAll(List.of(more));
    out.getBuffer().setLength(0);
    return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
  }

  @Test
  void rulesAreLinesAndClosedConnectionsAreSaid() {
    assertEquals(0, run("list"), err.toString());
    assertEquals(new JsonObject(), asked);
    assertEquals("deny 10.0.0.0/8\ndeny *\nallow 10.1.2.3\n", out.toString());
    assertEquals("connections closed: 2\n", err.toString());
    assertEquals(0, run("list", "--json"));
    assertEquals(answer, new JsonObject(out.toString()));
  }

  @Test
  void eachCommandSendsItsRules() {
    assertEquals(0, run("deny", "::ffff:10.0.0.0/104", "*"), err.toString());
    assertEquals(new JsonObject().put("deny", new JsonArray().add("10.0.0.0/8").add("*")), asked);
    assertEquals(0, run("allow", "10.1.2.3"), err.toString());
    assertEquals(new JsonObject().put("allow", new JsonArray().add("10.1.2.3")), asked);
    assertEquals(0, run("remove", "10.1.2.3"), err.toString());
    assertEquals(new JsonObject().put("remove", new JsonArray().add("10.1.2.3")), asked);
  }

  @Test
  void whatIsNoRuleIsAMistakeOfTheCommandLine() {
    assertEquals(Exit.USAGE.code(), run("deny", "10.0.0.1/8"));
    assertTrue(err.toString().contains("it has bits beyond its prefix; the subnet is 10.0.0.0/8"), err.toString());
    assertEquals(Exit.USAGE.code(), run("deny"));
    assertEquals(Exit.USAGE.code(), Main.commandLine().setErr(new PrintWriter(err)).execute("gater"));
    assertTrue(err.toString().contains("a command is missing: "), err.toString());
  }
}
