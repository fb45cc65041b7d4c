package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Stream;
import io.peerbus.bus.BusStream.Link;
import io.peerbus.memory.TwoHosts;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link Stream} promises, kept alike by the real one and by the one in memory that plugins are tested with. */
@ExtendWith(VertxExtension.class)
class StreamContractTest {

  private static final String PROTOCOL = "/contract/1.0.0";

  private final List<String> told = new ArrayList<>();
  private TwoHosts hosts;

  enum Kind {
    /** Two plugins' ends, and a core between them that passes frames on at once. */
    BUS {
      @Override
      Future<Pair> open(TwoHosts hosts) {
        BusStream[] ends = new BusStream[2];
        for (int i = 0; i < 2; i++) {
          int other = 1 - i;
          Link link = new Link((i == 0 ? hosts.b() : hosts.a()).id(), PROTOCOL, Multiaddr.tcp("127.0.0.1", 1), i == 1);
          ends[i] = new BusStream(7, link, Allowance.INITIAL, frame -> ends[other].onFrame(across(frame)), gone -> { });
        }
        return Future.succeededFuture(new Pair(ends[0], ends[1]));
      }
    },
    MEMORY {
      @Override
      Future<Pair> open(TwoHosts hosts) {
        Promise<Stream> inbound = Promise.promise();
        return hosts.b().handle(PROTOCOL, inbound::complete)
            .compose(served -> hosts.a().open(hosts.b().id(), PROTOCOL))
            .compose(near -> inbound.future().map(far -> new Pair(near, far)));
      }
    };

    abstract Future<Pair> open(TwoHosts hosts);

    private static StreamFrame across(StreamFrame frame) {
      return frame.kind() == StreamFrame.Kind.RESET
          ? StreamFrame.reset(frame.stream(), io.peerbus.api.Failure.RESET_BY_PEER.code(), "reset by peer") : frame;
    }
  }

  private record Pair(Stream near, Stream far) {}

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    hosts = TwoHosts.start(vertx);
  }

  private void listen(Stream stream) {
    stream.handler(bytes -> told.add(bytes.toString()));
    stream.endHandler(end -> told.add("end"));
    stream.resetHandler(reset -> told.add("reset " + reset.failure()));
    stream.exceptionHandler(error -> told.add("exception"));
    stream.closeHandler(closed -> told.add("closed"));
  }

  private Future<Void> toldAll(String... all) {
    return hosts.until(() -> told.size() >= all.length).onSuccess(v -> assertEquals(List.of(all), told));
  }

  @ParameterizedTest
  @EnumSource
  void bytesThenTheEndThenTheCloseOnceBothHaveEnded(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).compose(pair -> {
      listen(pair.far());
      pair.near().write(Buffer.buffer("a"));
      pair.near().write(Buffer.buffer());
      pair.near().write(Buffer.buffer("b"));
      pair.near().end();
      return toldAll("a", "b", "end").compose(v -> {
        assertTrue(pair.near().write(Buffer.buffer("c")).failed(), "a write after the end");
        assertTrue(pair.near().end().succeeded(), "ending twice does no harm");
        pair.far().end();
        return toldAll("a", "b", "end", "closed");
      }).onSuccess(v -> assertTrue(pair.far().write(Buffer.buffer("c")).failed(), "a write after the close"));
    }));
  }

  @ParameterizedTest
  @EnumSource
  void aResetIsToldToBothInThisOrder(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).compose(pair -> {
      listen(pair.far());
      pair.near().reset();
      return toldAll("reset RESET_BY_PEER", "exception", "closed").compose(v -> {
        told.clear();
        listen(pair.near());
        return toldAll("reset CANCELLED", "closed");
      });
    }));
  }

  @ParameterizedTest
  @EnumSource
  void whoListensLateHearsOfTheEndOnce(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).compose(pair -> {
      Promise<Void> read = Promise.promise();
      pair.far().handler(bytes -> read.complete());
      pair.near().write(Buffer.buffer("a"));
      pair.near().end();
      Future<Void> behind = read.future().compose(all -> Future.future(
          end -> Vertx.currentContext().runOnContext(now -> end.complete())));
      return behind.compose(v -> {
        listen(pair.far());
        listen(pair.far());
        return toldAll("end");
      });
    }));
  }

  @ParameterizedTest
  @EnumSource
  void whoListensLateHearsOfTheResetAndOfTheClose(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).compose(pair -> {
      Promise<Void> over = Promise.promise();
      pair.far().closeHandler(closed -> over.complete());
      pair.near().reset();
      return over.future().map(closed -> {
        listen(pair.far());
        assertEquals(List.of("reset RESET_BY_PEER", "closed"), told);
        return null;
      });
    }));
  }

  @ParameterizedTest
  @EnumSource
  void aPausedStreamDeliversAsManyAsAreFetchedAndItsEndWaits(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).compose(pair -> {
      listen(pair.far());
      pair.far().pause();
      List.of("a", "b", "c").forEach(text -> pair.near().write(Buffer.buffer(text)));
      pair.near().end();
      pair.far().fetch(2);
      return toldAll("a", "b").compose(v -> {
        pair.far().resume();
        return toldAll("a", "b", "c", "end");
      });
    }));
  }

  @ParameterizedTest
  @EnumSource
  void aReaderThatStopsFillsTheQueueAndDrainsItEachTimeItReads(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).compose(pair -> {
      pair.far().handler(bytes -> { });
      pair.near().drainHandler(drained -> told.add("drained"));
      Future<Void> all = Future.succeededFuture();
      for (int i = 1; i <= 2; i++) {
        int round = i;
        all = all.compose(v -> {
          pair.far().pause();
          int chunks = 0;
          for (; !pair.near().writeQueueFull(); chunks++) {
            assertTrue(chunks < 1_000, "the queue never fills");
            pair.near().write(Buffer.buffer(new byte[16 * 1024]));
          }
          pair.far().resume();
          return hosts.until(() -> told.size() == round && !pair.near().writeQueueFull());
        });
      }
      return all;
    }));
  }

  @ParameterizedTest
  @EnumSource
  void nonsenseIsRefused(Kind kind) throws Exception {
    hosts.await(() -> kind.open(hosts).map(pair -> {
      assertThrows(IllegalArgumentException.class, () -> pair.near().fetch(-1));
      assertThrows(IllegalArgumentException.class, () -> pair.near().setWriteQueueMaxSize(0));
      return null;
    }));
  }
}
