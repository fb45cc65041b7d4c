package io.peerbus.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code peerbus perf}: how fast bytes, streams and connections are. */
@Command(name = "perf", mixinStandardHelpOptions = true,
    description = "Measures libp2p between two nodes by /perf/1.0.0, which go, rust and js speak as well.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PerfServeCommand.class, PerfRunCommand.class},
    footer = {"", "Examples:",
        "  peerbus perf serve --listen /ip4/127.0.0.1/tcp/4001",
        "  peerbus perf run /ip4/127.0.0.1/tcp/4001 --upload 1G --download 1G --runs 10",
        "  peerbus perf run /ip4/127.0.0.1/tcp/4001 --streams 10000 --ping 1000 --json"})
final class PerfCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw Subcommands.missing(spec);
  }
}
