package io.peerbus.kademlia.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.kademlia.Action;
import io.peerbus.kademlia.Counter;
import io.peerbus.kademlia.Kademlia;
import io.peerbus.kademlia.Outcome;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The plugin's JSON interface, see {@link KademliaVerticle}: reads requests, writes answers. */
final class KademliaApi {

  private static final String OPERATIONS = "put, unput, get, provide, unprovide, findProviders, findPeer, "
      + "closestPeers, addPeers, validate, routingTable, mode, stats";
  private static final int MOST = 1000;

  private static final Pattern PROGRESS = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final EventBus bus;
  private final String address;
  private final Commits commits;
  private final KademliaProtocol protocol;
  private final Kademlia machine;

  /**
   * @param address of this plugin
   * @param commits of the stores to disk
   */
  KademliaApi(EventBus bus, String address, KademliaProtocol protocol, Commits commits) {
    this.bus = bus;
    this.address = address;
    this.commits = commits;
    this.protocol = protocol;
    this.machine = protocol.machine();
  }

  /** Throws a failure, or fails the future with one, for a request that is wrong. */
  Future<JsonObject> answer(JsonObject request) {
    String op = Json.text(request, "op");
    return switch (op) {
      case "put" -> put(request);
      case "get" -> get(request);
      case "provide" -> provide(request);
      case "findProviders" -> findProviders(request);
      case "findPeer" -> findPeer(request);
      case "closestPeers" -> closestPeers(request);
      case "unput" -> kept(done(new JsonObject().put("was", machine.unput(Json.bytes(request, "key")))));
      case "unprovide" -> kept(done(new JsonObject().put("was", machine.unprovide(Json.bytes(request, "key")))));
      case "addPeers" -> addPeers(request);
      case "validate" -> validate(request);
      case "routingTable" -> routingTable();
      case "mode" -> done(new JsonObject().put("mode", protocol.options().getMode().toString())
          .put("serving", machine.isServing()));
      case "stats" -> stats();
      default -> throw Failure.BAD_REQUEST.because("op \"" + op + "\": unknown; there are " + OPERATIONS);
    };
  }

  /** The answer, once a crash cannot undo what it tells; also when nobody else took what is kept here. */
  private Future<JsonObject> kept(Future<JsonObject> answer) {
    return answer.transform(told -> commits.next().compose(written -> answer));
  }

  private static Future<JsonObject> done(JsonObject answer) {
    return Future.succeededFuture(answer);
  }

  private Future<JsonObject> put(JsonObject request) {
    byte[] key = Json.bytes(request, "key");
    byte[] value = Json.bytes(request, "value");
    return kept(run(request, (now, operation) -> machine.put(now, operation, key, value)));
  }

  private Future<JsonObject> get(JsonObject request) {
    byte[] key = Json.bytes(request, "key");
    int quorum = Json.number(request, "quorum", protocol.options().getQuorum(), MOST);
    return run(request, (now, operation) -> machine.get(now, operation, key, quorum));
  }

  private Future<JsonObject> provide(JsonObject request) {
    byte[] key = Json.bytes(request, "key");
    return kept(run(request, (now, operation) -> machine.provide(now, operation, key)));
  }

  private Future<JsonObject> findProviders(JsonObject request) {
    byte[] key = Json.bytes(request, "key");
    int count = Json.number(request, "count", protocol.options().getK(), MOST);
    return run(request, (now, operation) -> machine.findProviders(now, operation, key, count));
  }

  private Future<JsonObject> findPeer(JsonObject request) {
    PeerId peer = Json.peer(request);
    return run(request, (now, operation) -> machine.findPeer(now, operation, peer));
  }

  private Future<JsonObject> closestPeers(JsonObject request) {
    byte[] key = Json.bytes(request, "key");
    return run(request, (now, operation) -> machine.closestPeers(now, operation, key));
  }

  private Future<JsonObject> run(JsonObject request, KademliaProtocol.Start start) {
    boolean traced = request.getBoolean("trace", false);
    String deliver = request.containsKey("deliver") ? Json.text(request, "deliver") : null;
    String progress = request.containsKey("progress") ? progress(request) : null;
    Consumer<Action> updates = action -> {
      if (deliver != null) {
        bus.send(deliver, update(action));
      }
      if (progress != null) {
        bus.publish(progress, update(action));
      }
    };
    return protocol.run(start, updates).map(outcome -> {
      JsonObject answer = answer(outcome, traced);
      return traced ? answer.put("trace", Json.trace(outcome.trace())) : answer;
    });
  }

  private String progress(JsonObject request) {
    String name = Json.text(request, "progress");
    if (!PROGRESS.matcher(name).matches()) {
      throw Failure.BAD_REQUEST.because("progress: \"" + name + "\" is no name of up to 64 letters and digits");
    }
    return address + "." + name + ".events";
  }

  private static JsonObject update(Action action) {
    return action instanceof Action.Better better ? Json.of(better.record()).put("from", better.from().toString())
        : Json.of(((Action.ProviderFound) action).provider());
  }

  private static JsonObject answer(Outcome outcome, boolean traced) {
    if (outcome instanceof Outcome.Published published) {
      return new JsonObject().put("peers", Json.peers(published.peers())).put("failed", published.failed());
    } else if (outcome instanceof Outcome.Value value) {
      return Json.of(value.record()).put("peers", Json.peers(value.peers()));
    } else if (outcome instanceof Outcome.Peers found) {
      return new JsonObject().put("peers", Json.contacts(found.contacts()));
    } else if (outcome instanceof Outcome.NotFound not && traced) {
      return new JsonObject().put("notFound", not.message());
    } else if (outcome instanceof Outcome.NotFound not) {
      throw Failure.NOT_FOUND.because(not.message());
    }
    Outcome.Refused refused = (Outcome.Refused) outcome;
    throw failure(refused.cause()).because(refused.message());
  }

  private static Failure failure(Outcome.Cause cause) {
    return switch (cause) {
      case UNFIT -> Failure.BAD_REQUEST;
      case BUSY -> Failure.LIMIT_REACHED;
      case CANCELLED -> Failure.CANCELLED;
    };
  }

  private Future<JsonObject> addPeers(JsonObject request) {
    var contacts = Json.contacts(request);
    protocol.input(now -> machine.addBootstrap(now, contacts));
    return done(new JsonObject());
  }

  private Future<JsonObject> validate(JsonObject request) {
    String namespace = Json.text(request, "namespace");
    try {
      if (request.getValue("address") == null) {
        machine.namespaces().remove(namespace);
      } else {
        machine.namespaces().add(namespace, new BusValidator(Json.text(request, "address")));
      }
      return done(new JsonObject());
    } catch (IllegalArgumentException e) {
      throw Failure.BAD_REQUEST.because(e.getMessage());
    }
  }

  private Future<JsonObject> routingTable() {
    JsonArray rows = new JsonArray();
    machine.table().forEach(row -> rows.add(Json.of(row, Driver.now())));
    return done(new JsonObject().put("peers", rows));
  }

  private Future<JsonObject> stats() {
    JsonObject stats = new JsonObject();
    for (Counter counter : Counter.values()) {
      stats.put(camelCase(counter.name()), machine.count(counter));
    }
    return done(stats.put("tableSize", machine.table().size()).put("records", machine.records())
        .put("ownRecords", machine.ownRecords()).put("providers", machine.providers())
        .put("publications", machine.publications())
        .put("underWay", machine.underWay()).put("inboundStreams", protocol.inboundStreams())
        .put("outboundStreams", protocol.outboundStreams()).put("commits", commits.count()));
  }

  private static String camelCase(String constant) {
    String[] words = constant.toLowerCase(Locale.ROOT).split("_");
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return name.toString();
  }
}
