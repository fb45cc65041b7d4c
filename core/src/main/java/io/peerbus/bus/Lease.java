package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's attachment to a node: renewed, and taken anew by itself when core knows it no longer, because the plugin
 * was too slow or the node was restarted (BUS.md, "Leases").
 *
 * <p>Not thread safe, owned by the context it was taken on.
 */
final class Lease {

  /** What the lease is needed for. */
  interface Owner {

    /** It is lost: whatever was bound to it is over. */
    void onLost(FailureException reason);

    /** There is a new one. Completes when everything that was bound to the old one is set up again. */
    Future<?> onTaken();

    /** The lease was renewed, which comes every few seconds. */
    void onRenewed();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** The version of the contract that this class speaks. */
  private static final int API = 1;

  private static final long RENEW_MILLIS = 10_000;

  private final Control control;
  private final Applicant applicant;
  private final String plugin;
  private final PeerId id;
  private final BusStreams streams;
  private final long timer;
  private Owner owner;
  private Long previous;
  private long client;
  private MessageConsumer<StreamFrame> inbox;
  /** Completes when there is a lease; failed as long as there is none and none is being taken. */
  private Future<Void> taken = Future.succeededFuture();
  private boolean closed;

  /** Takes the first one. The owner is to be set at once. */
  static Future<Lease> take(Control control, Applicant applicant) {
    return attach(control, applicant)
        .recover(e -> Future.failedFuture(explain(Failure.of(e), control.addresses().node())))
        .compose(attached -> {
          Lease lease = new Lease(control, applicant, BusJson.peer(attached, "id"));
          lease.previous = attached.getLong("previous");
          if (lease.previous != null) {
            lease.streams.beginAsSuccessor();
          }
          return lease.use(attached).map(lease);
        });
  }

  private static Future<JsonObject> attach(Control control, Applicant applicant) {
    return control.request(applicant.toRequest(API));
  }

  private static FailureException explain(FailureException failure, String node) {
    return failure.failure() == Failure.UNAVAILABLE
        ? Failure.UNAVAILABLE.because("no node named \"" + node + "\" on this event bus") : failure;
  }

  private Lease(Control control, Applicant applicant, PeerId id) {
    this.control = control;
    this.applicant = applicant;
    this.plugin = applicant.plugin();
    this.id = id;
    this.streams = new BusStreams(control.vertx());
    this.timer = vertx().setPeriodic(RENEW_MILLIS, now -> renew());
  }

  private Vertx vertx() {
    return control.vertx();
  }

  void setOwner(Owner owner) {
    this.owner = owner;
  }

  /** The node's peer id. */
  PeerId id() {
    return id;
  }

  /** The streams of the plugin, whichever lease they belong to. */
  BusStreams streams() {
    return streams;
  }

  /** The number that core knows the plugin by. */
  long client() {
    return client;
  }

  /** The client whose place the plugin has taken, or {@code null}. */
  Long previous() {
    return previous;
  }

  /** Completes when there is a lease: at once, or when the one being taken is there; fails when none can be had now. */
  Future<Void> taken() {
    return taken;
  }

  /**
   * A request that needs the lease. When core does not know it, a new one is taken, and it is asked once more.
   *
   * @return completes with the number of the client for whom it was done
   */
  Future<Long> request(JsonObject request) {
    return taken.compose(now -> {
      long asked = client;
      return requestAs(asked, request).recover(e -> {
        if (closed || Failure.of(e).failure() != Failure.NOT_FOUND) {
          return Future.failedFuture(e);
        }
        onUnknown(asked, "the node does not know this plugin any more");
        return taken.compose(again -> requestAs(client, request));
      });
    });
  }

  private Future<Long> requestAs(long client, JsonObject request) {
    return control.request(request.copy().put("client", client)).map(reply -> client);
  }

  /** Asks core to keep the lease; also takes a new one if need be. */
  void renew() {
    if (taken.failed()) {
      takeAnew();
      return;
    }
    if (!taken.isComplete()) {
      return;
    }
    long asked = client;
    control.request(new JsonObject().put("op", "renew").put("client", asked))
        .onSuccess(renewed -> {
          if (!closed) {
            owner.onRenewed();
          }
        })
        .onFailure(e -> {
          Failure failure = Failure.of(e).failure();
          if (failure == Failure.NOT_FOUND) {
            onUnknown(asked, "the node does not know this plugin any more");
          } else if (failure == Failure.UNAVAILABLE) {
            onUnknown(asked, "the node is gone");
          } // else it is slow: the lease outlasts two renewals that fail
        });
  }

  private void onUnknown(long asked, String reason) {
    if (closed || asked != client || !taken.succeeded()) {
      return; // known already
    }
    LOG.warn("{}: {}; its streams are over, and it attaches anew", plugin, reason);
    FailureException failure = Failure.UNAVAILABLE.because("the plugin has lost its lease: " + reason);
    taken = Future.failedFuture(failure);
    inbox.unregister();
    streams.onLost(failure);
    owner.onLost(failure);
    takeAnew();
  }

  private void takeAnew() {
    // A node that has it all the same, because only a message was lost, must not keep the protocols for the old one.
    taken = control.request(new JsonObject().put("op", "detach").put("client", client)).otherwiseEmpty()
        .compose(gone -> attach(control, applicant.anew()))
        .compose(attached -> BusJson.peer(attached, "id").equals(id) ? use(attached) : refuse(attached));
    taken.onSuccess(now -> onTaken())
        .onFailure(e -> LOG.warn("{} cannot attach to node {} now: {}", plugin, control.addresses().node(),
            e.getMessage()));
  }

  private void onTaken() {
    if (closed) {
      release();
      return;
    }
    owner.onTaken().onComplete(
        done -> LOG.info("{} is attached to node {} again", plugin, control.addresses().node()),
        e -> LOG.warn("{} is attached again, but not all is as it was: {}", plugin, e.getMessage()));
  }

  /** Who asked for this node's id, or signed by it, would be wrong about it now. */
  private Future<Void> refuse(JsonObject attached) {
    control.request(new JsonObject().put("op", "detach").put("client", attached.getLong("client")));
    return Future.failedFuture(Failure.UNAVAILABLE.because("it has another identity than before, "
        + attached.getString("id") + ": deploy the plugin anew"));
  }

  private Future<Void> use(JsonObject attached) {
    client = attached.getLong("client");
    String address = control.addresses().inbox(client);
    streams.attach(client, address);
    inbox = Consumers.of(vertx(), address, message -> streams.onFrame(message.body()));
    return inbox.completion();
  }

  /** Gives it back. The future never fails. */
  Future<Void> close() {
    closed = true;
    vertx().cancelTimer(timer);
    return taken.succeeded() ? release() : Future.succeededFuture();
  }

  private Future<Void> release() {
    return control.request(new JsonObject().put("op", "detach").put("client", client)).otherwiseEmpty()
        .compose(detached -> inbox.unregister())
        .otherwiseEmpty();
  }
}
