package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.Command;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lesson 7 with py-libp2p, for which it was written, on one side. Both of its keys are bare hashes, without a
 * namespace. The content's passes. The release that is pinned takes keys of values as text only, so it can neither put
 * nor get nor store under the value's: the same key spelt in base58, without a namespace as well, stands for it.
 */
@Timeout(1900) // the peer may have to be made first
class LessonSevenIT {

  private static final String KEY = "FVDjasarSFDoLPMdgnp1dHSbW2ZAfN8NU2zNbCQeczgP";
  private static final String CONTENT = "361f2ed1183bca491b8aec11f0b9e5c06724759b0f7480ae7fb4894901993bc8";
  private static final String VALUE = "Hello message from Paschal";
  private static final String RUNNING = "^Node is now running\\. Press Ctrl\\+C to stop\\.$";
  private static final String NO_BYTES = "AttributeError: 'bytes' object has no attribute 'encode'";

  @TempDir
  private Path folder;

  private Command peerbus(String... words) throws Exception {
    Files.createDirectories(folder.resolve("lesson"));
    List<String> all = new ArrayList<>(List.of("peerbus", "dht"));
    all.addAll(List.of(words));
    return Command.start(folder, Map.of("PROJECT_ROOT", folder.toString(), "LESSON_PATH", "lesson"),
        all.toArray(String[]::new));
  }

  private List<String> dht(int exit, String... words) throws Exception {
    try (Command command = peerbus(words)) {
      assertEquals(exit, command.exitCode(), command.errors());
      return command.seen();
    }
  }

  private static ForeignPeer py(String mode) {
    return ForeignPeer.start(new Peers().executable(Language.PY), "lesson-7-py-" + mode, List.of("--dht", mode));
  }

  private static JsonObject lesson(ForeignPeer py, String role, String keys) {
    return py.call("dht-lesson-" + role, new JsonObject().put("keys", keys));
  }

  @Test
  void ourServerWithTheWorkshopsClient() throws Exception {
    try (ForeignPeer py = py("client"); Command server = peerbus("run", "--data", "s")) {
      server.line(RUNNING);
      String address = Files.readAllLines(folder.resolve("lesson/server_node_addr.txt")).get(0);
      String id = address.substring(address.lastIndexOf('/') + 1);
      py.call("dht-join", new JsonObject().put("addrs", new JsonArray().add(address)));
      assertEquals(List.of(id), dht(0, "put", "text:" + KEY, VALUE, "-b", address));
      JsonObject asText = lesson(py, "client", "text");
      assertEquals(VALUE, asText.getString("get"));
      assertEquals(new JsonArray().add(id), asText.getJsonArray("providers"));
      JsonObject asBytes = lesson(py, "client", "bytes");
      assertEquals(new JsonArray().add(id), asBytes.getJsonArray("providers"));
      assertEquals(NO_BYTES, asBytes.getString("get"), "py-libp2p " + py.version() + " asks for text keys only");
    }
  }

  @Test
  void theWorkshopsServerWithOurClient() throws Exception {
    try (ForeignPeer py = py("server")) {
      String address = py.address().withPeerId(py.id()).toString();
      JsonObject asBytes = lesson(py, "server", "bytes");
      assertEquals(NO_BYTES, asBytes.getString("put"), "py-libp2p " + py.version() + " puts under text keys only");
      assertEquals(null, lesson(py, "server", "text").getValue("put"));
      try (Command client = peerbus("run", "--mode", "client", "--bootstrap", address)) {
        client.line(RUNNING);
        List<String> seen = client.seen();
        assertTrue(seen.contains("Failed to retrieve value"), seen.toString());
        assertTrue(seen.contains("Found 1 servers for content: ['" + py.id() + "']"), seen.toString());
      }
      assertEquals(List.of(VALUE), dht(0, "get", "text:" + KEY, "-b", address));
      assertEquals(List.of(), dht(1, "put", "base58:" + KEY, VALUE, "-b", address), "it resets the stream");
      assertEquals(List.of(py.id().toString()), dht(0, "put", "text:another", VALUE, "-b", address));
      assertTrue(dht(0, "find-providers", "hex:" + CONTENT, "-b", address).get(0).startsWith(py.id().toString()));
    }
  }
}
