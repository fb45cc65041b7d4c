package io.peerbus.interop;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A foreign libp2p node in a process of its own, driven by JSON lines: requests on its standard input, replies and
 * events on its standard output. Its standard error goes to a file.
 *
 * <p>It is gone after {@link #close()}, and when this JVM ends in whatever way: a peer leaves at the end of its input.
 */
final class ForeignPeer implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(180);
  private static final Duration ANSWER = Duration.ofSeconds(90);
  private static final Duration EXIT = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final Writer input;
  private final Thread guard;
  private final Events<JsonObject> events = new Events<>();
  private final Map<Integer, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
  private final JsonObject description;
  private int requests;

  private ForeignPeer(String name, Process process) {
    this.name = name;
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.guard = new Thread(process::destroyForcibly, "end of " + name);
    Runtime.getRuntime().addShutdownHook(guard);
    Thread reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
    try {
      this.description = events.await(0, isEvent("ready"), 1, START, name + " is ready").get(0);
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  static ForeignPeer start(Path executable, Pairing pairing) {
    return start(executable, pairing, List.of());
  }

  /** @param more arguments than those that follow from the pairing */
  static ForeignPeer start(Path executable, Pairing pairing, List<String> more) {
    List<String> arguments = new ArrayList<>(
        List.of("--key-type", pairing.keyName(), "--muxer", pairing.channel().muxer(),
            "--listen", pairing.channel().listen()));
    if (pairing.channel().isPrivate()) {
      arguments.addAll(List.of("--psk", Channel.NETWORK_KEY));
    }
    arguments.addAll(more);
    return start(executable, pairing.slug(), arguments);
  }

  /** @param name fit for the name of a file */
  static ForeignPeer start(Path executable, String name, List<String> arguments) {
    List<String> command = new ArrayList<>(arguments);
    command.add(0, executable.toString());
    try {
      Path folder = Files.createDirectories(Path.of("target", "interop"));
      return new ForeignPeer(name, new ProcessBuilder(command)
          .redirectError(folder.resolve(name + ".log").toFile())
          .start());
    } catch (IOException e) {
      throw new AssertionError(name + " cannot be started: " + e.getMessage(), e);
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        onLine(new JsonObject(line));
      }
      end(name + " has ended");
    } catch (IOException | DecodeException e) {
      end(name + " cannot be read: " + e.getMessage());
    }
  }

  private void onLine(JsonObject line) {
    if (!line.containsKey("reply")) {
      events.add(line);
      return;
    }
    CompletableFuture<JsonObject> waiting = pending.remove(line.getInteger("reply"));
    if (waiting == null) {
      end(name + " answered what it was not asked: " + line);
    } else if (line.getBoolean("ok")) {
      waiting.complete(line);
    } else {
      waiting.completeExceptionally(new AssertionError(name + ": " + line.getString("error")));
    }
  }

  private void end(String reason) {
    events.end(reason);
    pending.values().forEach(waiting -> waiting.completeExceptionally(new AssertionError(reason)));
  }

  static Predicate<JsonObject> isEvent(String event) {
    return line -> event.equals(line.getString("event"));
  }

  /** What the peer told without being asked. */
  Events<JsonObject> events() {
    return events;
  }

  /** The implementation, such as {@code go-libp2p}. */
  String implementation() {
    return description.getString("implementation");
  }

  /** The version of the library, as the peer itself reports it. */
  String version() {
    return description.getString("version");
  }

  PeerId id() {
    try {
      return PeerId.parse(description.getString("id"));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** Where it listens, without {@code /p2p}. */
  Multiaddr address() {
    try {
      return Multiaddr.parse(description.getJsonArray("addrs").getString(0));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks, and goes on. */
  CompletableFuture<JsonObject> request(String op, JsonObject fields) {
    int id = ++requests;
    CompletableFuture<JsonObject> reply = new CompletableFuture<>();
    pending.put(id, reply);
    try {
      input.write(new JsonObject().put("id", id).put("op", op).mergeIn(fields).encode() + "\n");
      input.flush();
    } catch (IOException e) {
      pending.remove(id);
      reply.completeExceptionally(new AssertionError(name + " takes no more requests: " + e.getMessage()));
    }
    return reply;
  }

  /** Asks, and waits for the reply. */
  JsonObject call(String op, JsonObject fields) {
    return call(op, fields, ANSWER);
  }

  JsonObject call(String op, JsonObject fields, Duration patience) {
    try {
      return request(op, fields).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(op + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError(name + " did not answer \"" + op + "\" within " + patience.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(name + ": interrupted while waiting for \"" + op + "\"", e);
    }
  }

  /** Asks it to leave, and waits until it has. Its exit status. */
  int stop() {
    call("stop", new JsonObject());
    return awaitExit();
  }

  private int awaitExit() {
    try {
      if (process.waitFor(EXIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      throw new AssertionError(name + " did not end within " + EXIT.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(name + ": interrupted while it was to end", e);
    }
  }

  /** Ends the process, by force if it still runs. */
  @Override
  public void close() {
    process.destroyForcibly();
    awaitExit();
    Runtime.getRuntime().removeShutdownHook(guard);
  }
}
