package io.peerbus.memory;

import io.peerbus.api.Dial;
import io.peerbus.api.Failure;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.api.Inheritance;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.PeerRecord;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A host in a {@link MemoryNetwork}. */
public final class MemoryHost implements Host {

  private final MemoryNetwork network;
  private final String node;
  private final KeyPair key;
  private final Multiaddr address;
  private final Map<String, Handler<Stream>> served = new TreeMap<>();
  private final Map<PeerId, Boolean> connected = new LinkedHashMap<>();
  private final Map<PeerId, PeerInfo> known = new LinkedHashMap<>();
  private final List<Handler<HostEvent>> listeners = new ArrayList<>();
  private final List<MemoryStream> streams = new ArrayList<>();
  private List<Multiaddr> listenAddresses;
  private long seq;

  MemoryHost(MemoryNetwork network, String node, KeyPair key, Multiaddr address) {
    this.network = network;
    this.node = node;
    this.key = key;
    this.address = address;
    this.listenAddresses = List.of(address);
  }

  Multiaddr address() {
    return address;
  }

  /** The address to connect to, with the id. */
  public Multiaddr fullAddress() {
    return address.withPeerId(id());
  }

  /** Every stream this host opened or accepted. */
  public List<MemoryStream> streams() {
    return streams;
  }

  /** Runs something where this host and its streams belong. From any thread. */
  public void runOnContext(Runnable code) {
    network.context.runOnContext(v -> code.run());
  }

  /** Changes what the host says it listens on. */
  public void listen(List<Multiaddr> addresses) {
    listenAddresses = List.copyOf(addresses);
    fire(new HostEvent.ListenAddressesChanged(listenAddresses));
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public PeerId id() {
    return key.publicKey().peerId();
  }

  @Override
  public Future<Registration> handle(List<String> protocols, Handler<Stream> handler) {
    for (String protocol : protocols) {
      if (served.putIfAbsent(protocol, handler) != null) {
        return Future.failedFuture(Failure.ALREADY_TAKEN.because(protocol));
      }
    }
    protocolsChanged();
    return soon((Registration) drain -> {
      protocols.forEach(served::remove);
      protocolsChanged();
      return Future.succeededFuture();
    });
  }

  private void protocolsChanged() {
    fire(new HostEvent.ProtocolsChanged(List.copyOf(served.keySet())));
  }

  @Override
  public Future<Stream> open(PeerId peer, List<String> protocols) {
    MemoryHost other = network.hosts.get(peer);
    if (other == null) {
      return later(Failure.NOT_FOUND.because("no address of " + peer));
    }
    connectTo(other);
    for (String protocol : protocols) {
      Handler<Stream> handler = other.served.get(protocol);
      if (handler != null) {
        MemoryStream near = MemoryStream.pair(network.context, this, other, protocol);
        streams.add(near);
        other.streams.add(near.other());
        network.context.runOnContext(v -> handler.handle(near.other()));
        return soon(near);
      }
    }
    return later(Failure.UNSUPPORTED_PROTOCOL.because(peer + " serves none of " + protocols));
  }

  @Override
  public Future<Stream> openConnected(PeerId peer, List<String> protocols) {
    return connected.containsKey(peer) ? open(peer, protocols)
        : later(Failure.CONNECTION_CLOSED.because(peer + " is not connected"));
  }

  @Override
  public Dial dial(Multiaddr address) {
    MemoryHost other = network.at(address.withoutPeerId());
    if (other == null || address.peerId().isPresent() && !address.peerId().get().equals(other.id())) {
      return new Done(later(Failure.DIAL_FAILED.because(address + ": nobody there")));
    }
    connectTo(other);
    return new Done(soon(other.id()));
  }

  @Override
  public Dial dial(PeerId peer, List<Multiaddr> addresses) {
    MemoryHost other = network.hosts.get(peer);
    if (other == null) {
      return new Done(later(Failure.NOT_FOUND.because("no address of " + peer)));
    }
    connectTo(other);
    return new Done(soon(peer));
  }

  /** A dial that nothing can stop, as it was done when it was asked for. */
  private record Done(Future<PeerId> connected) implements Dial {
    @Override
    public void cancel() {
      // too late
    }
  }

  private void connectTo(MemoryHost other) {
    if (connected.putIfAbsent(other.id(), false) == null) {
      other.connected.put(id(), true);
      fire(new HostEvent.Connected(other.id(), false, other.address));
      other.fire(new HostEvent.Connected(id(), true, address));
    }
  }

  @Override
  public Future<Void> disconnect(PeerId peer) {
    if (connected.remove(peer) != null) {
      MemoryHost other = network.hosts.get(peer);
      other.connected.remove(id());
      streams.forEach(stream -> dropIfOf(peer, stream));
      other.streams.forEach(stream -> dropIfOf(id(), stream));
      fire(new HostEvent.Disconnected(peer, "closed by us"));
      other.fire(new HostEvent.Disconnected(id(), "closed by peer"));
    }
    return Future.succeededFuture();
  }

  private static void dropIfOf(PeerId peer, MemoryStream stream) {
    if (stream.peer().equals(peer)) {
      stream.drop();
    }
  }

  @Override
  public Future<List<PeerInfo>> peers() {
    return soon(connected.keySet().stream().map(this::describe).toList());
  }

  @Override
  public Future<PeerInfo> peer(PeerId peer) {
    if (!connected.containsKey(peer) && !known.containsKey(peer)) {
      return later(Failure.NOT_FOUND.because("nothing is known of " + peer));
    }
    return soon(describe(peer));
  }

  private PeerInfo describe(PeerId peer) {
    PeerInfo info = known.getOrDefault(peer, new PeerInfo(peer, false, false, List.of(), List.of(), "", ""));
    return new PeerInfo(peer, connected.containsKey(peer), connected.getOrDefault(peer, false), info.addresses(),
        info.protocols(), info.agentVersion(), info.protocolVersion());
  }

  @Override
  public Future<HostInfo> info() {
    Buffer record = Buffer.buffer(new PeerRecord(id(), ++seq, listenAddresses).seal(key).toBytes());
    return soon(new HostInfo(id(), Buffer.buffer(key.publicKey().toBytes()), listenAddresses,
        List.copyOf(served.keySet()), "peerbus/" + node, "ipfs/0.1.0", record));
  }

  @Override
  public Future<Buffer> sign(String domain, Buffer bytes) {
    return later(Failure.FORBIDDEN.because(domain));
  }

  @Override
  public Future<List<PeerInfo>> known(String protocol, int max) {
    return soon(known.values().stream().filter(info -> protocol.isEmpty() || info.protocols().contains(protocol))
        .limit(max).map(info -> describe(info.peer())).toList());
  }

  /** There are no names here. */
  @Override
  public Future<List<Multiaddr>> resolve(Multiaddr address) {
    return soon(List.of(address));
  }

  @Override
  public Future<Void> identified(PeerInfo peer, Buffer signedPeerRecordOrNull) {
    known.put(peer.peer(), peer);
    fire(new HostEvent.Identified(peer));
    return soon(null);
  }

  @Override
  public Registration events(Handler<HostEvent> handler) {
    listeners.add(handler);
    return drain -> {
      listeners.remove(handler);
      return Future.succeededFuture();
    };
  }

  /** Nobody can ask for it: there is no bus. */
  @Override
  public Future<Void> serve(Function<JsonObject, Future<JsonObject>> answer) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Optional<Inheritance>> inherit() {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public void onSuccessor(Supplier<Future<Handover>> leave) {}

  @Override
  public boolean isHandedOver() {
    return false;
  }

  @Override
  public Future<JsonObject> call(String plugin, JsonObject request) {
    return call(plugin, request, Duration.ofSeconds(5));
  }

  @Override
  public Future<JsonObject> call(String plugin, JsonObject request, Duration limit) {
    return network.vertx.eventBus().<JsonObject>request("peerbus." + node + "." + plugin, request,
        new DeliveryOptions().setSendTimeout(limit.toMillis())).transform(reply -> reply.succeeded()
            ? Future.succeededFuture(reply.result().body()) : Future.failedFuture(Failure.of(reply.cause())));
  }

  @Override
  public Future<Void> close(Duration drain) {
    served.clear();
    listeners.clear();
    return Future.succeededFuture();
  }

  private void fire(HostEvent event) {
    network.context.runOnContext(v -> List.copyOf(listeners).forEach(listener -> listener.handle(event)));
  }

  private <T> Future<T> soon(T value) {
    Promise<T> promise = Promise.promise();
    network.context.runOnContext(v -> promise.complete(value));
    return promise.future();
  }

  private <T> Future<T> later(Throwable failure) {
    Promise<T> promise = Promise.promise();
    network.context.runOnContext(v -> promise.fail(failure));
    return promise.future();
  }
}
