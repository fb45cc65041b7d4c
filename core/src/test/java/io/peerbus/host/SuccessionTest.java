package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.LoopRegistration;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One version of a plugin takes the place of another while peers use it. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class SuccessionTest {

  private static final String PROTOCOL = "/tally/1.0.0";

  /**
   * Answers every 8-byte number with that number and its own version, 16 bytes; keeps what is left of a number that
   * came in part. Leaves its streams to the next version, unless told otherwise.
   */
  private static final class Tally extends ProtocolVerticle {
    private final int version;
    private final boolean leaves;
    private Part inherited;
    private LoopRegistration<Part> parts;
    private int asked;

    Tally(int version, boolean leaves) {
      this.version = version;
      this.leaves = leaves;
    }

    @Override
    protected Future<?> start(Host host) {
      if (settings().getBoolean("bad", false)) {
        return Future.failedFuture("bad from the start");
      }
      return host.inherit().compose(inheritance -> {
        inherited = new Part(version);
        inheritance.ifPresent(left -> {
          asked = left.state().getInt(0);
          left.streams().forEach(inherited::handle);
        });
        return settings().getBoolean("badLater", false) ? Future.failedFuture("bad in the end") : serve(host);
      }).compose(registered -> serve(request -> Future.succeededFuture(
          new JsonObject().put("version", version).put("asked", ++asked).put("n", request.getInteger("n")))));
    }

    private Future<?> serve(Host host) {
      return settings().getBoolean("onLoops", false)
          ? host.loops().compose(loops -> loops.handle(List.of(PROTOCOL), () -> new Part(version)))
              .onSuccess(registered -> parts = registered)
          : host.handle(PROTOCOL, inherited);
    }

    @Override
    protected Future<Handover> handOver(Host host) {
      if (!leaves) {
        return super.handOver(host);
      }
      Future<List<Map<Stream, Buffer>>> onLoops = parts == null ? Future.succeededFuture(List.of())
          : parts.each(Part::leave);
      return onLoops.map(all -> {
        Handover handover = Handover.of(Buffer.buffer().appendInt(asked));
        all.forEach(part -> part.forEach(handover::with));
        inherited.leave().forEach(handover::with);
        return handover;
      });
    }
  }

  /** The streams of one context. */
  private static final class Part implements Handler<Stream> {
    private final int version;
    private final Map<Stream, Buffer> streams = new LinkedHashMap<>();

    Part(int version) {
      this.version = version;
    }

    @Override
    public void handle(Stream stream) {
      streams.put(stream, Buffer.buffer());
      stream.handler(bytes -> streams.compute(stream, (key, part) -> answer(key, part.appendBuffer(bytes))));
      stream.endHandler(end -> stream.end());
      stream.closeHandler(closed -> streams.remove(stream));
    }

    private Buffer answer(Stream stream, Buffer all) {
      int at = 0;
      for (; all.length() - at >= 8; at += 8) {
        stream.write(Buffer.buffer().appendLong(all.getLong(at)).appendLong(version));
      }
      return all.slice(at, all.length()).copy();
    }

    Map<Stream, Buffer> leave() {
      streams.keySet().forEach(Stream::pause);
      return new LinkedHashMap<>(streams);
    }
  }

  private static Future<String> deploy(Vertx vertx, Tally tally, boolean replaces, JsonObject settings) {
    return vertx.deployVerticle(tally, new DeploymentOptions().setConfig(new JsonObject()
        .put("node", "server").put("plugin", "tally").put("replaces", replaces).put("settings", settings)));
  }

  /** Sends numbers, in pieces of odd lengths, as fast as the answers to earlier ones come, and checks the answers. */
  private static final class Asker {
    private final Stream stream;
    private final Promise<List<Long>> done = Promise.promise();
    private final List<Long> versions = new ArrayList<>();
    private Buffer part = Buffer.buffer();
    private long next;
    private long expected;
    private boolean stopping;

    Asker(Stream stream) {
      this.stream = stream;
      stream.handler(this::onAnswer);
      stream.resetHandler(done::tryFail);
      stream.endHandler(end -> done.tryComplete(versions));
      ask(100);
    }

    private void ask(int count) {
      Buffer all = Buffer.buffer();
      for (int i = 0; i < count; i++) {
        all.appendLong(next++);
      }
      int cut = (int) (next % (all.length() - 1)) + 1;
      stream.write(all.getBuffer(0, cut));
      stream.write(all.getBuffer(cut, all.length()));
    }

    private void onAnswer(Buffer bytes) {
      part.appendBuffer(bytes);
      int at = 0;
      for (; part.length() - at >= 16; at += 16) {
        if (part.getLong(at) != expected++) {
          done.tryFail("expected " + (expected - 1) + ", was " + part.getLong(at));
        }
        long version = part.getLong(at + 8);
        if (versions.isEmpty() || versions.get(versions.size() - 1) != version) {
          versions.add(version);
        }
        if (!stopping && next - expected < 100) {
          ask(1);
        }
      }
      part = part.slice(at, part.length()).copy();
    }

    void stop() {
      stopping = true;
      stream.end();
    }
  }

  private static void connect(Node client, Node server) {
    Multiaddr address = server.address();
    client.on(() -> client.host().connect(address));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void streamsRequestsAndStateGoOnAtTheNewVersionAndNothingIsLost(boolean onLoops, Vertx vertx) {
    JsonObject settings = new JsonObject().put("onLoops", onLoops);
    Node server = Nodes.start(vertx, "server");
    Node client = Nodes.start(vertx, "client");
    String deployed = Nodes.await(deploy(vertx, new Tally(0, true), false, settings));
    connect(client, server);
    List<Asker> askers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      askers.add(client.on(() -> client.host().open(server.host().id(), PROTOCOL).map(Asker::new)));
    }
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    long asking = vertx.setPeriodic(1, id -> {
      asked.incrementAndGet();
      vertx.eventBus().<JsonObject>request("peerbus.server.tally", new JsonObject().put("n", asked.get()))
          .onSuccess(reply -> answered.incrementAndGet()).onFailure(e -> failed.incrementAndGet());
    });
    int versions = 20;
    for (int version = 1; version <= versions; version++) {
      String before = deployed;
      deployed = Nodes.await(deploy(vertx, new Tally(version, true), true, settings));
      Nodes.await(vertx.undeploy(before));
      int now = version;
      Asker late = client.on(() -> client.host().open(server.host().id(), PROTOCOL).map(Asker::new));
      client.on(() -> {
        late.stop();
        return late.done.future();
      });
      assertEquals(List.of((long) now), late.versions);
    }
    vertx.cancelTimer(asking);
    for (Asker asker : askers) {
      List<Long> seen = client.on(() -> {
        asker.stop();
        return asker.done.future();
      });
      assertEquals(versions, seen.get(seen.size() - 1));
      assertTrue(seen.size() > 2, "it was used all the time: " + seen);
      assertEquals(asker.next, asker.expected);
    }
    Nodes.eventually(server, "all requests are answered", () -> answered.get() + failed.get() == asked.get());
    assertEquals(0, failed.get());
    JsonObject last = Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.server.tally",
        new JsonObject().put("n", 0))).body();
    assertEquals(versions, last.getInteger("version"));
    assertEquals(answered.get() + 1, last.getInteger("asked"), "the state went along");
  }

  @Test
  void aVersionThatLeavesNothingDrainsBesideTheNewOne(Vertx vertx) {
    Node server = Nodes.start(vertx, "server");
    Node client = Nodes.start(vertx, "client");
    String first = Nodes.await(deploy(vertx, new Tally(1, false), false, new JsonObject()));
    connect(client, server);
    Asker old = client.on(() -> client.host().open(server.host().id(), PROTOCOL).map(Asker::new));
    Nodes.await(deploy(vertx, new Tally(2, false), true, new JsonObject()));
    Future<Void> undeployed = vertx.undeploy(first);
    Asker fresh = client.on(() -> client.host().open(server.host().id(), PROTOCOL).map(Asker::new));
    for (Asker asker : List.of(old, fresh)) {
      client.on(() -> {
        asker.stop();
        return asker.done.future();
      });
    }
    assertEquals(List.of(1L), old.versions);
    assertEquals(List.of(2L), fresh.versions);
    Nodes.await(undeployed);
  }

  @Test
  void aNewVersionThatFailsBeforeItInheritsChangesNothing(Vertx vertx) {
    Node server = Nodes.start(vertx, "server");
    Node client = Nodes.start(vertx, "client");
    Nodes.await(deploy(vertx, new Tally(1, true), false, new JsonObject()));
    connect(client, server);
    Asker asker = client.on(() -> client.host().open(server.host().id(), PROTOCOL).map(Asker::new));
    assertThrows(Throwable.class,
        () -> Nodes.await(deploy(vertx, new Tally(2, true), true, new JsonObject().put("bad", true))));
    client.on(() -> {
      asker.stop();
      return asker.done.future();
    });
    assertEquals(List.of(1L), asker.versions);
    assertEquals(1, Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.server.tally",
        new JsonObject().put("n", 1))).body().getInteger("version"));
  }

  @Test
  void whoDoesNotComeAsASuccessorCannotTakeAProtocol(Vertx vertx) {
    Nodes.start(vertx, "server");
    Nodes.await(deploy(vertx, new Tally(1, true), false, new JsonObject()));
    FailureException error = assertThrows(FailureException.class,
        () -> Nodes.await(deploy(vertx, new Tally(2, true), false, new JsonObject())));
    assertEquals(Failure.ALREADY_TAKEN, error.failure());
  }
}
