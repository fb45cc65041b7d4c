package io.peerbus.bus;

import io.peerbus.api.Dial;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.api.Inheritance;
import io.peerbus.api.Loops;
import io.peerbus.api.PeerInfo;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's side of the event bus contract: requests to core in JSON, streams through {@link BusStreams}.
 *
 * <p>Not thread safe, owned by the context it was attached on. It lives by a {@link Lease}. When that is lost, all
 * streams are reset and all peers are told to have gone; when there is a new one, protocols are registered again and
 * peers are told to have come.
 */
final class BusHost implements Host, Lease.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(BusHost.class);

  private static final FailureException UNDEPLOYED = Failure.CANCELLED.because("the plugin was undeployed");

  private static final Duration QUICK = Duration.ofSeconds(5);

  private final Control control;
  private final String plugin;
  private final Lease lease;
  private final BusStreams streams;
  private final BusEvents events;
  private final BusCalls calls;
  private final Succession succession;
  private final BusWorth worth;
  private final BusLoops loops;
  private final List<BusRegistration> registrations = new ArrayList<>();
  private long dials;
  private boolean closed;

  static Future<BusHost> attach(Vertx vertx, String node, String plugin, boolean successor) {
    return attach(vertx, node, new Applicant(plugin, successor));
  }

  static Future<BusHost> attach(Vertx vertx, String node, Applicant applicant) {
    StreamFrameCodec.register(vertx);
    Control control = new Control(vertx, new Addresses(node));
    return Lease.take(control, applicant).compose(lease -> {
      BusHost host = new BusHost(control, applicant.plugin(), lease);
      return host.events.ready().map(host);
    });
  }

  private BusHost(Control control, String plugin, Lease lease) {
    this.control = control;
    this.plugin = plugin;
    this.lease = lease;
    this.streams = lease.streams();
    this.events = new BusEvents(control);
    this.calls = new BusCalls(control, lease);
    this.worth = new BusWorth(lease);
    this.loops = new BusLoops(this, control, lease);
    this.succession = new Succession(control, lease, calls, loops);
    lease.setOwner(this);
  }

  /** For tests: what can be lost. */
  Lease lease() {
    return lease;
  }

  @Override
  public void onLost(FailureException reason) {
    events.onLost(reason.getMessage());
    loops.onLost(reason);
  }

  @Override
  public Future<?> onTaken() {
    if (isHandedOver()) {
      return Future.succeededFuture(); // what it served is the newer version's
    }
    succession.listen();
    worth.sayAgain();
    return loops.attach().compose(attached -> registerAll()).eventually(calls::serve)
        .eventually(events::resynchronise);
  }

  @Override
  public void onRenewed() {
    if (isHandedOver()) {
      return;
    }
    registerAll(); // what another plugin had taken may be free by now
    if (events.isLost()) {
      events.resynchronise();
    }
  }

  private Future<?> registerAll() {
    List<Future<?>> all = new ArrayList<>();
    for (BusRegistration registration : List.copyOf(registrations)) {
      if (!registration.isRegisteredFor(lease.client())) {
        all.add(register(registration).onFailure(e -> LOG.warn("{} does not serve {} for now: {}", plugin,
            registration.protocols(), e.getMessage())));
      }
    }
    return Future.join(all);
  }

  private Future<Void> register(BusRegistration registration) {
    return lease.request(new JsonObject().put("op", "register")
        .put("protocols", BusJson.array(registration.protocols()))
        .put("loops", registration.isSeated() ? loops.numbers() : new JsonObject()))
        .onSuccess(registration::setRegisteredFor)
        .mapEmpty();
  }

  @Override
  public String node() {
    return control.addresses().node();
  }

  @Override
  public PeerId id() {
    return lease.id();
  }

  @Override
  public Future<Registration> handle(List<String> protocols, Handler<Stream> handler) {
    return handle(new BusRegistration(protocols, handler, this::unregister));
  }

  /** With a handler at each seat beside this one. */
  Future<Registration> handleSeated(List<String> protocols, Handler<Stream> handler) {
    return handle(new BusRegistration(protocols, handler, this::unregister, true));
  }

  private Future<Registration> handle(BusRegistration registration) {
    Optional<String> taken = registration.protocols().stream().filter(streams::serves).findFirst();
    if (closed || taken.isPresent()) {
      return Future.failedFuture(closed ? UNDEPLOYED
          : Failure.ALREADY_TAKEN.because(taken.get() + " is served by this plugin already"));
    }
    streams.serve(registration);
    return register(registration)
        .<Registration>map(registered -> {
          registrations.add(registration);
          return registration;
        })
        .onFailure(e -> streams.unserve(registration));
  }

  private Future<Void> unregister(BusRegistration registration) {
    registrations.remove(registration);
    streams.unserve(registration);
    return control.request(new JsonObject().put("op", "unregister").put("client", lease.client())
        .put("protocols", BusJson.array(registration.protocols()))).mapEmpty();
  }

  @Override
  public Future<Stream> open(PeerId peer, List<String> protocols) {
    return open(peer, protocols, true);
  }

  @Override
  public Future<Loops> loops() {
    return closed ? Future.failedFuture(UNDEPLOYED) : loops.take();
  }

  @Override
  public Future<Stream> openConnected(PeerId peer, List<String> protocols) {
    return open(peer, protocols, false);
  }

  private Future<Stream> open(PeerId peer, List<String> protocols, boolean dial) {
    if (protocols.isEmpty()) {
      return Future.failedFuture(Failure.BAD_REQUEST.because("open: no protocol given"));
    }
    return streams.open(peer, protocols, anew -> route(peer, dial, anew));
  }

  /** Where the connection to a peer is, which is dialled if need be. {@code anew} when the one we remember is gone. */
  Future<BusStreams.Route> route(PeerId peer, boolean anew) {
    return route(peer, true, anew).compose(
        route -> closed ? Future.failedFuture(UNDEPLOYED) : Future.succeededFuture(route)); // the dial took its time
  }

  private Future<BusStreams.Route> route(PeerId peer, boolean dial, boolean anew) {
    if (closed) {
      return Future.failedFuture(UNDEPLOYED);
    }
    if (anew) {
      streams.forget(peer);
    }
    return lease.taken().compose(now -> {
      BusStreams.Route known = streams.route(peer);
      return known != null ? Future.succeededFuture(known)
          : connect(peer, List.of(), new JsonObject().put("dial", dial)).map(reached -> streams.route(peer));
    });
  }

  private Future<PeerId> connect(PeerId peer, List<Multiaddr> to, JsonObject request) {
    request.put("op", "connect").put("addresses", BusJson.array(to));
    if (peer != null) {
      request.put("peer", peer.toString());
    }
    return control.connect(request).map(reply -> {
      PeerId reached = BusJson.peer(reply, "peer");
      streams.remember(reached, new BusStreams.Route(reply.getLong("connection"), BusJson.text(reply, "data")));
      return reached;
    });
  }

  @Override
  public Dial dial(Multiaddr address) {
    return dialAny(null, List.of(address));
  }

  @Override
  public Dial dial(PeerId peer, List<Multiaddr> to) {
    return dialAny(peer, to);
  }

  private Dial dialAny(PeerId peerOrNull, List<Multiaddr> to) {
    JsonObject handle = new JsonObject().put("client", lease.client()).put("request", ++dials);
    Future<PeerId> connected = closed ? Future.failedFuture(UNDEPLOYED) : connect(peerOrNull, to, handle.copy());
    return new Dial() {
      @Override
      public Future<PeerId> connected() {
        return connected;
      }

      @Override
      public void cancel() {
        if (!connected.isComplete()) {
          control.request(handle.copy().put("op", "cancel"));
        }
      }
    };
  }

  @Override
  public Future<Void> disconnect(PeerId peer) {
    return control.request(new JsonObject().put("op", "disconnect").put("peer", peer.toString())).mapEmpty();
  }

  @Override
  public Future<List<PeerInfo>> peers() {
    return control.request(new JsonObject().put("op", "peers"))
        .map(reply -> BusJson.list(reply.getJsonArray("peers"), BusJson::peerInfo))
        .onSuccess(events::onAnswer);
  }

  @Override
  public Future<PeerInfo> peer(PeerId peer) {
    return control.request(new JsonObject().put("op", "peer").put("peer", peer.toString())).map(BusJson::peerInfo);
  }

  @Override
  public Future<HostInfo> info() {
    return control.request(new JsonObject().put("op", "info")).map(BusJson::hostInfo);
  }

  @Override
  public Future<Buffer> sign(String domain, Buffer bytes) {
    return control.request(new JsonObject().put("op", "sign").put("domain", domain).put("bytes", bytes))
        .map(reply -> reply.getBuffer("signature"));
  }

  @Override
  public Future<Void> identified(PeerInfo peer) {
    return control.request(BusJson.of(peer).put("op", "identified")).mapEmpty();
  }

  @Override
  public Future<Void> identified(PeerInfo peer, Buffer signedPeerRecord) {
    return control.request(BusJson.of(peer).put("op", "identified").put("signedPeerRecord", signedPeerRecord))
        .mapEmpty();
  }

  @Override
  public Future<List<PeerInfo>> known(String protocol, int max) {
    return control.request(new JsonObject().put("op", "known").put("protocol", protocol).put("max", max))
        .map(reply -> BusJson.list(reply.getJsonArray("peers"), BusJson::peerInfo));
  }

  @Override
  public Future<List<Multiaddr>> resolve(Multiaddr address) {
    return control.request(new JsonObject().put("op", "resolve").put("address", address.toString()))
        .map(reply -> BusJson.addresses(reply, "addresses"));
  }

  @Override
  public Future<Void> tag(PeerId peer, String tag, int value) {
    return worth.tag(peer, tag, value);
  }

  @Override
  public Future<Void> untag(PeerId peer, String tag) {
    return worth.untag(peer, tag);
  }

  @Override
  public Future<Void> protect(PeerId peer, String tag) {
    return worth.protect(peer, tag);
  }

  @Override
  public Future<Void> unprotect(PeerId peer, String tag) {
    return worth.unprotect(peer, tag);
  }

  @Override
  public Registration events(Handler<HostEvent> handler) {
    events.add(handler);
    return drain -> {
      events.remove(handler);
      return Future.succeededFuture();
    };
  }

  @Override
  public Future<Void> serve(Function<JsonObject, Future<JsonObject>> answer) {
    return calls.serve(answer);
  }

  @Override
  public Future<Optional<Inheritance>> inherit() {
    return succession.inherit();
  }

  @Override
  public void onSuccessor(Supplier<Future<Handover>> leave) {
    succession.onSuccessor(leave);
  }

  @Override
  public boolean isHandedOver() {
    return succession.isHandedOver();
  }

  @Override
  public Future<JsonObject> call(String plugin, JsonObject request) {
    return call(plugin, request, QUICK);
  }

  @Override
  public Future<JsonObject> call(String plugin, JsonObject request, Duration limit) {
    if (limit.compareTo(Duration.ofMillis(1)) < 0 || limit.compareTo(LONGEST_CALL) > 0) {
      throw new IllegalArgumentException("limit: " + limit + " is not in 1 ms to " + LONGEST_CALL);
    }
    return control.call(plugin, request, limit);
  }

  @Override
  public Future<Void> close(Duration drain) {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    List<Future<Void>> drained = new ArrayList<>();
    for (BusRegistration registration : List.copyOf(registrations)) {
      drained.add(registration.close(drain).otherwiseEmpty());
    }
    drained.add(streams.close(drain, UNDEPLOYED));
    drained.add(loops.drain(drain, UNDEPLOYED));
    events.close();
    drained.add(calls.close());
    succession.close();
    return Future.join(drained).otherwiseEmpty().compose(all -> lease.close()) // it lasts as long as the drain
        .compose(given -> loops.close());
  }
}
