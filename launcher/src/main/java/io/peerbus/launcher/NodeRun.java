package io.peerbus.launcher;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.ConfigText;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.data.NodeClaim;
import io.vertx.core.Completable;
import io.vertx.core.cli.annotations.Description;
import io.vertx.core.cli.annotations.Name;
import io.vertx.core.cli.annotations.Summary;
import io.vertx.core.impl.launcher.commands.RunCommand;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.launcher.ExecutionContext;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/**
 * The command {@code vertx run}: Vert.x's own, but strict. Vert.x starts with an empty config when the file is missing,
 * passes over options it does not know, and ends with 0 when the verticle was not deployed; here each of these is an
 * error with an exit code ({@link Exit}), found before anything starts where that is possible.
 *
 * <p>{@code peerbus:node} is a {@link NodeProcess} as with {@code peerbus chat}; other verticles are deployed as ever.
 */
@Name(value = "run", priority = 10)
@Summary("Runs a verticle called <main-verticle> in its own instance of vert.x: peerbus:node is a whole node.")
@Description("The config of peerbus:node is the JSON of conf/node.json. See `vertx --help` for the exit codes.")
public class NodeRun extends RunCommand {

  private NodeClaim claim;
  private JsonObject vertxOptionsOfConfig = new JsonObject();
  private NodeProcess process;

  @Override
  public void setUp(ExecutionContext context) {
    super.setUp(context);
    List<String> arguments = context.commandLine().allArguments();
    if (arguments.size() > 1) {
      throw fail(Exit.USAGE, "not understood: " + String.join(" ", arguments.subList(1, arguments.size())));
    }
    if (isClustered()) {
      throw fail(Exit.VERTX, "clustered deployment is not available in this version");
    }
    if (isNode() && (worker || instances != 1)) {
      throw fail(Exit.USAGE,
          NodeVerticleFactory.NODE + " runs once, on an event loop; leave out -worker and -instances");
    }
  }

  /** Reads and checks everything that {@link #run()} will need, so that a mistake starts nothing. */
  @Override
  protected JsonObject getConfiguration() {
    try {
      if (!isNode()) {
        return config == null ? null : ConfigText.of("-conf", config);
      }
      NodeConfig node = NodeConfig.of("-conf", config == null ? "{}" : config, Home.pluginRules());
      vertxOptionsOfConfig = node.vertx();
      claim = NodeClaim.of(node, new SecureRandom());
      return claim.config().toJson();
    } catch (ConfigException e) {
      throw fail(Exit.CONFIG, e.getMessage());
    } catch (StartException e) {
      throw fail(e.exit(), e.getMessage());
    }
  }

  /** The file that {@code -conf} names; none when it is the JSON itself. */
  private ConfigFile file() {
    return config == null || config.stripLeading().startsWith("{") ? null
        : new ConfigFile(Path.of(config), () -> NodeConfig.read(Path.of(config), Home.pluginRules()));
  }

  /** {@code -options} over the {@code vertx} part of the config. */
  @Override
  protected JsonObject getJsonFromFileOrString(String argument, String name) {
    try {
      JsonObject given = argument == null ? new JsonObject() : ConfigText.of("-" + name, argument);
      return vertxOptionsOfConfig.copy().mergeIn(given, true);
    } catch (ConfigException e) {
      throw fail(Exit.CONFIG, e.getMessage());
    }
  }

  @Override
  protected void deploy() {
    if (!isNode()) {
      deploy(mainVerticle, vertx, deploymentOptions, result -> {
        if (result.failed()) {
          abort(Exit.DEPLOY, mainVerticle + " was not deployed: " + result.cause().getMessage());
        }
      });
      return;
    }
    process = new NodeProcess(vertx, claim, NodeProcess.consoleFor(claim.config()), System.out, file());
    process.start(CoreHost::create)
        .onSuccess(done -> process.readConsole())
        .onFailure(error -> {
          if (process.leaving().forget()) {
            abort(NodeProcess.exitOf(error), error.getMessage());
          } // else a signal came first, and its hook ends the process
        });
  }

  /** Vert.x calls this before it undeploys everything at once; a node is taken down in order before that. */
  @Override
  public void close(Completable<Void> completion) {
    if (process == null) {
      super.close(completion);
    } else {
      process.leaving().begin().onComplete(completion);
    }
  }

  private boolean isNode() {
    return NodeVerticleFactory.NODE.equals(mainVerticle);
  }

  private void abort(Exit exit, String message) {
    vertx.close().onComplete(closed -> fail(exit, message));
  }

  /** Ends the process. Returns for the compiler only, which wants to see something thrown. */
  private static IllegalStateException fail(Exit exit, String message) {
    System.err.println("vertx run: " + message);
    System.exit(exit.code());
    return new IllegalStateException(message);
  }
}
