package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CompletionException;

/**
 * Both ends of {@code peerbus perf} for the script {@code speed}, which gives its orders line by line so that it can
 * look at the processor's time between them. Each is answered with a line of JSON.
 *
 * <p>Arguments: {@code serve}, the command itself until standard input ends; {@code serve idle}, with room for more
 * streams than a node has by default; {@code run ADDRESS}.
 */
public final class SpeedPeer {

  private static final long PATIENCE_MILLIS = 600_000;
  private static final int PINGS_AT_ONCE = 1_000;
  /** As much as any of the settings takes. */
  private static final int ROOM = 100_000;
  private static final int STREAMS = 1_000_000;

  private final BriefNode node;
  private final Multiaddr address;
  private final String peer;
  private final Map<Integer, PerfDialers> dialers = new HashMap<>();
  private final SpeedHolder holder = new SpeedHolder();

  private SpeedPeer(BriefNode node, Multiaddr address) {
    this.node = node;
    this.address = address;
    this.peer = node.ask("control", new JsonObject().put("op", "connect")
        .put("addresses", new JsonArray().add(address.toString())), PATIENCE_MILLIS).getString("peer");
  }

  public static void main(String[] arguments) throws StartException, FormatException {
    Logging.configure("WARN", false);
    if (arguments[0].equals("run")) {
      new SpeedPeer(BriefNode.start(PerfRunCommand.config("perf-run")), Multiaddr.parse(arguments[1])).run();
      System.exit(0);
    }
    Thread input = new Thread(SpeedPeer::exitAtTheEndOfInput, "input");
    input.setDaemon(true);
    input.start();
    if (arguments.length == 1) {
      Main.main(new String[] {"perf", "serve"});
    }
    JsonObject info = BriefNode.start(idle()).ask("control", new JsonObject().put("op", "info"), PATIENCE_MILLIS);
    tell(new JsonObject().put("addr",
        info.getJsonArray("listenAddresses").getString(0) + "/p2p/" + info.getString("id")));
  }

  private static void exitAtTheEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // until the script is done
      }
    } catch (IOException e) {
      // so it is
    }
    System.exit(0);
  }

  /** As {@code perf serve}, for a hundred thousand streams that do nothing. */
  private static JsonObject idle() {
    JsonObject config = PerfRunCommand.config("perf-idle").put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"))
        .put("limits", new JsonObject().put("maxConnections", ROOM).put("maxPending", 4_096).put("maxPerIp", ROOM)
            .put("maxStreamsPerShard", STREAMS))
        .put("capacity", new JsonObject().put("streams", STREAMS).put("streamsPerProtocol", STREAMS)
            .put("streamsPerPeer", STREAMS));
    config.getJsonArray("plugins").stream().map(JsonObject.class::cast)
        .filter(plugin -> plugin.getString("id").equals("perf")).findFirst().orElseThrow()
        .put("settings", new JsonObject().put("idleSeconds", 86_400).put("maxStreamsPerPeer", STREAMS))
        .put("budget", new JsonObject().put("streams", STREAMS));
    return config;
  }

  private static void tell(JsonObject line) {
    System.out.println(line.encode());
  }

  private void run() {
    tell(new JsonObject().put("version", System.getProperty("java.version")));
    Scanner orders = new Scanner(System.in, StandardCharsets.UTF_8);
    while (orders.hasNextLine()) {
      String[] words = orders.nextLine().trim().split(" ");
      try {
        tell(obey(words[0], Long.parseLong(words[1]), words.length > 2 ? Integer.parseInt(words[2]) : 0));
      } catch (CompletionException e) {
        tell(new JsonObject().put("error", Failure.of(e.getCause()).getMessage()));
      } catch (FailureException e) {
        tell(new JsonObject().put("error", e.getMessage()));
      }
    }
  }

  private JsonObject obey(String what, long amount, int inFlight) {
    return switch (what) {
      case "upload" -> transfer("uploadBytes", amount);
      case "download" -> transfer("downloadBytes", amount);
      case "streams" -> seconds(ask("perf", "streams", new JsonObject().put("count", amount).put("inFlight", inFlight))
          .getLong("micros") / 1e6);
      case "connections" -> seconds(
          dialers.computeIfAbsent(inFlight, count -> PerfDialers.start(address, null, count)).make((int) amount) / 1e9);
      case "ping" -> pings((int) amount);
      case "hold" -> seconds(holder.connections(address, (int) amount));
      case "hold-streams" -> seconds(holder.streams(address, (int) amount, inFlight));
      default -> throw new IllegalArgumentException("unknown order " + what);
    };
  }

  private static JsonObject seconds(double seconds) {
    return new JsonObject().put("seconds", seconds);
  }

  private JsonObject ask(String plugin, String op, JsonObject request) {
    return node.ask(plugin, request.put("op", op).put("peer", peer), PATIENCE_MILLIS);
  }

  private JsonObject transfer(String what, long bytes) {
    JsonObject done = ask("perf", "run", new JsonObject().put(what, bytes));
    return seconds((done.getLong("uploadMicros") + done.getLong("downloadMicros")) / 1e6);
  }

  private JsonObject pings(int count) {
    JsonArray micros = new JsonArray();
    for (int left = count; left > 0; left -= PINGS_AT_ONCE) {
      micros.addAll(ask("ping", "ping", new JsonObject().put("count", Math.min(left, PINGS_AT_ONCE))
          .put("intervalMillis", 0)).getJsonArray("rttMicros"));
    }
    return new JsonObject().put("micros", micros);
  }
}
