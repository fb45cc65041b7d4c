package io.peerbus.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code peerbus dht put}. */
@Command(name = "put", mixinStandardHelpOptions = true, description = {
    "Puts a record to the nearest peers of its key, and prints who took it.",
    "",
    "A running node puts it again and again from then on, as long as it is configured to; with --bootstrap nobody"
        + " does, and it lapses after two days or so."},
    footer = {"", "Ends with 1 when nobody has the record then.", "", "Examples:",
        "  peerbus dht put greeting hello",
        "  peerbus dht put base58:FVDjasarSFDoLPMdgnp1dHSbW2ZAfN8NU2zNbCQeczgP --file value.bin",
        "  peerbus dht put greeting --stop"})
final class DhtPutCommand implements Callable<Integer> {

  /** More than any node takes by default; it tells by itself what is too much. */
  private static final int MAX_VALUE = 512 << 10;

  @Mixin
  private DhtQuestion question;

  @Mixin
  private DhtKeyChoice key;

  @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "The value, as text.")
  private String value;

  @Option(names = {"-f", "--file"}, paramLabel = "FILE",
      description = "The value is what is in this file; - is standard input.")
  private Path file;

  @Option(names = "--stop", description = "The node puts it no more; peers forget it by themselves.")
  private boolean stop;

  @Override
  public Integer call() throws StartException {
    return stop ? stop() : put();
  }

  private Integer stop() throws StartException {
    if (value != null || file != null) {
      throw question.mistake("--stop: what is under KEY is put no more, so leave the value out");
    }
    if (question.isBrief()) {
      throw question.mistake("--stop: with --bootstrap nobody puts it again anyhow; it is for a node that runs");
    }
    JsonObject request = new JsonObject().put("op", "unput").put("key",
        Buffer.buffer(key.bytes(question, DhtKey.Use.VALUE)));
    return question.end(question.ask(request, update -> { }), answer -> question.say(answer.getBoolean("was")
        ? "the node puts it no more" : "the node did not put it")).code();
  }

  private Integer put() throws StartException {
    byte[] bytes = key.bytes(question, DhtKey.Use.VALUE);
    JsonObject request = new JsonObject().put("op", "put").put("key", Buffer.buffer(bytes))
        .put("value", Buffer.buffer(value()));
    JsonObject answer = question.ask(request, update -> { });
    Exit exit = question.end(answer, this::show);
    boolean nobody = answer.getJsonArray("peers", new JsonArray()).isEmpty();
    return (nobody && question.isBrief() ? Exit.FAILED : exit).code();
  }

  private byte[] value() throws StartException {
    if (value == null == (file == null)) {
      throw question.mistake(value == null ? "VALUE is missing; or name a file with --file"
          : "VALUE and --file are given; one will do");
    }
    if (value != null) {
      return value.getBytes(StandardCharsets.UTF_8);
    }
    try (InputStream in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
      byte[] read = in.readNBytes(MAX_VALUE + 1);
      if (read.length > MAX_VALUE) {
        throw question.mistake(file + " has more than " + MAX_VALUE + " bytes");
      }
      return read;
    } catch (IOException e) {
      throw new StartException(Exit.FAILED, file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void show(JsonObject answer) {
    JsonArray peers = answer.getJsonArray("peers", new JsonArray());
    question.say(peers.size() + " peers took it" + (answer.getInteger("failed", 0) == 0 ? ""
        : ", " + answer.getInteger("failed") + " did not")
        + (question.isBrief() ? "; nobody puts it again" : "; the node keeps it and puts it again"));
    peers.forEach(peer -> question.print(peer.toString()));
  }
}
