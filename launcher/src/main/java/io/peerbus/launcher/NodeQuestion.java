package io.peerbus.launcher;

import io.peerbus.api.FailureException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.console.Printable;
import io.peerbus.launcher.control.ControlException;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all commands share that ask a running node: which node, and what becomes of the answer. Progress goes to
 * standard error, results to standard output.
 */
final class NodeQuestion {

  private static final long MAX_SECONDS = 600;

  @Mixin
  private NodeChoice node;

  @Option(names = "--json", description = "Print the answer as JSON, in one line.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private long timeoutMillis = 60_000;

  @Option(names = {"-W", "--timeout"}, paramLabel = "SECONDS",
      description = "How long the answer may take (default: 60).")
  void setTimeout(double seconds) {
    timeoutMillis = millis(spec, seconds);
  }

  /** What {@code --timeout} of a command that asks a node stands for. */
  static long millis(CommandSpec spec, double seconds) {
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
      throw new ParameterException(spec.commandLine(),
          "--timeout: " + seconds + " is out of range, up to " + MAX_SECONDS);
    }
    return Math.max(1, Math.round(seconds * 1000));
  }

  /** What is done with a node once it is found. */
  @FunctionalInterface
  interface Talk {
    void with(RunningNode node) throws ControlException;
  }

  /** Finds the node and talks to it; {@code refused} is the exit code when it says no. */
  Exit talk(Exit refused, Talk talk) throws StartException {
    Logging.configure("WARN", false);
    NodeConfig config = node.config(new JsonObject(), PluginRules.NONE);
    try (RunningNode running = RunningNode.of(config)) {
      talk.with(running);
      return Exit.OK;
    } catch (FailureException e) {
      throw new StartException(refused, Printable.of(e.getMessage()), e);
    } catch (ControlException e) {
      throw new StartException(Exit.FAILED, e.getMessage(), e);
    }
  }

  /**
   * Asks the plugin manager for one change and tells what came of it.
   *
   * @param refused the exit code when it says no
   * @param progress what is said before, and is followed by the node's name
   * @param result the answer in words
   */
  Exit change(Exit refused, String progress, JsonObject request, Function<JsonObject, String> result)
      throws StartException {
    return talk(refused, running -> {
      err().println(progress + " in node " + running.name() + " ...");
      err().flush();
      JsonObject answer = ask(running, request);
      print(json ? answer.encode() : result.apply(answer));
    });
  }

  /** Asks the plugin manager. */
  JsonObject ask(RunningNode running, JsonObject request) throws ControlException {
    return ask(running, "plugins", request);
  }

  /** Asks a part of the node by its address. */
  JsonObject ask(RunningNode running, String address, JsonObject request) throws ControlException {
    return running.client().ask(address, request, timeoutMillis);
  }

  boolean isJson() {
    return json;
  }

  /** Prints a line of the result; false when nobody reads it any more. */
  boolean print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? line : Printable.of(line));
    out.flush();
    return !out.checkError();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
