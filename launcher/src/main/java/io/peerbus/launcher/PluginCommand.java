package io.peerbus.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code peerbus plugin}: what can be done with plugins and their jars. */
@Command(name = "plugin", mixinStandardHelpOptions = true,
    description = "Plugins and their jars.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PluginListCommand.class, PluginDeployCommand.class, PluginUndeployCommand.class,
        PluginReplaceCommand.class, PluginRollbackCommand.class, PluginLogsCommand.class,
        PluginSignCommand.class, PluginVerifyCommand.class},
    footer = {"", "Examples:",
        "  peerbus plugin list --name alice",
        "  peerbus plugin deploy echo.jar",
        "  peerbus plugin logs echo --follow",
        "  peerbus plugin sign echo.jar --key publisher.key",
        "  peerbus plugin verify echo.jar --conf conf/node.json"})
final class PluginCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw Subcommands.missing(spec);
  }
}
