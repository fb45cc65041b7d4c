package io.peerbus.launcher;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code peerbus}. */
@Command(name = "peerbus", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
    subcommands = {ChatCommand.class, DhtCommand.class, GaterCommand.class, IdCommand.class, KeyCommand.class, PerfCommand.class,
        PingCommand.class, PluginCommand.class, ReloadCommand.class},
    description = "A libp2p node made of Vert.x verticles.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
        "",
        "Examples:",
        "  peerbus chat --port 4001",
        "  peerbus chat --connect /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…",
        "  peerbus chat --conf conf/chat.json --name alice",
        "  peerbus id --name alice",
        "  peerbus key generate alice.key --type secp256k1",
        "  peerbus ping /ip4/127.0.0.1/tcp/4001 --count 10",
        "  peerbus perf run /ip4/127.0.0.1/tcp/4001 --upload 1G",
        "  peerbus dht run --port 8000",
        "  peerbus dht get greeting --bootstrap /ip4/127.0.0.1/tcp/8000/p2p/12D3KooW…",
        "  peerbus plugin list --name alice",
        "  peerbus gater deny 192.0.2.0/24 --name alice",
        "  peerbus reload --name alice",
        "",
        "A node keeps its key in $XDG_DATA_HOME/peerbus/<name>; by default that is",
        "~/.local/share/peerbus/<name>.",
        "",
        "Exit codes:"})
public final class Main implements Runnable {

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  /** Entry point of the command {@code peerbus}. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The parser with all commands; a test gives it other writers. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main()).setUsageHelpWidth(100);
    List<String> footer = new ArrayList<>(List.of(line.getCommandSpec().usageMessage().footer()));
    footer.addAll(Exit.table());
    line.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
    return line
        .setParameterExceptionHandler(Main::onWrongUse)
        .setExecutionExceptionHandler(Main::onFailure);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int onWrongUse(ParameterException error, String[] args) {
    CommandLine line = error.getCommandLine();
    PrintWriter err = line.getErr();
    err.println(line.getCommandSpec().qualifiedName() + ": " + error.getMessage());
    UnmatchedArgumentException.printSuggestions(error, err);
    err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'");
    err.flush();
    return Exit.USAGE.code();
  }

  private static int onFailure(Exception error, CommandLine line, CommandLine.ParseResult result) {
    String message = error instanceof StartException ? error.getMessage() : error.toString();
    // The lesson's words, where the node itself cannot go on.
    String prefix = line.getCommand() instanceof ChatCommand ? "Fatal error" : line.getCommandSpec().qualifiedName();
    line.getErr().println(prefix + ": " + message);
    line.getErr().flush();
    return error instanceof StartException start ? start.exit().code() : Exit.FAILED.code();
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"peerbus " + (version == null ? "development" : version)
          + " (Java " + Runtime.version() + ")"};
    }
  }
}
