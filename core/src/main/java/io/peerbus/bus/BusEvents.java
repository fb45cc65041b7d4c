package io.peerbus.bus;

import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens in the node, for the handlers of one plugin. When events were missed, or the lease was lost and all
 * streams with it, the handlers are told of peers that went and came as if it had just happened: a protocol needs no
 * code of its own for that.
 *
 * <p>Not thread safe, owned by the plugin's context.
 */
final class BusEvents {

  private static final Logger LOG = LoggerFactory.getLogger(BusEvents.class);

  private static final long NONE = -1;

  /** Across a cluster an answer and an event come by different ways; more often than this it is not worth asking. */
  private static final int TRIES = 5;

  private final Control control;
  private final MessageConsumer<JsonObject> consumer;
  private final List<Handler<HostEvent>> handlers = new ArrayList<>();
  /** Whom the handlers know to be connected. */
  private final Set<PeerId> connected = new LinkedHashSet<>();
  private long seq = NONE;
  /** Which peers are connected is not told, until somebody asked for all of them. */
  private boolean lost;

  BusEvents(Control control) {
    this.control = control;
    this.consumer = Consumers.of(control.vertx(), control.addresses().events(), message -> on(message.body()));
  }

  Future<Void> ready() {
    return consumer.completion();
  }

  void add(Handler<HostEvent> handler) {
    handlers.add(handler);
  }

  void remove(Handler<HostEvent> handler) {
    handlers.remove(handler);
  }

  /** The plugin asked who is connected. */
  void onAnswer(List<PeerInfo> peers) {
    peers.stream().filter(PeerInfo::connected).map(PeerInfo::peer).forEach(connected::add);
  }

  private void on(JsonObject json) {
    HostEvent event = BusJson.event(json);
    long number = json.getLong("seq", NONE);
    boolean late = number != NONE && number <= seq;
    long missed = seq == NONE || late ? 0 : number - seq - 1;
    seq = Math.max(seq, number);
    if (missed > 0 && !lost) {
      LOG.warn("{} events of node {} were missed", missed, control.addresses().node());
      resynchronise().onFailure(e -> LOG.warn("who is connected is not known: {}", e.getMessage()));
    }
    if (event != null && !(isOfPeer(event) && (lost || late))) {
      tell(event);
    }
  }

  private static boolean isOfPeer(HostEvent event) {
    return event instanceof HostEvent.Connected || event instanceof HostEvent.Disconnected
        || event instanceof HostEvent.Identified;
  }

  private void tell(HostEvent event) {
    if (event instanceof HostEvent.Connected up) {
      connected.add(up.peer());
    } else if (event instanceof HostEvent.Disconnected down) {
      connected.remove(down.peer());
    }
    for (Handler<HostEvent> handler : List.copyOf(handlers)) {
      try {
        handler.handle(event);
      } catch (RuntimeException e) {
        LOG.error("a handler of {} failed", event, e); // the others must hear of it all the same
      }
    }
  }

  /** The lease is lost, and with it every stream: to the handlers it is as if all peers had gone. */
  void onLost(String reason) {
    lost = true;
    seq = NONE; // a node that was restarted counts anew
    for (PeerId peer : List.copyOf(connected)) {
      tell(new HostEvent.Disconnected(peer, reason));
    }
  }

  /** Whether nobody could tell yet who is connected. */
  boolean isLost() {
    return lost;
  }

  /** Asks who is connected, and tells what is different from what the handlers know. */
  Future<Void> resynchronise() {
    return resynchronise(TRIES);
  }

  private Future<Void> resynchronise(int tries) {
    return control.request(new JsonObject().put("op", "peers")).compose(reply -> {
      long asOf = reply.getLong("seq", NONE);
      if (seq > asOf && tries > 1) {
        return resynchronise(tries - 1); // an event that came another way was faster than the answer
      }
      lost = false;
      seq = asOf;
      onPeers(BusJson.list(reply.getJsonArray("peers"), json -> json));
      return Future.succeededFuture();
    });
  }

  private void onPeers(List<JsonObject> peers) {
    Map<PeerId, JsonObject> now = new LinkedHashMap<>();
    peers.forEach(json -> now.put(BusJson.peer(json, "peer"), json));
    for (PeerId peer : List.copyOf(connected)) {
      if (!now.containsKey(peer)) {
        tell(new HostEvent.Disconnected(peer, "it went while events were missed"));
      }
    }
    now.forEach((peer, json) -> {
      if (!connected.contains(peer)) {
        PeerInfo info = BusJson.peerInfo(json);
        tell(new HostEvent.Connected(peer, info.inbound(), BusJson.address(BusJson.text(json, "remoteAddress"))));
        if (!info.protocols().isEmpty()) {
          tell(new HostEvent.Identified(info));
        }
      }
    });
  }

  void close() {
    handlers.clear();
    consumer.unregister();
  }
}
