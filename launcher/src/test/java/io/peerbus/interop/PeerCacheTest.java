package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script that builds the foreign peers, with a compiler that only pretends. */
@Timeout(60)
class PeerCacheTest {

  /** What the script needs of the system; no compiler is among them. */
  private static final List<String> TOOLS = List.of("cat", "chmod", "cut", "dirname", "find", "grep", "mkdir",
      "mktemp", "mv", "rm", "sha256sum", "sort", "tail", "tar", "tr", "xargs");

  @TempDir
  private Path folder;
  private Path compiler;

  private record Run(int exitCode, String output) {}

  @BeforeEach
  void makeTools() throws IOException {
    Path tools = Files.createDirectory(folder.resolve("bin"));
    for (String tool : TOOLS) {
      Path real = Stream.of(System.getenv("PATH").split(":")).map(path -> Path.of(path, tool))
          .filter(Files::isExecutable).findFirst().orElseThrow();
      command(tools.resolve(tool), "exec " + real + " \"$@\"");
    }
    compiler = command(tools.resolve("go"), "echo '#!/bin/sh' >peer; chmod +x peer");
  }

  private static Path command(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  private Run build(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "src/test/interop/build"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("PATH", folder.resolve("bin").toString());
    builder.environment().put("PEERBUS_PEERS", folder.resolve("peers").toString());
    Process script = builder.start();
    try {
      String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(script.waitFor(30, TimeUnit.SECONDS));
      return new Run(script.exitValue(), output.strip());
    } finally {
      script.destroyForcibly();
    }
  }

  @Test
  void aPeerThatWasBuiltBeforeNeedsNoCompiler() throws Exception {
    Run first = build("--require", "go");
    assertEquals(0, first.exitCode());
    assertTrue(first.output().startsWith("go ready " + folder.resolve("peers/go-")), first.output());
    Files.delete(compiler);
    assertEquals(first, build("--require", "go"));
  }

  @Test
  void withoutOneTheCompilerIsMissedAndThatFailsWhereItIsRequired() throws Exception {
    Files.delete(compiler);
    Run missing = build("go");
    assertEquals(new Run(0, "go missing no 'go' command; install Go 1.26"), missing);
    assertEquals(new Run(1, missing.output()), build("--require", "go"));
  }
}
