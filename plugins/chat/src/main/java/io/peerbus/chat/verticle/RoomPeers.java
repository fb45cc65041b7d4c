package io.peerbus.chat.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.PeerInfo;
import io.peerbus.chat.ChatLines;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds peers of the room through the node's DHT, as the other universal-connectivity peers do: each provides the
 * SHA-256 multihash of the room's name (go's routing discovery), looks every 10 s who else does, and connects to them.
 * Gossipsub does the rest. Belongs to the chat's context.
 */
final class RoomPeers {

  private static final Logger LOG = LoggerFactory.getLogger(RoomPeers.class);

  /** As go-peer has it. */
  private static final long EVERY_MILLIS = 10_000;
  /** While the DHT knows nobody yet: a node has just started. */
  private static final long FIRST_MILLIS = 500;
  /** Taken of one search. Whoever provides the room's name is dialled, and anybody can. */
  private static final int MOST = 20;
  /** With so many peers nobody more is looked for: a crowd of invented providers would have us dial without end. */
  private static final int ENOUGH = 64;
  /** Peers that were told of are not told of again; of a crowd the eldest are forgotten. */
  private static final int MAX_TOLD = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long NO_TIMER = -1;
  private static final byte[] SHA2_256 = {0x12, 0x20};

  private final ChatBus bus;
  private final Host host;
  private final String dht;
  private final Buffer key;
  private final Set<String> told = new LinkedHashSet<>();
  private boolean provided;
  private boolean left;
  private long pause = FIRST_MILLIS;
  private long timer = NO_TIMER;

  /** @param dht the plugin's id */
  RoomPeers(ChatBus bus, Host host, String dht, String room) {
    this.bus = bus;
    this.host = host;
    this.dht = dht;
    this.key = key(room);
  }

  static Buffer key(String room) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return Buffer.buffer(SHA2_256).appendBytes(sha256.digest(room.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes on until {@link #leave()}. */
  void search() {
    provide().compose(done -> left ? Future.succeededFuture(new JsonObject()) : ask("findProviders", MOST))
        .compose(this::onFound)
        .onFailure(e -> LOG.debug("no peers of the room through the DHT: {}", e.getMessage()))
        .onComplete(done -> {
          pause = provided || done.succeeded() ? EVERY_MILLIS : Math.min(2 * pause, EVERY_MILLIS);
          if (!left) {
            timer = bus.vertx().setTimer(pause, fired -> search());
          }
        });
  }

  /** Once; the DHT goes on with it by itself. */
  private Future<Void> provide() {
    return provided || left ? Future.succeededFuture() : ask("provide", 0).map(answer -> {
      provided = !answer.getJsonArray("peers", new JsonArray()).isEmpty();
      return null;
    });
  }

  private Future<JsonObject> ask(String op, int count) {
    JsonObject request = new JsonObject().put("op", op).put("key", key);
    return host.call(dht, count == 0 ? request : request.put("count", count), PATIENCE);
  }

  private Future<Void> onFound(JsonObject answer) {
    Map<PeerId, List<Multiaddr>> found = new LinkedHashMap<>();
    for (Object each : answer.getJsonArray("peers", new JsonArray())) {
      try {
        JsonObject contact = (JsonObject) each;
        found.put(PeerId.parse(contact.getString("peer")), addresses(contact));
      } catch (FormatException e) {
        LOG.debug("a provider that is none: {}", e.getMessage());
      }
    }
    found.remove(host.id());
    return host.peers().compose(peers -> {
      found.keySet().removeAll(peers.stream().map(PeerInfo::peer).collect(Collectors.toSet()));
      return left || peers.size() >= ENOUGH ? Future.succeededFuture() : connect(found);
    });
  }

  private static List<Multiaddr> addresses(JsonObject contact) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (Object address : contact.getJsonArray("addresses", new JsonArray())) {
      try {
        addresses.add(Multiaddr.parse(address.toString()));
      } catch (FormatException e) {
        LOG.debug("an address that is none: {}", e.getMessage());
      }
    }
    return addresses;
  }

  private void forgetEldest() {
    Iterator<String> eldest = told.iterator();
    while (told.size() > MAX_TOLD) {
      eldest.next();
      eldest.remove();
    }
  }

  private Future<Void> connect(Map<PeerId, List<Multiaddr>> found) {
    List<String> news = found.keySet().stream().map(PeerId::toString).filter(told::add).toList();
    if (!news.isEmpty()) {
      bus.print(ChatLines.found(news));
      forgetEldest();
    }
    List<Future<?>> dials = new ArrayList<>();
    found.forEach((peer, addresses) -> dials.add(host.connect(peer, addresses)
        .onFailure(e -> LOG.debug("peer {} of the room could not be reached: {}", peer, e.getMessage()))));
    return Future.join(dials).transform(done -> Future.succeededFuture());
  }

  /** Searches no more; a newer version may. */
  void leave() {
    left = true;
    bus.vertx().cancelTimer(timer);
  }

  /** Is in the room no more. */
  void stop() {
    leave();
    ask("unprovide", 0).onFailure(e -> LOG.debug("the DHT still provides the room: {}", e.getMessage()));
  }
}
