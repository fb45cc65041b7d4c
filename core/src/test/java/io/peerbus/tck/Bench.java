package io.peerbus.tck;

import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Three nodes in one Vert.x: one with the plugin under test, an honest peer and a hostile one, both connected to it.
 * Used by the thread of a test.
 */
final class Bench implements AutoCloseable {

  /** Served beside the plugin, to see whether the node lives. */
  private static final String BESIDE = "/peerbus/tck/beside/1.0.0";

  /** What the machine may take for anything that is a matter of milliseconds. */
  static final Duration PROMPT = Duration.ofSeconds(10);

  /** More than the drain that an undeploy may take. */
  static final Duration GRACE = Duration.ofSeconds(5);

  private final ProtocolTck subject;
  private final Census census = new Census();
  final Node node;
  final Node honest;
  final Node hostile;
  private String deployment;

  Bench(ProtocolTck subject) {
    this.subject = subject;
    node = Nodes.start(vertx(), "node");
    honest = Nodes.start(vertx(), "honest");
    hostile = Nodes.start(vertx(), "hostile");
    node.on(() -> node.host().handle(BESIDE, stream -> stream.pipeTo(stream)));
    subject.prepare(vertx(), node.name());
    reconnect();
    beside();
    census.begin();
  }

  Vertx vertx() {
    return census.vertx();
  }

  Duration prompt() {
    return subject.prompt();
  }

  Census census() {
    return census;
  }

  /** Brings back the connections that a check has closed. */
  void reconnect() {
    Multiaddr address = node.address();
    honest.on(() -> honest.host().connect(address));
    hostile.on(() -> hostile.host().connect(address));
  }

  void deploy(ThreadingModel threading, Clause clause) {
    JsonObject config = new JsonObject().put("node", node.name()).put("plugin", subject.name())
        .put("settings", subject.settings()).put("drainMillis", subject.drain().toMillis());
    Future<String> deployed = vertx().deployVerticle(subject.plugin(),
        new DeploymentOptions().setConfig(config).setThreadingModel(threading));
    deployment = await(deployed, subject.prompt(), clause, "the deployment");
    List<String> served = node.on(node.host()::info).protocols();
    for (String protocol : subject.protocols()) {
      if (!served.contains(protocol)) {
        throw clause.violated(protocol + " is not served; the node serves " + served + subject.repeat());
      }
    }
  }

  /** The honest peer is served by the node and by the plugin. */
  void serves(Clause clause) {
    beside();
    String what = "the exchange of an honest peer (honestExchange)";
    Promise<Object> exchanged = Promise.promise();
    honest.context().runOnContext(now -> {
      try {
        subject.honestExchange(honest.host(), node.host().id()).<Object>map(done -> done).onComplete(exchanged);
      } catch (Throwable e) {
        exchanged.fail(e);
      }
    });
    await(exchanged.future(), subject.prompt(), clause, what);
  }

  /** A round trip to the node's other plugin. */
  void beside() {
    Promise<Buffer> answered = Promise.promise();
    honest.context().runOnContext(now -> honest.host().open(node.host().id(), BESIDE).onComplete(opened -> {
      if (opened.failed()) {
        answered.fail(opened.cause());
        return;
      }
      Stream stream = opened.result();
      stream.handler(bytes -> {
        answered.tryComplete(bytes);
        stream.reset();
      });
      stream.resetHandler(answered::tryFail);
      stream.write(Buffer.buffer("beside"));
    }));
    await(answered.future(), subject.prompt(), Clause.NODE_LIVES,
        "a round trip through a protocol that another plugin serves");
  }

  Future<Void> undeploying() {
    String id = deployment;
    deployment = null;
    return vertx().undeploy(id);
  }

  /** Takes the plugin away and sees that nothing of it stays. */
  void undeploy() {
    Future<Void> gone = undeploying();
    gone(gone);
    nothingStays();
  }

  void gone(Future<Void> undeployed) {
    await(undeployed, subject.drain().plus(subject.grace()), Clause.UNDEPLOYS, "the undeploy");
    List<String> served = node.on(node.host()::info).protocols();
    for (String protocol : subject.protocols()) {
      if (served.contains(protocol)) {
        throw Clause.IDS_GO.violated(protocol + " is still served" + subject.repeat());
      }
    }
  }

  void nothingStays() {
    Duration limit = subject.leftovers();
    eventually(limit, () -> census.describe().isEmpty(), () -> Clause.NOTHING_STAYS.violated(
        limit.toSeconds() + " s after the undeploy there are still: " + census.describe() + subject.repeat()));
    List<String> buffers = census.buffers();
    if (!buffers.isEmpty()) {
      throw Clause.NOTHING_STAYS.violated(buffers.size() + " Netty buffers were not released, the first: "
          + buffers.get(0) + subject.repeat());
    }
    beside();
  }

  /** Asks again and again until it is so; each question takes its turn behind the node's work. */
  void eventually(Duration limit, BooleanSupplier isSo, Supplier<ContractViolation> otherwise) {
    long giveUp = System.nanoTime() + limit.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        throw otherwise.get();
      }
      node.on(node.host()::info);
    }
  }

  /** The result of a future; without one in time, or with a failure, the clause is violated. */
  <T> T await(Future<T> future, Duration limit, Clause clause, String what) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw clause.violated(what + " took more than " + limit.toMillis() + " ms" + subject.repeat());
    } catch (ExecutionException e) {
      ContractViolation violation = clause.violated(
          what + " failed: " + Failure.of(e.getCause()).getMessage() + subject.repeat());
      violation.initCause(e.getCause());
      throw violation;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + what, e);
    }
  }

  @Override
  public void close() {
    Nodes.await(vertx().close(), 60);
  }
}
