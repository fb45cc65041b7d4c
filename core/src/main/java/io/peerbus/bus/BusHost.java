package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's side of the event bus contract: requests to core in JSON, streams through {@link BusStreams}.
 *
 * <p>Not thread safe, owned by the context it was attached on. Holds a lease in core that it renews; when core no
 * longer knows the lease (it was restarted, or we were too slow) every stream of this host is over.
 */
final class BusHost implements Host {

  private static final Logger LOG = LoggerFactory.getLogger(BusHost.class);

  /** The version of the contract that this class speaks. */
  static final int API = 1;

  private static final long RENEW_MILLIS = 10_000;
  private static final DeliveryOptions QUICK = new DeliveryOptions().setSendTimeout(5_000);
  // Core has its own deadline for dialling; this one is only for a core that went away.
  private static final DeliveryOptions DIAL = new DeliveryOptions().setSendTimeout(60_000);

  private static final FailureException UNDEPLOYED = Failure.CANCELLED.because("the plugin was undeployed");

  private final Vertx vertx;
  private final Addresses addresses;
  private final String plugin;
  private final long client;
  private final PeerId id;
  private final BusStreams streams;
  private final MessageConsumer<StreamFrame> inbox;
  private final List<BusRegistration> registrations = new ArrayList<>();
  private final List<MessageConsumer<?>> listeners = new ArrayList<>();
  private final long renewTimer;
  private boolean closed;

  static Future<BusHost> attach(Vertx vertx, String node, String plugin) {
    StreamFrameCodec.register(vertx);
    Addresses addresses = new Addresses(node);
    JsonObject request = new JsonObject().put("op", "attach").put("plugin", plugin).put("api", API);
    return vertx.eventBus().<JsonObject>request(addresses.control(), request, QUICK)
        .recover(e -> Future.failedFuture(explain(e, node)))
        .map(reply -> new BusHost(vertx, addresses, plugin, reply.body()))
        .compose(host -> host.inbox.completion().map(host));
  }

  private static FailureException explain(Throwable e, String node) {
    FailureException failure = Failure.of(e);
    return failure.failure() == Failure.UNAVAILABLE
        ? Failure.UNAVAILABLE.because("no node named \"" + node + "\" on this event bus") : failure;
  }

  private BusHost(Vertx vertx, Addresses addresses, String plugin, JsonObject attached) {
    this.vertx = vertx;
    this.addresses = addresses;
    this.plugin = plugin;
    this.client = attached.getLong("client");
    this.id = BusJson.peer(attached, "id");
    this.streams = new BusStreams(vertx, client, addresses.inbox(client));
    this.inbox = Consumers.of(vertx, addresses.inbox(client), message -> streams.onFrame(message.body()));
    this.renewTimer = vertx.setPeriodic(RENEW_MILLIS, timer -> renew());
  }

  private void renew() {
    request(new JsonObject().put("op", "renew").put("client", client)).onFailure(e -> {
      if (!closed && Failure.of(e).failure() == Failure.NOT_FOUND) {
        LOG.warn("{}: node {} no longer knows this plugin; its streams are over", plugin, node());
        streams.failAll(Failure.UNAVAILABLE.because("the node dropped this plugin's lease"));
      }
    });
  }

  private Future<JsonObject> request(JsonObject request, DeliveryOptions options) {
    return vertx.eventBus().<JsonObject>request(addresses.control(), request, options)
        .map(reply -> reply.body())
        .recover(e -> Future.failedFuture(Failure.of(e)));
  }

  private Future<JsonObject> request(JsonObject request) {
    return request(request, QUICK);
  }

  @Override
  public String node() {
    return addresses.node();
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public Future<Registration> handle(List<String> protocols, Handler<Stream> handler) {
    JsonObject request = new JsonObject().put("op", "register").put("client", client)
        .put("protocols", BusJson.array(protocols));
    for (String protocol : protocols) {
      if (streams.serves(protocol)) {
        return Future.failedFuture(Failure.ALREADY_TAKEN.because(protocol + " is served by this plugin already"));
      }
    }
    BusRegistration registration = new BusRegistration(protocols, handler, this::unregister);
    streams.serve(registration);
    return request(request)
        .<Registration>map(reply -> {
          registrations.add(registration);
          return registration;
        })
        .onFailure(e -> streams.unserve(registration));
  }

  private Future<Void> unregister(BusRegistration registration) {
    registrations.remove(registration);
    streams.unserve(registration);
    return request(new JsonObject().put("op", "unregister").put("client", client)
        .put("protocols", BusJson.array(registration.protocols()))).mapEmpty();
  }

  @Override
  public Future<Stream> open(PeerId peer, List<String> protocols) {
    return open(peer, protocols, true);
  }

  @Override
  public Future<Stream> openConnected(PeerId peer, List<String> protocols) {
    return open(peer, protocols, false);
  }

  private Future<Stream> open(PeerId peer, List<String> protocols, boolean dial) {
    if (protocols.isEmpty()) {
      return Future.failedFuture(Failure.BAD_REQUEST.because("open: no protocol given"));
    }
    return route(peer, dial)
        .compose(route -> open(peer, route, protocols))
        .recover(e -> {
          if (Failure.of(e).failure() != Failure.CONNECTION_CLOSED) {
            return Future.failedFuture(e);
          }
          streams.forget(peer); // the connection we remembered is gone: ask core once for the one there is now
          return route(peer, dial).compose(route -> open(peer, route, protocols));
        });
  }

  /** The dial may have outlived this host. */
  private Future<Stream> open(PeerId peer, BusStreams.Route route, List<String> protocols) {
    return closed ? Future.failedFuture(UNDEPLOYED) : streams.open(peer, route, protocols);
  }

  private Future<BusStreams.Route> route(PeerId peer, boolean dial) {
    BusStreams.Route known = streams.route(peer);
    return known != null ? Future.succeededFuture(known)
        : connect(peer, List.of(), dial).map(reply -> streams.route(peer));
  }

  private Future<JsonObject> connect(PeerId peer, List<Multiaddr> to, boolean dial) {
    JsonObject request = new JsonObject().put("op", "connect").put("addresses", BusJson.array(to)).put("dial", dial);
    if (peer != null) {
      request.put("peer", peer.toString());
    }
    return request(request, DIAL).onSuccess(reply -> streams.remember(BusJson.peer(reply, "peer"),
        new BusStreams.Route(reply.getLong("connection"), BusJson.text(reply, "data"))));
  }

  @Override
  public Future<PeerId> connect(Multiaddr address) {
    return connect(null, List.of(address), true).map(reply -> BusJson.peer(reply, "peer"));
  }

  @Override
  public Future<PeerId> connect(PeerId peer, List<Multiaddr> to) {
    return connect(peer, to, true).map(reply -> BusJson.peer(reply, "peer"));
  }

  @Override
  public Future<Void> disconnect(PeerId peer) {
    return request(new JsonObject().put("op", "disconnect").put("peer", peer.toString())).mapEmpty();
  }

  @Override
  public Future<List<PeerInfo>> peers() {
    return request(new JsonObject().put("op", "peers"))
        .map(reply -> BusJson.list(reply.getJsonArray("peers"), BusJson::peerInfo));
  }

  @Override
  public Future<PeerInfo> peer(PeerId peer) {
    return request(new JsonObject().put("op", "peer").put("peer", peer.toString())).map(BusJson::peerInfo);
  }

  @Override
  public Future<HostInfo> info() {
    return request(new JsonObject().put("op", "info")).map(BusJson::hostInfo);
  }

  @Override
  public Future<Buffer> sign(String domain, Buffer bytes) {
    return request(new JsonObject().put("op", "sign").put("domain", domain).put("bytes", bytes))
        .map(reply -> reply.getBuffer("signature"));
  }

  @Override
  public Future<Void> identified(PeerInfo peer) {
    return request(BusJson.of(peer).put("op", "identified")).mapEmpty();
  }

  @Override
  public Registration events(Handler<HostEvent> handler) {
    MessageConsumer<JsonObject> consumer = Consumers.of(vertx, addresses.events(), message -> {
      HostEvent event = BusJson.event(message.body());
      if (event != null) {
        handler.handle(event);
      }
    });
    listeners.add(consumer);
    return drain -> {
      listeners.remove(consumer);
      return consumer.unregister();
    };
  }

  @Override
  public Future<JsonObject> call(String plugin, JsonObject request) {
    return vertx.eventBus().<JsonObject>request(addresses.plugin(plugin), request, QUICK)
        .map(reply -> reply.body())
        .recover(e -> Future.failedFuture(Failure.of(e)));
  }

  @Override
  public Future<Void> close(Duration drain) {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    vertx.cancelTimer(renewTimer);
    List<Future<Void>> drained = new ArrayList<>();
    for (BusRegistration registration : List.copyOf(registrations)) {
      drained.add(registration.close(drain).otherwiseEmpty());
    }
    listeners.forEach(MessageConsumer::unregister);
    return Future.join(drained)
        .compose(all -> {
          streams.failAll(UNDEPLOYED);
          return request(new JsonObject().put("op", "detach").put("client", client)).otherwiseEmpty();
        })
        .compose(detached -> inbox.unregister())
        .otherwiseEmpty()
        .mapEmpty();
  }
}
