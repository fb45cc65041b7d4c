package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corpus: each is refused for its own reason, nothing is left of it, and no class of it has run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadJarsTest {

  @TempDir
  private Path folder;
  private List<BadJar> corpus;

  List<BadJar> corpus() throws Exception {
    if (corpus == null) {
      corpus = new ArrayList<>(BadArchives.all());
      corpus.addAll(BadPlugins.all());
      corpus.addAll(BadSignatures.all());
    }
    return corpus;
  }

  @AfterEach
  void forget() {
    System.clearProperty(Fixture.RAN);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void itIsRefusedForItsReasonAndNoClassOfItRuns(BadJar bad) throws Exception {
    Path jar = Files.write(folder.resolve("a.jar"), bad.bytes());
    PluginException error = assertThrows(PluginException.class,
        () -> WorkingCopy.of(jar, folder.resolve("work"), bad.policy()));
    assertTrue(bad.isReason(error.getMessage()), error.getMessage());
    assertFalse(error.getMessage().matches("(?s).*[\\p{Cntrl}].*"), "one line");
    assertNull(System.getProperty(Fixture.RAN), "a class of it ran");
    try (var left = Files.list(folder.resolve("work"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void thereAreMoreThanFortyReasons() throws Exception {
    Set<String> reasons = new LinkedHashSet<>();
    corpus().forEach(bad -> reasons.add(bad.reason().replaceAll("\"[^\"]*\"", "")));
    assertTrue(reasons.size() > 40, reasons.size() + " reasons for " + corpus().size() + " jars");
  }

  @Test
  void theFixtureWithoutAFaultIsTakenAndItsClassTellsWhenItRuns() throws Exception {
    for (var jar : List.of(Fixture.good(), Signed.sign(Signed.PUBLISHER, Fixture.good()))) {
      Path file = jar.write(folder.resolve("a.jar"));
      try (WorkingCopy copy = WorkingCopy.of(file, folder.resolve("good"), PluginPolicy.OPEN);
          PluginLoader loader = copy.newLoader("x")) {
        assertNull(System.getProperty(Fixture.RAN));
        Class.forName("fixture.Main", true, loader);
        assertEquals("yes", System.getProperty(Fixture.RAN));
        System.clearProperty(Fixture.RAN);
      }
    }
  }
}
