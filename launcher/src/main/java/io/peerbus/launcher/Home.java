package io.peerbus.launcher;

import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.plugin.jar.FolderRepair;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.peerbus.launcher.plugin.jar.SettingsCheck;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this program is installed: the folder with {@code bin lib plugins conf} in it. The commands in {@code bin} say
 * so by the system property {@code peerbus.home}; without it, it is where the jar with this class lies.
 */
public final class Home {

  private static final String PROPERTY = "peerbus.home";

  private Home() {}

  static Path path() {
    String property = System.getProperty(PROPERTY);
    if (property != null) {
      return Path.of(property);
    }
    Path here = ownLocation();
    // lib/peerbus-launcher.jar, or launcher/target/classes in a source tree
    return Files.isDirectory(here) ? here.resolveSibling("peerbus") : here.getParent().getParent();
  }

  /** Where a node looks for plugins: the system property {@code peerbus.plugins}, then its config, then here. */
  public static PluginFolder plugins(NodeConfig config) {
    return plugins(config.pluginFolder());
  }

  private static PluginFolder plugins(Optional<Path> configured) {
    String property = System.getProperty(PluginFolder.PROPERTY);
    return new PluginFolder(property != null ? Path.of(property)
        : configured.orElseGet(() -> path().resolve("plugins")));
  }

  /** What the plugins found there demand of a config: for every config that a node is to be started with. */
  public static PluginRules pluginRules() {
    return (folder, plugins) -> {
      repair(plugins(folder));
      return new SettingsCheck(plugins(folder)).check(plugins);
    };
  }

  /** Before anything is looked for in it, or a plugin would be missed whose jar only has to be put back. */
  private static void repair(PluginFolder folder) {
    // Not in a field: Logging asks where this is installed before there may be a logger.
    Logger log = LoggerFactory.getLogger(Home.class);
    try {
      FolderRepair.of(folder).ifPresent(done -> log.warn("{}", done));
    } catch (PluginException e) {
      log.warn("{}", e.getMessage());
    }
  }

  private static Path ownLocation() {
    try {
      return Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
