package io.peerbus.launcher;

import io.peerbus.launcher.console.Printable;
import io.peerbus.launcher.data.NodeClaim;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code peerbus dht run}: the program of lesson 7, on a node that stays. */
@Command(name = "run", mixinStandardHelpOptions = true, description = {
    "Runs a node of the DHT, as lesson 7 of the workshop has it.",
    "",
    "A server puts the lesson's value, provides its content, and writes its address to server_node_addr.txt beside this"
        + " program (or in $PROJECT_ROOT/$LESSON_PATH). A client begins with the address in that file and with those of"
        + " --bootstrap, gets the value and finds who provides the content. Both go on until Ctrl-C, and can be asked"
        + " with the other `peerbus dht` commands meanwhile."},
    footer = {"", "Ends with 0 after Ctrl-C, and with 1 when the node cannot start or --mode is neither.", "",
        "Examples:", "  peerbus dht run --port 8000", "  peerbus dht run --mode client"})
final class DhtRunCommand implements Callable<Integer> {

  private static final int LEAST_PORT = 10_000;
  private static final int MOST_PORT = 60_000;
  private static final int TRIES = 100;

  @Spec
  private CommandSpec spec;

  @Option(names = "--mode", paramLabel = "server|client", defaultValue = "server",
      description = "Serve others and what they put, or only ask (default: server).")
  private String mode;

  @Option(names = {"-p", "--port"}, paramLabel = "N", defaultValue = "0",
      description = "The TCP port on 127.0.0.1; 0, the default, is one by chance.")
  private int port;

  @Option(names = {"-b", "--bootstrap"}, paramLabel = "MULTIADDR", arity = "0..*",
      description = "Peers to begin with, with spaces between.")
  private List<String> bootstrap = List.of();

  @Option(names = "--name", paramLabel = "NODE", description = "The node's name (default: the first free one of node,"
      + " node-2, …), and of the folder with its key and its records.")
  private String name;

  @Option(names = "--data", paramLabel = "DIR", description = "The node's folder.")
  private Path data;

  @Option(names = {"-v", "--verbose"}, description = "Print the node's status every 10 s, and log in detail to standard"
      + " error.")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    Logging.configure("WARN", verbose);
    print("Running in " + mode + " mode on port " + port);
    SecureRandom random = new SecureRandom();
    LessonFile file = LessonFile.of(System.getenv(), Home.path());
    DhtRun.Plan plan;
    try {
      int free = freePort(random);
      if (verbose) {
        print("Using port: " + free);
      }
      plan = new DhtRun.Plan(isServer(), free, begin(file), name, data);
    } catch (IllegalArgumentException e) {
      return fail(e.getMessage());
    }
    NodeClaim claim;
    try {
      claim = NodeClaim.of(plan.config(), random);
    } catch (StartException e) {
      return fail("Script failed: " + e.getMessage());
    }
    DhtRun run = new DhtRun(claim, plan, this::print);
    try {
      run.start();
    } catch (StartException e) {
      return run.isLeaving() ? run.await().code() : fail("Server node error: " + e.getMessage());
    }
    run.lesson(file, verbose);
    return run.await().code();
  }

  private boolean isServer() {
    return switch (mode.toUpperCase(Locale.ROOT)) {
      case "SERVER" -> true;
      case "CLIENT" -> false;
      default -> throw new IllegalArgumentException("Invalid mode: " + mode + ". Must be 'client' or 'server'");
    };
  }

  /** The first address of the file, for a client, and those of the command line. */
  private List<String> begin(LessonFile file) {
    List<String> begin = new ArrayList<>();
    if (!isServer()) {
      try {
        List<String> saved = file.load();
        print(saved.isEmpty() ? "No server addresses found in log file"
            : "Loaded " + saved.size() + " server addresses from log");
        saved.stream().limit(1).forEach(begin::add);
      } catch (IOException e) {
        print("Failed to load server addresses: " + e.getMessage());
      }
    }
    begin.addAll(bootstrap);
    return begin;
  }

  /**
   * The port that was asked for, or one by chance. The lesson starts its client with the port of its server; nobody has
   * to reach a client, so it takes another one then.
   */
  private int freePort(SecureRandom random) {
    if (port > 65_535) {
      throw new IllegalArgumentException("Server node error: --port: " + port + " is out of range, up to 65535");
    }
    if (port > 0 && (isServer() || isFree(port))) {
      return port;
    }
    for (int i = 0; i < TRIES; i++) {
      int chosen = random.nextInt(LEAST_PORT, MOST_PORT + 1);
      if (isFree(chosen)) {
        if (port > 0) {
          spec.commandLine().getErr().println("Port " + port + " is taken; the client listens on " + chosen);
        }
        return chosen;
      }
    }
    throw new IllegalArgumentException("Server node error: no free port from " + LEAST_PORT + " to " + MOST_PORT);
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private synchronized void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(Printable.of(line));
    out.flush();
  }

  private int fail(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(Printable.of(message));
    err.flush();
    return Exit.FAILED.code();
  }
}
