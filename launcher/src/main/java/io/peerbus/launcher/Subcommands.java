package io.peerbus.launcher;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What commands that have commands of their own have in common. */
final class Subcommands {

  private Subcommands() {}

  /** The mistake of naming none of them. */
  static ParameterException missing(CommandSpec spec) {
    return new ParameterException(spec.commandLine(),
        "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
  }
}
