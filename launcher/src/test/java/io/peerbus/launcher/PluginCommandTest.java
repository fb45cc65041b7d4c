package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.plugin.JarMaker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginCommandTest {

  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String jar;
  private String key;

  @BeforeEach
  void makeJarAndKey() throws Exception {
    jar = JarMaker.ofVerticle("echo", "Main", "extends VerticleBase { }").with("Plugin-Requires", "ping")
        .write(folder.resolve("echo.jar")).toString();
    key = folder.resolve("publisher.key").toString();
    assertEquals(0, run("key", "generate", key));
    out.getBuffer().setLength(0);
  }

  private int run(String... args) {
    return Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  /** The value of a line that was printed. */
  private String printed(String name) {
    String value = out.toString().lines().filter(line -> line.startsWith(name + ":")).findFirst().orElseThrow();
    return value.substring(name.length() + 1).strip();
  }

  @Test
  void aJarIsSignedAndVerifiedAndItsPublisherIsNamed() throws Exception {
    assertEquals(0, run("plugin", "verify", jar));
    assertEquals("echo 1.2", printed("plugin"));
    assertEquals("ping", printed("requires"));
    assertEquals("none, it is not signed", printed("publisher"));
    out.getBuffer().setLength(0);
    assertEquals(0, run("plugin", "sign", jar, "--key", key));
    String publisher = printed("publisher");
    assertTrue(publisher.startsWith("12D3KooW"), publisher);
    assertEquals(jar, printed("signed"));
    out.getBuffer().setLength(0);
    Path conf = Files.writeString(folder.resolve("node.json"),
        "{\"pluginPolicy\": {\"production\": true, \"publishers\": [\"" + publisher + "\"]}}");
    assertEquals(0, run("plugin", "verify", jar, "--conf", conf.toString()));
    assertEquals(publisher, printed("publisher"));
    assertEquals("", err.toString());
  }

  @Test
  void aConfigWhosePolicyDoesNotTakeTheJarIsAReasonToRefuseIt() throws Exception {
    String other = folder.resolve("other.key").toString();
    assertEquals(0, run("key", "generate", other));
    Path conf = Files.writeString(folder.resolve("node.json"),
        "{\"pluginPolicy\": {\"publishers\": [\"" + printed("peer id") + "\"]}}");
    assertEquals(Exit.FAILED.code(), run("plugin", "verify", jar, "--conf", conf.toString()));
    assertTrue(err.toString().startsWith("peerbus plugin verify: echo.jar is not signed, "), err.toString());
    err.getBuffer().setLength(0);
    assertEquals(0, run("plugin", "sign", jar, "--key", key));
    assertEquals(Exit.FAILED.code(), run("plugin", "verify", jar, "--conf", conf.toString()));
    assertTrue(err.toString().startsWith("peerbus plugin verify: echo.jar is signed by " + printed("publisher")),
        err.toString());
  }

  @Test
  void signedElsewhereTheJarItselfStaysAsItIs() throws Exception {
    byte[] before = Files.readAllBytes(Path.of(jar));
    Path target = folder.resolve("signed.jar");
    assertEquals(0, run("plugin", "sign", jar, "-k", key, "-o", target.toString()));
    assertArrayEquals(before, Files.readAllBytes(Path.of(jar)));
    assertEquals(0, run("plugin", "verify", target.toString()));
    try (var files = Files.list(folder)) {
      assertEquals(List.of("echo.jar", "publisher.key", "signed.jar"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void whatIsMissingOrBadIsSaidWithItsExitCode() throws Exception {
    assertEquals(Exit.USAGE.code(), run("plugin"));
    assertTrue(err.toString().startsWith("peerbus plugin: a command is missing: "), err.toString());
    assertEquals(Exit.USAGE.code(), run("plugin", "sign", jar));
    assertEquals(Exit.DATA.code(), run("plugin", "sign", jar, "--key", folder.resolve("no.key").toString()));
    assertEquals(Exit.FAILED.code(), run("plugin", "sign", jar, "--key", key, "--out",
        folder.resolve("no/where.jar").toString()));
    assertEquals(Exit.CONFIG.code(), run("plugin", "verify", jar, "--conf", folder.resolve("no.json").toString()));
    err.getBuffer().setLength(0);
    Files.writeString(Path.of(jar), "no jar");
    assertEquals(Exit.FAILED.code(), run("plugin", "verify", jar));
    assertTrue(err.toString().startsWith("peerbus plugin verify: echo.jar is no jar: "), err.toString());
    assertEquals(0, run("plugin", "--help"));
    assertEquals(0, run("plugin", "sign", "--help"));
    assertEquals(0, run("plugin", "verify", "--help"));
  }
}
