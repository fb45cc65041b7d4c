package io.peerbus.perf.verticle;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Perf keeps to the contract of plugins. */
class PerfTckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new PerfVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(PerfProtocol.ID);
  }

  @Override
  protected String name() {
    return "perf";
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return ask(peer, node, PerfProtocol.ID, Buffer.buffer().appendLong(1_000).appendBytes(new byte[50])).compose(
        answer -> answer.length() == 1_000 ? Future.succeededFuture()
        : Future.failedFuture(answer.length() + " bytes came back"));
  }
}
