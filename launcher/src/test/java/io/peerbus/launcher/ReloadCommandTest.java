package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.launcher.control.ControlServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command against a control socket, behind which a stand-in answers for the node. */
@Timeout(60)
class ReloadCommandTest {

  @TempDir
  private Path folder;
  private Vertx vertx;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private volatile JsonObject answer = new JsonObject().put("changes", new JsonArray()).put("restart", new JsonArray());
  private volatile String refusal;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins", message -> {
      assertEquals(new JsonObject().put("op", "reload"), message.body());
      if (refusal == null) {
        message.reply(answer);
      } else {
        message.fail(Failure.BAD_REQUEST.code(), refusal);
      }
    });
    ControlServer.start(vertx, "n", folder).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private int run(String... more) {
    String[] words = new String[more.length + 3];
    words[0] = "reload";
    words[1] = "--data";
    words[2] = folder.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    out.getBuffer().setLength(0);
    return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
  }

  @Test
  void changesAreLinesAndWhatNeedsARestartIsSaid() {
    assertEquals(0, run(), err.toString());
    assertEquals("nothing has changed\n", out.toString());
    answer = new JsonObject().put("changes", new JsonArray().add("plugin a added").add("limits changed: maxPerIp"))
        .put("restart", new JsonArray().add("listen"));
    assertEquals(0, run());
    assertEquals("plugin a added\nlimits changed: maxPerIp\nneeds a restart: listen\n", out.toString());
    assertEquals(0, run("--json"));
    assertEquals(answer, new JsonObject(out.toString()));
  }

  @Test
  void whatFailedAndWhatIsRefusedHaveTheirOwnExitCodes() {
    answer.put("failed", new JsonArray().add("plugin a added: it did not start"));
    assertEquals(Exit.DEPLOY.code(), run());
    assertEquals("failed: plugin a added: it did not start\n", out.toString());
    refusal = "node.json: 2 mistakes\n  a: b\n  c: d";
    assertEquals(Exit.CONFIG.code(), run());
    assertEquals("", out.toString());
    assertTrue(err.toString().contains("node.json: 2 mistakes"), err.toString());
    assertTrue(err.toString().contains("c: d"), err.toString());
  }
}
