package io.peerbus.launcher;

import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code peerbus perf serve}: a node with which others measure. */
@Command(name = "serve", mixinStandardHelpOptions = true,
    description = "Lets peers measure until Ctrl-C. Whoever reaches the address may use all of its bandwidth.")
final class PerfServeCommand implements Callable<Integer> {

  private static final long ASK_MILLIS = 10_000;

  @Spec
  private CommandSpec spec;

  @Option(names = {"-l", "--listen"}, paramLabel = "MULTIADDR", converter = AddressConverter.class,
      description = "Where to listen (default: /ip4/127.0.0.1/tcp/0); may be repeated.")
  private List<Multiaddr> listen;

  @Mixin
  private NetworkOption network;

  @Option(names = {"-v", "--verbose"}, description = "Log in detail, to standard error.")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    Logging.configure("WARN", verbose);
    List<String> addresses = listen == null ? List.of("/ip4/127.0.0.1/tcp/0")
        : listen.stream().map(Multiaddr::toString).toList();
    JsonObject limits = new JsonObject().put("maxConnections", 100_000).put("maxPending", 4_096)
        .put("maxPerIp", 100_000);
    try (BriefNode node = BriefNode.start(network.in(PerfRunCommand.config("perf-serve").put("limits", limits)
        .put("listen", new JsonArray(addresses))))) {
      JsonObject info = node.ask("control", new JsonObject().put("op", "info"), ASK_MILLIS);
      info.getJsonArray("listenAddresses").forEach(
          address -> spec.commandLine().getOut().println("Listening on: " + address + "/p2p/" + info.getString("id")));
      spec.commandLine().getOut().flush();
      return node.serve().code();
    }
  }
}
