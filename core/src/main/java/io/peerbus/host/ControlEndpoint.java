package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.bus.Addresses;
import io.peerbus.bus.BusJson;
import io.peerbus.bus.Consumers;
import io.peerbus.crypto.PeerRecord;
import io.peerbus.crypto.SignedEnvelope;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.ConnectionInfo;
import io.peerbus.swarm.KnownPeer;
import io.peerbus.swarm.Lifetime;
import io.peerbus.swarm.SignedRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of plugins (BUS.md, "Control"). Owned by the host's context.
 */
final class ControlEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(ControlEndpoint.class);

  /** Contract versions that are understood. */
  private static final int API = 1;

  /** Protocol ids are kept and told to every peer; a plugin that registers without end would be told without end. */
  private static final int MAX_PROTOCOLS = 1024;
  private static final int MAX_PROTOCOL_LENGTH = 256;

  /** Known peers in one answer. All of them would be a message of megabytes. */
  private static final int MAX_KNOWN = 256;

  private final Vertx vertx;
  private final HostState state;
  private final Clients clients;
  private final Desk desk;
  private final GaterEndpoint gater;
  private final StatsEndpoint stats;
  private final Valuing valuing;
  private final Connects connects = new Connects();
  private final MessageConsumer<JsonObject> consumer;
  private final long timer;
  private final long telling;

  ControlEndpoint(Vertx vertx, HostState state, Addresses addresses) {
    this.vertx = vertx;
    this.state = state;
    this.clients = new Clients(addresses, new SecureRandom().nextInt(1 << 30));
    this.desk = new Desk(vertx, addresses);
    this.gater = new GaterEndpoint(vertx, state);
    this.stats = new StatsEndpoint(vertx, state);
    this.valuing = new Valuing(state);
    this.consumer = Consumers.of(vertx, addresses.control(), this::onRequest);
    this.timer = vertx.setPeriodic(Clients.CHECK / 1_000_000, id -> expire());
    this.telling = vertx.setPeriodic(1_000, id -> state.refusals().tell());
  }

  Future<Void> ready() {
    return Future.all(consumer.completion(), gater.ready(), stats.ready()).mapEmpty();
  }

  private void onRequest(Message<JsonObject> message) {
    Future<JsonObject> answer;
    try {
      answer = answer(message.body());
    } catch (FailureException e) {
      answer = Future.failedFuture(e);
    } catch (ClassCastException | IllegalArgumentException e) {
      answer = Future.failedFuture(Failure.BAD_REQUEST.because("a field has the wrong form: " + e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("request {} failed", message.body(), e);
      answer = Future.failedFuture(e);
    }
    answer.onSuccess(message::reply).onFailure(e -> {
      FailureException failure = Failure.of(e);
      message.fail(failure.failure().code(), failure.getMessage());
    });
  }

  private Future<JsonObject> answer(JsonObject request) {
    String op = BusJson.text(request, "op");
    return switch (op) {
      case "attach" -> attach(request);
      case "renew" -> renew(request);
      case "detach" -> detach(request);
      case "register" -> register(request);
      case "unregister" -> unregister(request);
      case "serve" -> desk.serve(clients.require(number(request, "client"))).map(serving -> new JsonObject());
      case "unserve" -> unserve(request);
      case "yield" -> yieldCalls(request);
      case "connect" -> connect(request);
      case "cancel" -> cancel(request);
      case "disconnect" -> state.swarm().disconnect(BusJson.peer(request, "peer")).map(gone -> new JsonObject());
      case "peers" -> peers();
      case "peer" -> peer(BusJson.peer(request, "peer"));
      case "known" -> known(request);
      case "resolve" -> resolve(BusJson.address(BusJson.text(request, "address")));
      case "info" -> Future.succeededFuture(BusJson.of(state.describe()));
      case "usage" -> usage();
      case "tag" -> valued(request, valuing::tag);
      case "untag" -> valued(request, valuing::untag);
      case "protect" -> valued(request, valuing::protect);
      case "unprotect" -> valued(request, valuing::unprotect);
      case "sign" -> sign(request);
      case "identified" -> identified(request);
      default -> throw Failure.BAD_REQUEST.because("unknown op \"" + op + "\"; known: attach, renew, detach, register,"
          + " unregister, serve, unserve, yield, connect, cancel, disconnect, peers, peer, known, resolve, info, usage,"
          + " tag, untag, protect, unprotect, sign, identified");
    };
  }

  private static long number(JsonObject request, String field) {
    if (request.getValue(field) instanceof Number number) {
      return number.longValue();
    }
    throw Failure.BAD_REQUEST.because("\"" + field + "\" must be a number, was " + request.getValue(field));
  }

  private static Future<JsonObject> done() {
    return Future.succeededFuture(new JsonObject());
  }

  private Future<JsonObject> attach(JsonObject request) {
    long api = number(request, "api");
    if (api != API) {
      throw Failure.BAD_REQUEST.because("the plugin speaks version " + api + " of the event bus contract, this node "
          + API + ": build it against the node's version");
    }
    boolean successor = Boolean.TRUE.equals(request.getBoolean("successor"));
    String plugin = BusJson.text(request, "plugin");
    Budget budget = Budget.of(request.getJsonObject("budget"));
    Client previous = successor ? clients.youngest(plugin) : null;
    Client client = clients.attach(System.nanoTime(), plugin, successor, budget);
    state.setClients(clients.snapshot());
    LOG.debug("plugin {} attached as client {}", client.plugin(), client.number());
    JsonObject reply = previous == null ? new JsonObject() : new JsonObject().put("previous", previous.number());
    return Future.succeededFuture(reply
        .put("client", client.number())
        .put("inbox", client.inbox())
        .put("id", state.self().toString()));
  }

  private Future<JsonObject> renew(JsonObject request) {
    clients.renew(System.nanoTime(), number(request, "client"));
    return done();
  }

  private Future<JsonObject> detach(JsonObject request) {
    drop(clients.require(number(request, "client")));
    return done();
  }

  private Future<JsonObject> unserve(JsonObject request) {
    desk.leave(clients.require(number(request, "client")));
    return done();
  }

  private Future<JsonObject> yieldCalls(JsonObject request) {
    desk.yield(clients.require(number(request, "client")));
    return done();
  }

  private Future<JsonObject> valued(JsonObject request, BiConsumer<Client, JsonObject> way) {
    way.accept(clients.require(number(request, "client")), request);
    return done();
  }

  private void drop(Client client) {
    clients.detach(client.number());
    state.setClients(clients.snapshot());
    desk.leave(client);
    connects.drop(client);
    valuing.drop(client);
    state.setProtocols(state.protocols().without(client));
    state.swarm().shards().forEach(shard -> shard.dropClient(client));
  }

  private void expire() {
    for (Client client : clients.expired(System.nanoTime())) {
      LOG.warn("plugin {} did not renew its lease; its protocols and streams are dropped", client.plugin());
      drop(client);
    }
  }

  private Future<JsonObject> register(JsonObject request) {
    Client client = clients.require(number(request, "client"));
    List<String> wanted = BusJson.texts(request, "protocols");
    ProtocolTable table = state.protocols();
    for (String protocol : wanted) {
      if (protocol.isEmpty() || protocol.length() > MAX_PROTOCOL_LENGTH || protocol.indexOf('\n') >= 0) {
        throw Failure.BAD_REQUEST.because("protocol id \"" + protocol + "\": 1 to " + MAX_PROTOCOL_LENGTH
            + " characters without a line break are allowed");
      }
      Client owner = table.client(protocol);
      if (owner != null && owner != client && !client.succeeds(owner)) {
        throw Failure.ALREADY_TAKEN.because(protocol + " is served by plugin " + owner.plugin());
      }
    }
    if (wanted.isEmpty() || table.protocols().size() + wanted.size() > MAX_PROTOCOLS) {
      throw Failure.LIMIT_REACHED.because("1 to " + MAX_PROTOCOLS + " protocol ids are allowed in one node");
    }
    state.setProtocols(table.with(wanted, client, loops(request, client)));
    return done();
  }

  /** Where the client wants the streams of which connections: the number of a seat for each data address it names. */
  private Map<String, Client> loops(JsonObject request, Client client) {
    JsonObject asked = request.getJsonObject("loops");
    Map<String, Client> loops = new LinkedHashMap<>();
    for (int shard = 0; asked != null && shard < state.swarm().shards().size(); shard++) {
      String data = state.addresses().data(shard);
      if (!asked.containsKey(data)) {
        continue;
      }
      long seat = number(asked, data);
      if (seat < 1 || seat > Addresses.MAX_SEAT) {
        throw Failure.BAD_REQUEST.because("\"loops\": " + seat + " is not in 1 to " + Addresses.MAX_SEAT);
      }
      loops.put(data, client.at(state.addresses().inbox(client.number(), (int) seat)));
    }
    return loops;
  }

  private Future<JsonObject> unregister(JsonObject request) {
    Client client = clients.require(number(request, "client"));
    state.setProtocols(state.protocols().without(BusJson.texts(request, "protocols"), client));
    return done();
  }

  private Future<JsonObject> connect(JsonObject request) {
    PeerId peer = request.containsKey("peer") ? BusJson.peer(request, "peer") : null;
    List<Multiaddr> addresses = BusJson.addresses(request, "addresses");
    if (!Boolean.FALSE.equals(request.getBoolean("dial"))) {
      return connect(request, peer, addresses).map(this::route);
    }
    PeerId connected = BusJson.peer(request, "peer");
    return Future.succeededFuture(state.swarm().connection(connected).map(this::route)
        .orElseThrow(() -> Failure.CONNECTION_CLOSED.because(connected + " is not connected")));
  }

  private Future<ConnectionInfo> connect(JsonObject request, PeerId peer, List<Multiaddr> addresses) {
    if (!request.containsKey("request")) {
      return state.swarm().connect(peer, addresses).done();
    }
    Connects.Key key = new Connects.Key(number(request, "client"), number(request, "request"));
    connects.requireFree(key);
    return connects.add(key, state.swarm().connect(peer, addresses));
  }

  private Future<JsonObject> cancel(JsonObject request) {
    connects.cancel(new Connects.Key(number(request, "client"), number(request, "request")));
    return done();
  }

  private JsonObject route(ConnectionInfo connection) {
    return new JsonObject()
        .put("peer", connection.peer().toString())
        .put("connection", connection.id())
        .put("data", state.addresses().data(connection.shard()));
  }

  private Future<JsonObject> peers() {
    JsonArray peers = new JsonArray();
    LinkedHashSet<PeerId> seen = new LinkedHashSet<>();
    for (ConnectionInfo connection : state.swarm().connections()) {
      if (seen.add(connection.peer())) {
        peers.add(valuing.describe(connection.peer(), BusJson.of(info(connection.peer())))
            .put("remoteAddress", connection.remoteAddress().toString()));
      }
    }
    return Future.succeededFuture(new JsonObject().put("peers", peers).put("seq", state.lastEvent()));
  }

  private PeerInfo info(PeerId peer) {
    KnownPeer known = state.swarm().store().get(System.nanoTime(), peer).orElse(null);
    ConnectionInfo connection = state.swarm().connection(peer).orElse(null);
    if (known == null && connection == null) {
      throw Failure.NOT_FOUND.because("nothing is known of peer " + peer);
    }
    boolean inbound = connection != null && connection.inbound();
    return known == null
        ? new PeerInfo(peer, true, inbound, List.of(), List.of(), "", "")
        : new PeerInfo(peer, connection != null, inbound, known.addresses(), known.protocols(),
            known.agentVersion(), known.protocolVersion());
  }

  private Future<JsonObject> peer(PeerId peer) {
    JsonObject answer = BusJson.of(info(peer));
    state.swarm().store().signedRecord(peer)
        .ifPresent(record -> answer.put("signedPeerRecord", Buffer.buffer(record)));
    return Future.succeededFuture(answer);
  }

  private Future<JsonObject> known(JsonObject request) {
    long max = number(request, "max");
    if (max < 1 || max > MAX_KNOWN) {
      throw Failure.BAD_REQUEST.because("\"max\": " + max + ": 1 to " + MAX_KNOWN + " are allowed");
    }
    String protocol = request.getString("protocol", "");
    JsonArray peers = new JsonArray();
    state.swarm().store().reachable(System.nanoTime(), Lifetime.IDENTIFIED, protocol, (int) max)
        .forEach(known -> peers.add(BusJson.of(info(known.peer()))));
    return Future.succeededFuture(new JsonObject().put("peers", peers));
  }

  private Future<JsonObject> resolve(Multiaddr address) {
    return state.swarm().resolve(address).map(found -> new JsonObject().put("addresses", BusJson.array(found)));
  }

  private Future<JsonObject> usage() {
    return Future.succeededFuture(new JsonObject()
        .put("plugins", new JsonArray(clients.accounts().stream().map(Account::toJson).toList())));
  }

  private Future<JsonObject> sign(JsonObject request) {
    String domain = BusJson.text(request, "domain");
    Buffer bytes = request.getBuffer("bytes", Buffer.buffer());
    return Future.succeededFuture(new JsonObject().put("signature", state.sign(domain, bytes)));
  }

  private Future<JsonObject> identified(JsonObject request) {
    PeerInfo told = BusJson.peerInfo(request);
    PeerId peer = told.peer();
    state.swarm().store().identified(System.nanoTime(), peer, told.addresses(), told.protocols(),
        told.agentVersion(), told.protocolVersion(), record(peer, request.getBuffer("signedPeerRecord")));
    state.swarm().know(peer, new LinkedHashSet<>(told.protocols()));
    state.publish(new HostEvent.Identified(info(peer)));
    return done();
  }

  /** Whoever sends it has verified it; here it is only read. One that cannot be read is none. */
  private static SignedRecord record(PeerId peer, Buffer envelopeOrNull) {
    try {
      if (envelopeOrNull != null) {
        PeerRecord told = PeerRecord.ofPayload(SignedEnvelope.of(envelopeOrNull.getBytes()).payload());
        return told.peerId().equals(peer) ? new SignedRecord(told.seq(), envelopeOrNull.getBytes()) : null;
      }
    } catch (FormatException e) {
      LOG.debug("the signed record of {} cannot be read: {}", peer, e.getMessage());
    }
    return null;
  }

  Future<Void> close() {
    vertx.cancelTimer(timer);
    vertx.cancelTimer(telling);
    state.refusals().tell();
    desk.close();
    return Future.join(consumer.unregister(), gater.close(), stats.close()).mapEmpty();
  }
}
