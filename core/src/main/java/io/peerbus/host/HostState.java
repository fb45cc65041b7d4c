package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.bus.Addresses;
import io.peerbus.bus.BusJson;
import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Gater;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What the parts of one host share: who it is, what it serves, and the way to tell everyone. Owned by the host's
 * context; only {@link #protocols()}, {@link #client} and {@link #gater()} are read by the shards too, of one immutable
 * snapshot after the other.
 */
final class HostState {

  /** What a plugin may have signed. Any other domain would let a plugin speak for the node in a handshake. */
  private static final List<String> SIGNED_DOMAINS = List.of("libp2p-pubsub:");

  /** Larger messages are not signed. A plugin could otherwise hold up the host for as long as it likes. */
  private static final int MAX_SIGNED = 4 << 20;

  private final Vertx vertx;
  private final Addresses addresses;
  private final KeyPair identity;
  private final SelfDescription self;
  private volatile ProtocolTable protocols = ProtocolTable.EMPTY;
  private volatile Map<Long, Client> clients = Map.of();
  private volatile Gater gater = Gater.OPEN;
  private final Refusals refusals;
  private final Scopes scopes;
  private SwarmRunner swarm;
  private long events;

  HostState(Vertx vertx, HostOptions options, KeyPair identity) {
    this.vertx = vertx;
    this.addresses = new Addresses(options.getNode());
    this.identity = identity;
    this.refusals = Refusals.at(vertx, addresses.refusals());
    this.scopes = new Scopes(options.getCapacity(), refusals);
    this.self = new SelfDescription(options, identity);
    self.setAddresses(List.of());
  }

  Addresses addresses() {
    return addresses;
  }

  PeerId self() {
    return identity.publicKey().peerId();
  }

  SwarmRunner swarm() {
    return swarm;
  }

  void setSwarm(SwarmRunner swarm) {
    this.swarm = swarm;
  }

  ProtocolTable protocols() {
    return protocols;
  }

  void setProtocols(ProtocolTable next) {
    List<String> before = protocols.protocols();
    protocols = next;
    if (!before.equals(next.protocols())) {
      publish(new HostEvent.ProtocolsChanged(next.protocols()));
    }
  }

  /** The attached client of that number, or {@code null}. */
  Client client(long number) {
    return clients.get(number);
  }

  void setClients(Map<Long, Client> attached) {
    clients = attached;
  }

  /** Whom the node has to do with; the shards ask it before they do anything for somebody. */
  Gater gater() {
    return gater;
  }

  /** By {@link SwarmRunner#setGater}, which closes what it keeps out. */
  void setGater(Gater next) {
    gater = next;
  }

  /** Any thread. */
  Refusals refusals() {
    return refusals;
  }

  /** Any thread. */
  Scopes scopes() {
    return scopes;
  }

  void setListenAddresses(List<Multiaddr> bound) {
    if (self.setAddresses(ListenAddresses.reachable(bound))) {
      publish(new HostEvent.ListenAddressesChanged(describe().listenAddresses()));
    }
  }

  HostInfo describe() {
    return self.describe(protocols);
  }

  void publish(HostEvent event) {
    vertx.eventBus().publish(addresses.events(), BusJson.of(event).put("seq", ++events));
  }

  /** The number of the last event that was published. */
  long lastEvent() {
    return events;
  }

  Buffer sign(String domain, Buffer bytes) {
    if (!SIGNED_DOMAINS.contains(domain)) {
      throw Failure.FORBIDDEN.because("nothing is signed for \"" + domain + "\"; only for " + SIGNED_DOMAINS);
    }
    if (bytes.length() > MAX_SIGNED) {
      throw Failure.BAD_REQUEST.because(bytes.length() + " bytes to sign, " + MAX_SIGNED + " allowed");
    }
    Buffer signed = Buffer.buffer(domain.getBytes(StandardCharsets.US_ASCII)).appendBuffer(bytes);
    return Buffer.buffer(identity.sign(signed.getBytes()));
  }
}
