package io.peerbus.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The executables of the foreign peers, as the script {@code build} beside their sources makes or finds them: once
 * for each language and run. A language whose tools are missing is skipped, or fails if peers are required.
 */
final class Peers {

  private static final String REQUIRED = "PEERBUS_REQUIRE_PEERS";
  private static final Path SCRIPT = Path.of("src", "test", "interop", "build").toAbsolutePath();
  /** rust-libp2p takes many minutes to compile on a small machine. */
  private static final long BUILD_MINUTES = 30;

  private record Found(Path executable, String missing) {}

  private final Map<String, Found> found = new HashMap<>();

  /** Aborts the test, or fails it, when there is none. */
  Path executable(Language language) {
    return executable(language.id());
  }

  /** @param id as the script names it */
  Path executable(String id) {
    Found peer = found.computeIfAbsent(id, Peers::build);
    if (peer.missing() != null) {
      String message = "no " + id + " peer: " + peer.missing();
      if (isRequired()) {
        throw new AssertionError(message + " (" + REQUIRED + " is true)");
      }
      Assumptions.abort(message);
    }
    return peer.executable();
  }

  private static boolean isRequired() {
    return Boolean.parseBoolean(System.getProperty(REQUIRED, System.getenv(REQUIRED)));
  }

  private static Found build(String id) {
    Found peer;
    try {
      peer = parse(id, run(id));
    } catch (IOException e) {
      peer = new Found(null, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      peer = new Found(null, "interrupted");
    }
    System.out.println("interop: " + id + " "
        + (peer.missing() == null ? peer.executable() : "is skipped: " + peer.missing()));
    return peer;
  }

  private static String run(String id) throws IOException, InterruptedException {
    Process script = new ProcessBuilder("bash", SCRIPT.toString(), id)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (BufferedReader output = script.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      if (!script.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        return id + " missing the build takes longer than " + BUILD_MINUTES + " minutes";
      }
      return line;
    } finally {
      script.destroyForcibly();
    }
  }

  /** {@code <language> ready <path>} or {@code <language> missing <reason>}. */
  private static Found parse(String id, String line) {
    String[] words = String.valueOf(line).split(" ", 3);
    if (words.length == 3 && words[0].equals(id) && words[1].equals("ready")) {
      return new Found(Path.of(words[2]), null);
    }
    return new Found(null, words.length == 3 && words[1].equals("missing") ? words[2] : SCRIPT + " said: " + line);
  }
}
