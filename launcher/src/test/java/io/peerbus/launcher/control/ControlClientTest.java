package io.peerbus.launcher.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against something that only looks like a node. */
@Timeout(60)
class ControlClientTest {

  @TempDir
  private Path folder;
  private Thread node;

  @AfterEach
  void stop() throws Exception {
    node.join();
  }

  /** Says one thing to whoever connects, once something was asked, and hangs up. */
  private ControlClient answered(String... lines) throws Exception {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(folder.resolve("control.sock")));
    node = new Thread(() -> {
      try (server; SocketChannel client = server.accept()) {
        client.read(ByteBuffer.allocate(1_000));
        client.write(ByteBuffer.wrap(String.join("\n", lines).replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    node.start();
    return ControlClient.open(folder);
  }

  private static void lost(ControlClient client, String words) {
    ControlException error = assertThrows(ControlException.class, () -> client.ask("a", new JsonObject(), 1_000));
    assertEquals(ControlException.Kind.LOST, error.kind());
    assertTrue(error.getMessage().endsWith(words), error.getMessage());
  }

  @Test
  void anAnswerCutShortIsNone() throws Exception {
    try (ControlClient client = answered("{'id':1,'body':{}}")) { // without an end of line
      lost(client, " went away");
    }
  }

  @Test
  void nonsenseIsNoAnswer() throws Exception {
    try (ControlClient client = answered("HTTP/1.1 400 Bad Request", "")) {
      ControlException error = assertThrows(ControlException.class, () -> client.ask("a", new JsonObject(), 1_000));
      assertTrue(error.getMessage().contains("sent what is not understood"), error.getMessage());
    }
  }

  @Test
  void eventsThatComeBeforeTheAnswerAreShownToWhoeverWantsThem() throws Exception {
    try (ControlClient client = answered("{'id':9,'event':{'n':1}}", "{'id':9,'event':{'n':2}}",
        "{'id':1,'body':{'a':2}}", "")) {
      List<Integer> shown = new ArrayList<>();
      assertEquals(2, client.ask("a", new JsonObject(), 1_000, event -> shown.add(event.getInteger("n")))
          .getInteger("a"));
      assertEquals(List.of(1, 2), shown);
    }
  }

  @Test
  void eventsThatComeBeforeTheAnswerAreKept() throws Exception {
    try (ControlClient client = answered("{'id':9,'event':{'n':1}}", "{'id':1,'body':{'a':2}}",
        "{'id':9,'event':{'n':2}}", "")) {
      assertEquals(2, client.ask("a", new JsonObject(), 1_000).getInteger("a"));
      assertEquals(1, client.nextEvent().getJsonObject("event").getInteger("n"));
      assertEquals(2, client.nextEvent().getJsonObject("event").getInteger("n"));
      assertThrows(ControlException.class, client::nextEvent);
    }
  }

  @Test
  void errorsKeepTheirFailureAndUnknownOnesAreInternal() throws Exception {
    try (ControlClient client = answered("{'id':1,'error':{'code':'NOT_FOUND','message':'m'}}",
        "{'error':{'code':'LATER','message':'n'}}", "")) {
      FailureException error =
          assertThrows(FailureException.class, () -> client.ask("a", new JsonObject(), 1_000));
      assertEquals(Failure.NOT_FOUND, error.failure());
      assertEquals("m", error.getMessage());
      error = assertThrows(FailureException.class, client::nextEvent);
      assertEquals(Failure.INTERNAL, error.failure());
    }
  }
}
