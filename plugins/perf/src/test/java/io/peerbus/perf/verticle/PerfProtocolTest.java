package io.peerbus.perf.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.memory.TwoHosts;
import io.peerbus.perf.PerfOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Perf between two hosts in memory. */
@ExtendWith(VertxExtension.class)
class PerfProtocolTest {

  private TwoHosts hosts;
  private PerfProtocol asking;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    hosts = TwoHosts.start(vertx);
    asking = new PerfProtocol(vertx, hosts.a(), new PerfOptions(), "events");
    hosts.await(asking::start);
    hosts.await(() -> new PerfProtocol(vertx, hosts.b(), new PerfOptions(), "events").start());
  }

  @Test
  void anyNumberOfStreamsMayFollowOneAnother() throws Exception {
    JsonObject request = new JsonObject().put("op", "streams").put("peer", hosts.b().id().toString())
        .put("count", 20_000).put("inFlight", 1);
    assertEquals(20_000, hosts.await(() -> asking.answer(request)).getInteger("count"));
  }

  @Test
  void nothingIsWrittenToAStreamThatIsOver() throws Exception {
    AtomicInteger pieces = new AtomicInteger();
    hosts.await(() -> hosts.a().open(hosts.b().id(), PerfProtocol.ID).map(stream -> {
      stream.reset();
      Zeros.write(stream, 1L << 30, piece -> pieces.incrementAndGet());
      return null;
    }));
    assertEquals(0, pieces.get());
  }
}
