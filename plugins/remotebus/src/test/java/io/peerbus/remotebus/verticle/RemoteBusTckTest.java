package io.peerbus.remotebus.verticle;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.pb.RemoteBusProto.Request;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** The bus over streams keeps to the contract of plugins. */
class RemoteBusTckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new RemoteBusVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(Inbound.ID);
  }

  @Override
  protected String name() {
    return "remotebus";
  }

  @Override
  protected JsonObject settings() {
    return new JsonObject().put("readTimeoutMillis", 2_000);
  }

  @Override
  protected Duration idleLimit() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected Buffer conversation(String protocol, RandomGenerator random) {
    return request("address " + random.nextInt());
  }

  private static Buffer request(String address) {
    byte[] request = Request.newBuilder().setAddress(address).setReply(true).build().toByteArray();
    return Buffer.buffer(new byte[] {(byte) request.length}).appendBytes(request);
  }

  /** Nobody is on the list, so an honest peer is told so. */
  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return ask(peer, node, Inbound.ID, request("orders.new")).compose(
        answer -> answer.toString().contains("does not allow " + peer.id()) ? Future.succeededFuture()
        : Future.failedFuture("the answer was " + answer));
  }
}
