package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peerbus perf run}: measures with a peer that serves perf. */
@Command(name = "run", mixinStandardHelpOptions = true,
    description = {"Measures with a peer that serves /perf/1.0.0.",
        "",
        "Progress goes to standard error, the figures to standard output. Without any of the options that say what to"
            + " measure, 256 MiB are moved in each direction. MB/s are 10^6 bytes a second."},
    footer = {"", "Ends with 1 when the peer cannot be reached or does not serve it."})
final class PerfRunCommand implements Callable<Integer> {

  private static final String NODE = "perf-run";
  private static final long USUAL_BYTES = 256L << 20;
  private static final long PATIENCE_MILLIS = 600_000;
  private static final long CONNECT_MILLIS = 15_000;
  private static final int MAX_RUNS = 10_000;
  private static final int MAX_COUNT = 1_000_000;
  private static final int MAX_PINGS = 1_000;
  private static final int MAX_IN_FLIGHT = 256;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MULTIADDR", converter = AddressConverter.class, description = "The peer's address.")
  private Multiaddr address;

  @Option(names = {"-u", "--upload"}, paramLabel = "BYTES", converter = ByteCount.class,
      description = "Bytes to the peer on one stream: 1000, 64K, 10M, 1G.")
  private Long upload;

  @Option(names = {"-d", "--download"}, paramLabel = "BYTES", converter = ByteCount.class,
      description = "Bytes from the peer on one stream.")
  private Long download;

  @Option(names = {"-s", "--streams"}, paramLabel = "N", description = "Open so many streams, and time all of them.")
  private Integer streams;

  @Option(names = {"-c", "--connections"}, paramLabel = "N",
      description = "Make so many connections, handshakes and all, and time all of them.")
  private Integer connections;

  @Option(names = {"-p", "--ping"}, paramLabel = "N",
      description = "Ping so many times, one after the other: median and 99th percentile of the round trips.")
  private Integer pings;

  @Option(names = {"-n", "--runs"}, paramLabel = "N", defaultValue = "1",
      description = "How often all that is measured (default: 1); the first is not warm.")
  private int runs;

  @Option(names = "--in-flight", paramLabel = "N",
      description = "Streams or connections in the making at once (default: 100 streams, 32 connections).")
  private Integer inFlight;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  @Mixin
  private NetworkOption network;

  @Option(names = {"-v", "--verbose"}, description = "Log in detail, to standard error.")
  private boolean verbose;

  private final List<PerfFigures> figures = new ArrayList<>();

  /** A node that is there to measure. */
  static JsonObject config(String node) {
    return new JsonObject().put("node", node).put("plugins", new JsonArray()
        .add(new JsonObject().put("id", "identify"))
        .add(new JsonObject().put("id", "ping").put("settings", new JsonObject().put("intervalSeconds", 0)))
        .add(new JsonObject().put("id", "perf")));
  }

  @Override
  public Integer call() throws Exception {
    check("--runs", runs, MAX_RUNS);
    check("--streams", streams, MAX_COUNT);
    check("--connections", connections, MAX_COUNT);
    check("--ping", pings, MAX_PINGS);
    check("--in-flight", inFlight, MAX_IN_FLIGHT);
    if (upload == null && download == null && streams == null && connections == null && pings == null) {
      upload = USUAL_BYTES;
      download = USUAL_BYTES;
    }
    Logging.configure("WARN", verbose);
    try (BriefNode node = BriefNode.start(network.in(config(NODE)))) {
      node.subscribe("perf.events", this::onProgress);
      String peer = node.ask("control", new JsonObject().put("op", "connect")
          .put("addresses", new JsonArray().add(address.toString())), CONNECT_MILLIS).getString("peer");
      measure(node, peer);
      print(peer);
      return Exit.OK.code();
    } catch (CompletionException e) {
      throw new StartException(Exit.FAILED, Failure.of(e.getCause()).getMessage(), e);
    }
  }

  private void check(String option, Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw new ParameterException(spec.commandLine(), option + ": " + value + " is out of range, 1 to " + most);
    }
  }

  private void measure(BriefNode node, String peer) throws StartException {
    PerfFigures up = figures(upload, "upload", "MB/s");
    PerfFigures down = figures(download, "download", "MB/s");
    PerfFigures opened = figures(streams, "streams", "per second");
    PerfFigures made = figures(connections, "connections", "per second");
    PerfFigures half = figures(pings, "ping p50", "us");
    PerfFigures most = figures(pings, "ping p99", "us");
    try (PerfDialers dialers = connections == null ? null : PerfDialers.start(address, network.load(), or(inFlight, 32))) {
      for (int run = 1; run <= runs; run++) {
        if (upload != null) {
          JsonObject done = ask(node, "perf", whom("run", peer).put("uploadBytes", upload));
          say(run, up, upload / (double) done.getLong("uploadMicros"));
        }
        if (download != null) {
          JsonObject done = ask(node, "perf", whom("run", peer).put("downloadBytes", download));
          double micros = done.getLong("uploadMicros") + done.getLong("downloadMicros");
          say(run, down, download / micros);
        }
        if (streams != null) {
          JsonObject done = ask(node, "perf",
              whom("streams", peer).put("count", streams).put("inFlight", or(inFlight, 100)));
          say(run, opened, streams * 1e6 / done.getLong("micros"));
        }
        if (connections != null) {
          say(run, made, connections * 1e9 / dialers.make(connections));
        }
        if (pings != null) {
          PerfFigures trips = new PerfFigures("ping", "us");
          ask(node, "ping", whom("ping", peer).put("count", pings).put("intervalMillis", 0)).getJsonArray("rttMicros")
              .forEach(trip -> trips.add(((Number) trip).doubleValue()));
          say(run, half, trips.median());
          say(run, most, trips.percentile(99));
        }
      }
    }
  }

  private PerfFigures figures(Object asked, String what, String unit) {
    PerfFigures one = new PerfFigures(what, unit);
    if (asked != null) {
      figures.add(one);
    }
    return one;
  }

  private static int or(Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private static JsonObject whom(String op, String peer) {
    return new JsonObject().put("op", op).put("peer", peer);
  }

  private static JsonObject ask(BriefNode node, String plugin, JsonObject request) {
    return node.ask(plugin, request, PATIENCE_MILLIS);
  }

  private void say(int run, PerfFigures figures, double value) {
    figures.add(value);
    PrintWriter err = spec.commandLine().getErr();
    err.printf(Locale.ROOT, "run %d of %d: %s%n", run, runs, figures.last());
    err.flush();
  }

  private void onProgress(JsonObject event) {
    double seconds = event.getLong("micros") / 1e6;
    PrintWriter err = spec.commandLine().getErr();
    err.printf(Locale.ROOT, "  %.0f s: %.1f MB up, %.1f MB down%n", seconds,
        event.getLong("uploadedBytes") / 1e6, event.getLong("downloadedBytes") / 1e6);
    err.flush();
  }

  private void print(String peer) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonObject all = new JsonObject().put("peer", peer).put("runs", runs);
      figures.forEach(each -> all.put(each.what(), each.toJson()));
      out.println(all.encodePrettily());
    } else {
      figures.forEach(each -> out.println(each.line()));
    }
    out.flush();
  }
}
