package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.PluginJar;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peerbus plugin verify}: whether a node would take a jar. */
@Command(name = "verify", mixinStandardHelpOptions = true,
    description = {"Says what a plugin's jar holds and who signed it, or why a node would refuse it (exit code 1).",
        "None of its classes runs."},
    footer = {"", "Examples:",
        "  peerbus plugin verify echo.jar",
        "  peerbus plugin verify echo.jar --conf conf/node.json"})
final class PluginVerifyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "JAR", description = "The plugin's jar.")
  private Path jar;

  @Option(names = "--conf", paramLabel = "FILE",
      description = "A node's config, whose pluginPolicy is to take the jar too.")
  private Path conf;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws StartException {
    PluginPolicy policy = policy();
    WorkingCopy copy = WorkFolder.with(work -> {
      try (WorkingCopy verified = WorkingCopy.of(jar, work, policy)) {
        return verified;
      }
    });
    PluginJar plugin = copy.jar();
    PrintWriter out = spec.commandLine().getOut();
    out.println("plugin:    " + plugin.id() + " " + plugin.version());
    out.println("verticle:  " + plugin.verticle());
    out.println("api:       " + plugin.api());
    out.println("requires:  "
        + (plugin.requires().isEmpty() ? "no other plugin" : String.join(", ", plugin.requires())));
    out.println("settings:  " + (copy.schema() == null ? "no schema" : "with a schema"));
    out.println("sha256:    " + copy.sha256());
    out.println("publisher: " + (copy.publisher() == null ? "none, it is not signed" : copy.publisher()));
    out.flush();
    return Exit.OK.code();
  }

  private PluginPolicy policy() throws StartException {
    try {
      return conf == null ? PluginPolicy.OPEN : NodeConfig.read(conf).pluginPolicy();
    } catch (ConfigException e) {
      throw new StartException(Exit.CONFIG, e.getMessage(), e);
    }
  }
}
