package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.Inheritance;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.api.Stream;
import io.peerbus.gossipsub.Gossipsub;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.GossipsubOptions;
import io.peerbus.gossipsub.Identity;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publish and subscribe for the plugins of a node, at {@code peerbus.<node>.gossipsub}. Bytes in JSON are base64url
 * text.
 *
 * <table>
 * <caption>Requests and answers</caption>
 * <tr><td>{@code {"op":"subscribe","topic","deliver"}}</td><td>{@code {}}; every message goes to the address
 *   {@code deliver}, see below. Again is no harm.</td></tr>
 * <tr><td>{@code {"op":"subscribe","topic","deliver","replaces"}}</td><td>{@code {}}; as before, and no message goes to
 *   the address {@code replaces} any more. Each goes to one of the two, so that one subscriber can take the place of
 *   another; what was sent to the old address before this is answered may still arrive there.</td></tr>
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
 *
 * <p>At {@code peerbus.<node>.gossipsub.events}, {@code {"event":"started"}} is published when the plugin has started
 * and knows of no subscription: whoever had one subscribes again.
 *
 * <p><b>Replacement.</b> A newer version goes on with everything: subscriptions, the streams of both directions, the
 * mesh, what was seen, what is to be sent. Peers notice nothing. A message that is published or received meanwhile is
 * neither lost nor doubled, on this node and elsewhere: {@code publish} is answered by one of the versions, a message
 * that was read in part, or whose signature is being checked, goes along. The bounds are those that hold at any time:
 * a full queue, or a subscriber that does not answer. When the older version does not leave anything, which takes 8 s
 * at the most, or what it left cannot be read, the newer one begins anew and publishes {@code started}. When the newer
 * one fails after it has inherited, its streams are reset, and the older version begins anew, which publishes
 * {@code started} as well: what was sent at that moment may be lost where neither another peer nor gossip brings it.
 */
public final class GossipsubVerticle extends ProtocolVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(GossipsubVerticle.class);

  private GossipsubProtocol protocol;

  @Override
  protected Future<?> start(Host host) {
    GossipsubOptions options = GossipsubSettings.ALL.read(settings());
    return host.info().compose(info -> {
      Identity self = new Identity(info.id(), info.publicKey().getBytes());
      Supplier<Gossipsub> machines = () -> new Gossipsub(self, options, new SecureRandom(), wallClockNanos());
      return host.inherit().compose(left -> left.map(all -> goOn(host, all, machines, options.getLimits()))
          .orElseGet(() -> begin(host, machines.get(), options.getLimits())));
    });
  }

  private Future<Void> begin(Host host, Gossipsub machine, GossipsubLimits limits) {
    protocol = new GossipsubProtocol(vertx, host, machine, limits);
    String events = "peerbus." + host.node() + "." + plugin() + ".events";
    return protocol.start().compose(started -> serve(new GossipsubApi(protocol)::answer))
        .onSuccess(serving -> vertx.eventBus().publish(events, new JsonObject().put("event", "started")));
  }

  private Future<Void> goOn(Host host, Inheritance left, Supplier<Gossipsub> machines, GossipsubLimits limits) {
    Gossipsub machine = machines.get();
    LeftState state;
    try {
      state = LeftState.read(left.state());
      machine.restore(Driver.now(), state.machine(), new Gossipsub.Streams(
          peers(left, Stream::isInbound), peers(left, stream -> !stream.isInbound())));
    } catch (FormatException e) {
      LOG.warn("the version before left what cannot be read, so this one begins anew: {}", e.getMessage());
      left.streams().forEach(Stream::reset);
      return begin(host, machines.get(), limits);
    }
    protocol = new GossipsubProtocol(vertx, host, machine, limits);
    return protocol.start(state, left.streams()).compose(started -> serve(new GossipsubApi(protocol)::answer));
  }

  private static Set<PeerId> peers(Inheritance left, Predicate<Stream> which) {
    return left.streams().stream().filter(which).map(Stream::peer).collect(Collectors.toSet());
  }

  @Override
  protected Future<Handover> handOver(Host host) {
    return protocol == null ? super.handOver(host) : protocol.handOver();
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
