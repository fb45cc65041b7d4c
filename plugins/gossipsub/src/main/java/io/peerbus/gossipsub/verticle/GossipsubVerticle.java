package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.gossipsub.Gossipsub;
import io.peerbus.gossipsub.GossipsubOptions;
import io.peerbus.gossipsub.Identity;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * Publish and subscribe for the plugins of a node, at {@code peerbus.<node>.gossipsub}. Bytes in JSON are base64url
 * text.
 *
 * <table>
 * <caption>Requests and answers</caption>
 * <tr><td>{@code {"op":"subscribe","topic","deliver"}}</td><td>{@code {}}; every message goes to the address
 *   {@code deliver}, see below. Again is no harm.</td></tr>
 * <tr><td>{@code {"op":"unsubscribe","topic","deliver"}}</td><td>{@code {}}</td></tr>
 * <tr><td>{@code {"op":"publish","topic","data"}}</td><td>{@code {"id","peers":[…],"subscribers":n}}: whom it is on
 *   its way to, and how many peers subscribe; {@code "reason"} says why nobody gets it</td></tr>
 * <tr><td>{@code {"op":"peers","topic"}}</td><td>{@code {"peers":[…],"mesh":[…]}}: who subscribes, and with whom we
 *   exchange messages</td></tr>
 * <tr><td>{@code {"op":"topics"}}</td><td>{@code {"topics":[…]}}: ours</td></tr>
 * <tr><td>{@code {"op":"stats"}}</td><td>counters since the start</td></tr>
 * </table>
 *
 * <p>A message is delivered as {@code {"topic","from"?,"seqno"?,"data","id","receivedFrom"}}: {@code from} is the
 * author's peer id and {@code receivedFrom} the peer we have it from, both as text, the others are bytes. It is to be
 * answered, with anything; with 1024 unanswered, newer messages are dropped.
 */
public final class GossipsubVerticle extends ProtocolVerticle {

  private GossipsubProtocol protocol;

  @Override
  protected Future<?> start(Host host) {
    GossipsubOptions options = Settings.read(settings());
    return host.info().compose(info -> {
      Identity self = new Identity(info.id(), info.publicKey().getBytes());
      Gossipsub machine = new Gossipsub(self, options, new SecureRandom(), wallClockNanos());
      protocol = new GossipsubProtocol(vertx, host, machine, options.getLimits());
      return protocol.start();
    }).compose(started -> serve(new GossipsubApi(protocol)::answer));
  }

  @Override
  protected Future<?> stop(Host host) {
    return protocol == null ? Future.succeededFuture() : protocol.stop();
  }

  /** Our streams have ended by then, and a peer's say nothing that is still of use. */
  @Override
  protected Duration drain() {
    return Duration.ZERO;
  }

  private static long wallClockNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
