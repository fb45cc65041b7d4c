package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.console.Printable;
import io.peerbus.launcher.control.ControlException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all {@code peerbus dht} commands share that ask something: whom, and what becomes of the answer. A running node
 * is asked over its control socket; with {@code --bootstrap} a node of the command's own, which asks the network and is
 * gone with it. Progress and the trace go to standard error, results to standard output.
 */
final class DhtQuestion {

  private static final String DHT = "kademlia";

  @Mixin
  private NodeChoice node;

  @Option(names = {"-b", "--bootstrap"}, paramLabel = "MULTIADDR", converter = AddressConverter.class, description = {
      "Ask by a node of the command's own that begins with this peer, instead of a running node.",
      "May be given more than once."})
  private List<Multiaddr> bootstrap = List.of();

  @Option(names = "--protocol", paramLabel = "ID",
      description = "With --bootstrap: the protocol of the network (default: /ipfs/kad/1.0.0).")
  private String protocol;

  @Mixin
  private NetworkOption network;

  @Option(names = "--plugin", paramLabel = "ID", defaultValue = DHT,
      description = "Without it: the id of the node's DHT, where it has several (default: kademlia).")
  private String plugin;

  @Option(names = "--json", description = "Print the answer as JSON, in one line.")
  private boolean json;

  @Option(names = "--trace", description = "Show who was asked, and what came of it, as a tree on standard error.")
  private boolean trace;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private long timeoutMillis = 90_000;

  @Option(names = {"-W", "--timeout"}, paramLabel = "SECONDS",
      description = "How long the answer may take (default: 90), up to 600.")
  void setTimeout(double seconds) {
    timeoutMillis = NodeQuestion.millis(spec, seconds);
  }

  ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** The key that was typed, for a use. */
  DhtKey key(String typed, DhtKey.Format format, DhtKey.Use use) {
    Logging.configure("ERROR", false); // before anything of Vert.x is used
    try {
      return DhtKey.parse(typed, format, use);
    } catch (IllegalArgumentException e) {
      throw mistake(e.getMessage());
    }
  }

  /** Whether the node that is asked is gone when the command is over. */
  boolean isBrief() {
    return !bootstrap.isEmpty();
  }

  boolean isJson() {
    return json;
  }

  /**
   * Asks the DHT.
   *
   * @param updates gets what is found before the answer is complete, on any thread, one at a time
   */
  JsonObject ask(JsonObject request, Consumer<JsonObject> updates) throws StartException {
    Logging.configure("ERROR", false);
    if (bootstrap.isEmpty() && protocol != null) {
      throw mistake("--protocol is for --bootstrap; a running node has its own, see --plugin");
    }
    if (bootstrap.isEmpty() && !network.isUnsaid()) {
      throw mistake("--network is for --bootstrap; a running node is in the network that its config names");
    }
    JsonObject asked = trace ? request.copy().put("trace", true) : request;
    JsonObject answer;
    try {
      answer = isBrief() ? askBriefly(asked, updates) : askRunning(asked, updates);
    } catch (FailureException e) {
      throw new StartException(Exit.FAILED, Printable.of(e.getMessage()), e);
    }
    if (trace && answer.containsKey("trace")) {
      DhtTrace.lines(answer.getJsonArray("trace")).forEach(this::say);
    }
    if (answer.containsKey("notFound") && !json) {
      throw new StartException(Exit.FAILED, Printable.of(answer.getString("notFound")));
    }
    return answer;
  }

  private JsonObject askRunning(JsonObject request, Consumer<JsonObject> updates) throws StartException {
    NodeConfig config = node.config(new JsonObject(), PluginRules.NONE);
    try (RunningNode running = RunningNode.of(config)) {
      String progress = "cli-" + Long.toUnsignedString(ProcessHandle.current().pid());
      running.client().subscribe(plugin + "." + progress + ".events");
      say("asking node " + running.name() + " …");
      return running.client().ask(plugin, request.copy().put("progress", progress), timeoutMillis, updates);
    } catch (FailureException e) {
      if (e.failure() == Failure.UNAVAILABLE) {
        String entry = "{\"id\": \"" + plugin + (plugin.equals(DHT) ? "" : "\", \"plugin\": \"" + DHT) + "\"}";
        throw new StartException(Exit.FAILED, "the node has no plugin \"" + plugin + "\" that answers: add " + entry
            + " to its plugins, or say: peerbus plugin deploy " + plugin, e);
      }
      throw e;
    } catch (ControlException e) {
      throw new StartException(Exit.FAILED, e.getMessage(), e);
    }
  }

  private JsonObject askBriefly(JsonObject request, Consumer<JsonObject> updates) throws StartException {
    if (!node.isUnsaid()) {
      throw mistake("--bootstrap asks by a node of the command's own, --conf, --name and --data by one that runs: "
          + "say one or the other");
    }
    try (DhtBriefNode brief = new DhtBriefNode(bootstrap, protocol == null ? "/ipfs/kad/1.0.0" : protocol,
        open(request), network)) {
      return brief.ask(request, timeoutMillis, this::say, updates);
    } catch (CompletionException e) {
      FailureException failure = Failure.of(e.getCause());
      throw failure.failure() == Failure.TIMED_OUT
          ? failure.failure().because("no answer within " + timeoutMillis / 1000.0 + " s (--timeout)") : failure;
    }
  }

  private List<String> open(JsonObject request) {
    boolean isRecord = List.of("put", "get").contains(request.getString("op"));
    String namespace = isRecord ? DhtKey.ownNamespace(request.getBinary("key")) : null;
    if (namespace == null) {
      return List.of();
    }
    say("records of /" + namespace + "/ are taken as they are: nothing here can check them");
    return List.of(namespace);
  }

  /** A line of progress. */
  void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(Printable.of(line));
    err.flush();
  }

  /** A line of the result; false when nobody reads it any more. */
  boolean print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? line : Printable.of(line));
    out.flush();
    return !out.checkError();
  }

  /** The exit code of an answer, which is printed here when it is to be JSON. */
  Exit end(JsonObject answer, Consumer<JsonObject> otherwise) {
    if (json) {
      print(answer.encode());
    } else {
      otherwise.accept(answer);
    }
    return answer.containsKey("notFound") ? Exit.FAILED : Exit.OK;
  }
}
