package io.peerbus.launcher;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The key of a {@code peerbus dht} command. */
final class DhtKeyChoice {

  @Parameters(index = "0", paramLabel = "KEY", description = {
      "The key: text, or with a prefix hex:…, base58:…, cid:… or text:…",
      "A CID is seen to be one; 32 bytes or more of hex or base58 could be text as well, so one must say."})
  private String typed;

  @Option(names = {"-k", "--key-format"}, paramLabel = "text|hex|base58|cid",
      description = "What KEY is, instead of a prefix.")
  private DhtKey.Format format;

  byte[] bytes(DhtQuestion question, DhtKey.Use use) {
    DhtKey key = question.key(typed, format, use);
    if (use == DhtKey.Use.CONTENT && key.format() == DhtKey.Format.text) {
      question.say("\"" + typed + "\" stands for the content hex:" + DhtKey.hex(key.bytes()) + ", its SHA-256");
    }
    return key.bytes();
  }
}
