package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that measure each other. */
class PerfIT {

  @TempDir
  private Path folder;

  @Test
  void allThatCanBeMeasuredIsMeasured() throws Exception {
    try (Command serve = Command.start(folder, "peerbus", "perf", "serve")) {
      String address = serve.line("^Listening on: (\\S+)$").group(1);
      try (Command run = Command.start(folder, "peerbus", "perf", "run", address, "--upload", "8M", "--download", "4M",
          "--streams", "200", "--connections", "20", "--in-flight", "4", "--ping", "100", "--runs", "3", "--json")) {
        assertEquals(0, run.exitCode(), run.errors());
        JsonObject figures = new JsonObject(String.join("\n", run.seen()));
        for (String what : new String[] {"upload", "download", "streams", "connections", "ping p50", "ping p99"}) {
          JsonObject one = figures.getJsonObject(what);
          assertEquals(3, one.getJsonArray("values").size(), what);
          assertTrue(one.getDouble("min") > 0 && one.getDouble("min") <= one.getDouble("median")
              && one.getDouble("median") <= one.getDouble("max"), one::encode);
        }
        assertTrue(run.errors().contains("run 3 of 3: upload "), run.errors());
      }
      try (Command run = Command.start(folder, "peerbus", "perf", "run", address, "--upload", "1M")) {
        assertEquals(0, run.exitCode(), run.errors());
        assertEquals(1, run.seen().size());
        assertTrue(run.seen().get(0).matches("upload +median +[0-9.]+ +min +[0-9.]+ +max +[0-9.]+ MB/s +\\(1 run\\)"),
            run.seen().toString());
      }
      serve.terminate();
      assertEquals(0, serve.exitCode(), serve.errors());
    }
  }

  private void ends(Exit exit, String... words) throws Exception {
    try (Command command = Command.start(folder, words)) {
      assertEquals(exit.code(), command.exitCode(), command.errors());
    }
  }

  @Test
  void thereIsMeasuringInAPrivateNetworkToo() throws Exception {
    String key = folder.resolve("swarm.key").toString();
    ends(Exit.OK, "peerbus", "key", "network", key);
    try (Command serve = Command.start(folder, "peerbus", "perf", "serve", "--network", key)) {
      String address = serve.line("^Listening on: (\\S+)$").group(1);
      ends(Exit.OK, "peerbus", "ping", address, "--count", "1", "--network", key);
      ends(Exit.OK, "peerbus", "perf", "run", address, "--upload", "1M", "--connections", "2", "--in-flight", "1",
          "--network", key);
      ends(Exit.FAILED, "peerbus", "perf", "run", address, "--upload", "1M");
    }
  }

  @Test
  void aPeerThatIsNotThereIsSaid() throws Exception {
    try (Command run = Command.start(folder, "peerbus", "perf", "run", "/ip4/127.0.0.1/tcp/1", "--upload", "1M")) {
      assertEquals(Exit.FAILED.code(), run.exitCode());
      assertTrue(run.errors().startsWith("peerbus perf run: "), run.errors());
      assertEquals(0, run.seen().size());
    }
  }
}
