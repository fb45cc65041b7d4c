package io.peerbus.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code peerbus dht get}. */
@Command(name = "get", mixinStandardHelpOptions = true, description = {
    "Looks for the best record under a key and prints its value.",
    "",
    "A value that is text is printed as a line, any other in hex; --raw writes its bytes and nothing else."},
    footer = {"", "Ends with 1 when there is none.", "", "Examples:", "  peerbus dht get greeting",
        "  peerbus dht get base58:FVDjasarSFDoLPMdgnp1dHSbW2ZAfN8NU2zNbCQeczgP --trace"})
final class DhtGetCommand implements Callable<Integer> {

  @Mixin
  private DhtQuestion question;

  @Mixin
  private DhtKeyChoice key;

  @Option(names = "--raw", description = "Write the value's bytes to standard output, without a line break.")
  private boolean raw;

  private Integer quorum;

  @Option(names = "--quorum", paramLabel = "N",
      description = "How many peers must tell the same before the search ends early (default: the node's).")
  void setQuorum(int quorum) {
    if (quorum < 1 || quorum > 1000) {
      throw question.mistake("--quorum: " + quorum + " is out of range, 1 to 1000");
    }
    this.quorum = quorum;
  }

  @Override
  public Integer call() throws StartException {
    if (raw && question.isJson()) {
      throw question.mistake("--raw and --json are given; one will do");
    }
    JsonObject request = new JsonObject().put("op", "get")
        .put("key", Buffer.buffer(key.bytes(question, DhtKey.Use.VALUE)));
    if (quorum != null) {
      request.put("quorum", quorum);
    }
    JsonObject answer = question.ask(request, update ->
        question.say("a record of " + update.getBinary("value").length + " bytes from " + update.getString("from")));
    return question.end(answer, this::show).code();
  }

  private void show(JsonObject answer) {
    byte[] value = answer.getBinary("value");
    question.say(answer.getJsonArray("peers", new JsonArray()).size() + " peers told this record");
    if (raw) {
      System.out.write(value, 0, value.length);
      System.out.flush();
      return;
    }
    String text = textOrNull(value);
    if (text == null) {
      question.say("the value is no text; in hex:");
    }
    question.print(text == null ? DhtKey.hex(value) : text);
  }

  /** {@code null} for bytes that are no text, or would do something to a terminal. */
  private static String textOrNull(byte[] value) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      return text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t') ? null : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
