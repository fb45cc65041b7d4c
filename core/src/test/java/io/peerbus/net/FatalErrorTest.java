package io.peerbus.net;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.swarm.Connection;
import io.peerbus.swarm.Connection.Action;
import io.peerbus.swarm.ConnectionOptions;
import io.peerbus.swarm.Muxers;
import io.peerbus.swarm.Workspace;
import io.peerbus.yamux.YamuxOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SEC-16: an error of the JVM's own in the middle of a connection ends that connection: its socket is closed, and the
 * others on the same event loop go on. All connections here, both ends of each, are on one loop.
 */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class FatalErrorTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final String DOOMED = "/doomed/1.0.0";

  /** Where it is thrown, at the listener of the doomed connection. */
  enum Place {
    /** In the Noise handshake, while a message of it is read. */
    HANDSHAKE,
    /** In the middle of Yamux and multistream-select, while frames are read. */
    NEGOTIATION,
    /** While the owner is told of bytes that were read. */
    READING,
    /** In a task of the loop, while the owner is told of bytes that were written. */
    WRITING,
    /** As before, and again for whatever else the owner is told, also that the connection is over. */
    AGAIN_AND_AGAIN
  }

  /** One end of a connection. The listener's echoes, each time in a task of its own. */
  private final class End implements Consumer<Action> {
    private final boolean dials;
    private final Promise<String> closed = Promise.promise();
    private final Promise<Void> upgraded = Promise.promise();
    private Promise<String> answer = Promise.promise();
    private Consumer<Action> fault = action -> { };
    private ConnectionHandler handler;

    End(boolean dials) {
      this.dials = dials;
    }

    @Override
    public void accept(Action action) {
      fault.accept(action);
      if (action instanceof Action.Upgraded) {
        upgraded.complete();
      } else if (action instanceof Action.Closed end) {
        closed.complete(end.reason());
        upgraded.tryFail(end.reason());
        answer.tryFail(end.reason());
      } else if (action instanceof Action.Data data) {
        onData(data);
      }
    }

    private void onData(Action.Data data) {
      if (dials) {
        answer.tryComplete(StandardCharsets.UTF_8.decode(data.bytes()).toString());
      } else {
        context.runOnContext(task -> handler.write(data.stream(), ConnectionHandler.buffer(data.bytes())));
      }
    }

    Future<String> echo(String protocol) {
      answer = Promise.promise();
      int stream = handler.open(List.of(protocol), true);
      handler.write(stream, Buffer.buffer("hello"));
      return answer.future();
    }
  }

  private final Workspace workspace = new Workspace();
  private final Random random = new Random(16);
  private Context context;
  private TcpTransport transport;
  private Multiaddr address;
  private Error error;
  private Place place;
  private boolean doom;
  private Promise<End> listening = Promise.promise();

  @BeforeEach
  void listen(Vertx vertx) {
    context = vertx.getOrCreateContext();
    address = on(() -> {
      transport = new TcpTransport(vertx, 5_000, 16);
      return transport.listen(Multiaddr.tcp("127.0.0.1", 0), 1, this::onAccepted);
    });
  }

  private <T> T on(Supplier<Future<T>> action) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> action.get().onComplete(done));
    return await(done.future());
  }

  private ConnectionOptions options() {
    return new ConnectionOptions(
        List.of(NoiseIdentity.of(KeyPair.generate(KeyType.ED25519, new SecureRandom()), random)), null,
        Muxers.of(new YamuxOptions()), new ConnectionOptions.Protocols(this::serves, List::of),
        ConnectionOptions.Limits.DEFAULT);
  }

  private boolean serves(String protocol) {
    if (protocol.equals(DOOMED) && place == Place.NEGOTIATION) {
      throw error;
    }
    return true;
  }

  private void onAccepted(TcpTransport.Raw raw) {
    End end = new End(false);
    RandomGenerator keys = random;
    if (doom && place == Place.HANDSHAKE) {
      keys = () -> {
        throw error;
      };
    } else if (doom) {
      end.fault = fault();
    }
    end.handler = transport.run(raw, Connection.listener(options(), workspace, keys), workspace, end);
    listening.complete(end);
  }

  private Consumer<Action> fault() {
    boolean[] began = {false};
    return action -> {
      began[0] |= place == Place.READING && action instanceof Action.Data
          || (place == Place.WRITING || place == Place.AGAIN_AND_AGAIN) && action instanceof Action.Sent;
      if (began[0]) {
        began[0] = place == Place.AGAIN_AND_AGAIN;
        throw error;
      }
    };
  }

  /** The dialling end of a new connection, and the listening one. */
  private List<End> connect() {
    listening = Promise.promise();
    End dialler = new End(true);
    on(() -> transport.dial(address).done().map(raw -> {
      dialler.handler =
          transport.run(raw, Connection.dialer(options(), workspace, null, random), workspace, dialler);
      return null;
    }));
    return List.of(dialler, await(listening.future()));
  }

  static Stream<Arguments> faults() {
    return Stream.of(Place.values()).flatMap(place -> Stream.of(
        Arguments.of(place, new OutOfMemoryError("thrown by the test")),
        Arguments.of(place, new StackOverflowError()), Arguments.of(place, new NoClassDefFoundError("x/Y"))));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void anErrorEndsItsConnectionAndNothingElse(Place place, Error error) {
    this.place = place;
    this.error = error;
    End before = connect().get(0);
    await(before.upgraded.future());
    assertEquals("hello", on(() -> before.echo(ECHO)));

    doom = true;
    List<End> doomed = connect();
    doom = false;
    if (place != Place.HANDSHAKE) {
      await(doomed.get(0).upgraded.future());
      on(() -> {
        doomed.get(0).echo(DOOMED);
        return Future.succeededFuture();
      });
    }
    await(doomed.get(0).closed.future()); // its peer sees the socket close: not a stream, not a pause
    assertTrue(on(() -> Future.succeededFuture(doomed.get(1).handler.isClosed())));
    if (place != Place.AGAIN_AND_AGAIN) {
      String reason = await(doomed.get(1).closed.future());
      assertTrue(reason.contains(error.getMessage() == null ? error.toString() : error.getMessage()), reason);
    }

    assertEquals("hello", on(() -> before.echo(ECHO)), "the connection beside it");
    End after = connect().get(0);
    await(after.upgraded.future());
    assertEquals("hello", on(() -> after.echo(ECHO)), "a new connection");
  }
}
