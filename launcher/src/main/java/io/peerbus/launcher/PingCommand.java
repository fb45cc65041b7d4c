package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peerbus ping}: a node for a moment, which measures the way to one peer and back. */
@Command(name = "ping", mixinStandardHelpOptions = true,
    description = "Measures the round trip to a peer by /ipfs/ping/1.0.0, and sums up as the system's ping does.",
    footer = {"", "Ends with 1 when nothing came back.", "", "Examples:",
        "  peerbus ping /ip4/127.0.0.1/tcp/4001",
        "  peerbus ping /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW… --count 100 --interval 0.1"})
final class PingCommand implements Callable<Integer> {

  private static final String NODE = "ping";
  /** Room for the dial that the first ping needs. */
  private static final long DIAL_MILLIS = 15_000;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MULTIADDR", converter = AddressConverter.class, description = "The peer's address.")
  private Multiaddr address;

  @Option(names = {"-n", "--count"}, paramLabel = "N", defaultValue = "4",
      description = "How many pings (default: 4); 0 goes on until Ctrl-C.")
  private int count;

  @Option(names = {"-i", "--interval"}, paramLabel = "SECONDS", defaultValue = "1",
      description = "Time from one ping to the next (default: 1).")
  private double interval;

  @Option(names = {"-W", "--timeout"}, paramLabel = "SECONDS", defaultValue = "10",
      description = "How long an answer may take (default: 10).")
  private double timeout;

  @Mixin
  private NetworkOption network;

  @Option(names = {"-v", "--verbose"}, description = "Log in detail, to standard error.")
  private boolean verbose;

  private final PingSummary summary = new PingSummary();
  private long started;

  @Override
  public Integer call() throws Exception {
    if (count < 0 || interval < 0 || interval > 86_400 || timeout <= 0 || timeout > 3_600) {
      throw new ParameterException(spec.commandLine(),
          "--count may be 0 or more, --interval 0 to 86400, --timeout more than 0 and up to 3600");
    }
    Logging.configure("WARN", verbose);
    JsonObject config = new JsonObject().put("node", NODE)
        .put("plugins", new JsonArray().add(new JsonObject().put("id", "ping")));
    try (BriefNode node = BriefNode.start(network.in(config))) {
      Leaving leaving = node.leaving(this::sumUp);
      started = System.nanoTime();
      out().println("PING " + address + ": 32 data bytes");
      out().flush();
      pingAll(node).onComplete(done -> leaving.begin());
      return leaving.await().code();
    }
  }

  private Future<Void> pingAll(BriefNode node) {
    return ping(node).compose(goOn -> {
      boolean last = !goOn || count > 0 && summary.sent() >= count;
      return last ? Future.succeededFuture()
          : node.after(Math.max(1, Math.round(interval * 1000))).compose(waited -> pingAll(node));
    });
  }

  /** One ping; false when there is no use in another one. */
  private Future<Boolean> ping(BriefNode node) {
    int millis = (int) Math.max(1, Math.round(timeout * 1000));
    JsonObject request = new JsonObject().put("op", "ping").put("address", address.toString()).put("count", 1)
        .put("timeoutMillis", millis);
    return node.request("ping", request, millis + DIAL_MILLIS)
        .transform(asked -> {
          synchronized (summary) {
            if (asked.failed()) {
              summary.lost();
              out().println("seq=" + summary.sent() + " " + Failure.of(asked.cause()).getMessage());
            } else {
              show(asked.result());
            }
            out().flush();
            return Future.succeededFuture(asked.succeeded());
          }
        });
  }

  private void show(JsonObject reply) {
    JsonArray rtts = reply.getJsonArray("rttMicros", new JsonArray());
    if (rtts.isEmpty()) {
      summary.lost();
      out().println("seq=" + summary.sent() + " no answer within " + timeout + " s");
      return;
    }
    long micros = rtts.getLong(0);
    summary.received(micros);
    String from = reply.getString("peer", address.peerId().map(Object::toString).orElse(address.toString()));
    out().printf(Locale.ROOT, "32 bytes from %s: seq=%d time=%.3f ms%n", from, summary.sent(), micros / 1000.0);
  }

  private Exit sumUp() {
    synchronized (summary) {
      out().println();
      out().println(summary.text(address.toString(), (System.nanoTime() - started) / 1_000_000));
      out().flush();
      return summary.isAllLost() ? Exit.FAILED : Exit.OK;
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
