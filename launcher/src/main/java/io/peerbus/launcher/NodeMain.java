package io.peerbus.launcher;

import io.vertx.core.Launcher;
import io.vertx.core.cli.CLI;
import io.vertx.core.cli.CLIException;

/**
 * The command {@code vertx}: Vert.x's launcher with {@code run}, {@code start}, {@code stop}, {@code list} and {@code
 * version}, but without its leniency. What it does not understand ends with an exit code, not with 0.
 */
public final class NodeMain extends Launcher {

  /** Entry point of the command {@code vertx}, and of the jar. */
  public static void main(String[] args) {
    Logging.configure("INFO", false);
    new NodeMain().dispatch(withCommand(args));
  }

  /** {@code vertx start} runs the jar again with a verticle's name in the place of a command. */
  private static String[] withCommand(String[] args) {
    if (args.length == 0 || args[0].startsWith("-") || args[0].indexOf(':') < 0) {
      return args;
    }
    String[] run = new String[args.length + 1];
    run[0] = "run";
    System.arraycopy(args, 0, run, 1, args.length);
    return run;
  }

  public NodeMain() {
    unregister("bare"); // only makes sense in a cluster
  }

  /** {@code java -jar peerbus-launcher.jar -conf …} runs a node. */
  @Override
  protected String getMainVerticle() {
    return NodeVerticleFactory.NODE;
  }

  @Override
  protected void printGlobalUsage() {
    super.printGlobalUsage();
    getPrintStream().println("Exit codes:");
    Exit.table().forEach(getPrintStream()::println);
  }

  @Override
  protected void printGenericExecutionError(CLI cli, CLIException error) {
    refuse(cli, error);
  }

  @Override
  protected void printSpecificException(CLI cli, Exception error) {
    refuse(cli, error);
  }

  private static void refuse(CLI cli, Exception error) {
    System.err.println("vertx " + cli.getName() + ": " + error.getMessage());
    System.err.println("Try 'vertx " + cli.getName() + " --help'");
    System.exit(Exit.USAGE.code());
  }
}
