package io.peerbus.launcher;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.GateRule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code peerbus gater}: whom a running node has to do with. */
@Command(name = "gater", mixinStandardHelpOptions = true, description = {
    "Whom a running node has to do with.",
    "",
    "A RULE is a peer id, an IP address, a subnet such as 192.0.2.0/24 or 2001:db8::/32, or * for every peer. The"
        + " narrowest that holds decides. What is said here holds until the node is restarted; the config's \"gater\""
        + " has what holds for good."},
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Examples:",
        "  peerbus gater list",
        "  peerbus gater deny 192.0.2.0/24 12D3KooW… --name alice",
        "  peerbus gater allow 192.0.2.7",
        "  peerbus gater remove 192.0.2.0/24"})
final class GaterCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  /** Reads a rule from the command line. */
  static final class Converter implements ITypeConverter<GateRule> {
    @Override
    public GateRule convert(String text) {
      try {
        return GateRule.parse(text);
      } catch (FormatException e) {
        throw new TypeConversionException("\"" + text + "\": " + e.getMessage());
      }
    }
  }

  @Override
  public void run() {
    throw Subcommands.missing(spec);
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows the rules.")
  int list(@Mixin NodeQuestion node) throws StartException {
    return change(node, new JsonObject());
  }

  @Command(name = "deny", mixinStandardHelpOptions = true,
      description = "Keeps peers out from now on, and closes their connections.")
  int deny(@Mixin NodeQuestion node,
      @Parameters(arity = "1..*", paramLabel = "RULE", converter = Converter.class) List<GateRule> rules)
      throws StartException {
    return change(node, new JsonObject().put("deny", texts(rules)));
  }

  @Command(name = "allow", mixinStandardHelpOptions = true,
      description = "Lets peers in although a wider rule denies them.")
  int allow(@Mixin NodeQuestion node,
      @Parameters(arity = "1..*", paramLabel = "RULE", converter = Converter.class) List<GateRule> rules)
      throws StartException {
    return change(node, new JsonObject().put("allow", texts(rules)));
  }

  @Command(name = "remove", mixinStandardHelpOptions = true, description = "Takes rules back, whether they deny or allow.")
  int remove(@Mixin NodeQuestion node,
      @Parameters(arity = "1..*", paramLabel = "RULE", converter = Converter.class) List<GateRule> rules)
      throws StartException {
    return change(node, new JsonObject().put("remove", texts(rules)));
  }

  private static JsonArray texts(List<GateRule> rules) {
    return new JsonArray(rules.stream().map(GateRule::toString).toList());
  }

  private static int change(NodeQuestion node, JsonObject rules) throws StartException {
    return node.talk(Exit.FAILED, running -> {
      JsonObject answer = node.ask(running, "gater", rules);
      if (node.isJson()) {
        node.print(answer.encode());
        return;
      }
      for (String verdict : List.of("deny", "allow")) {
        answer.getJsonArray(verdict, new JsonArray()).forEach(rule -> node.print(verdict + " " + rule));
      }
      if (answer.getInteger("closed", 0) > 0) {
        node.err().println("connections closed: " + answer.getInteger("closed"));
        node.err().flush();
      }
    }).code();
  }
}
