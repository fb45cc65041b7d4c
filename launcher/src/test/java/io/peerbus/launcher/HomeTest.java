package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {

  @TempDir
  private Path plugins;

  @Test
  void aConfigIsNotRefusedForAJarThatAnInstallHadSetAsideWhenItWasCutOff() throws Exception {
    new JarMaker("echo", "x.Main").write(plugins.resolve("echo.jar.previous"));
    List<PluginRules.Entry> wanted = List.of(new PluginRules.Entry("plugins[0]", "echo", "echo", null,
        new JsonObject()));
    assertEquals(1, Home.pluginRules().check(Optional.of(plugins), wanted).size(), "somebody took it away");
    new JarMaker("echo", "x.Main").write(plugins.resolve(".install-1.tmp"));
    assertEquals(List.of(), Home.pluginRules().check(Optional.of(plugins), wanted));
    assertTrue(Files.exists(plugins.resolve("echo.jar")));
  }
}
