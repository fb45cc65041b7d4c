package io.peerbus.api;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The node as a plugin sees it: a peer with an identity that serves protocols and reaches other peers.
 *
 * <p>Belongs to the context of the verticle it was given to. Futures complete there and handlers are called there.
 * A failed future carries a {@link FailureException}.
 */
public interface Host extends Opener {

  /** The longest that a call may wait. Calls to a plugin that never answers would otherwise pile up. */
  Duration LONGEST_CALL = Duration.ofMinutes(10);

  /** The node's name, unique among the nodes that share an event bus. */
  String node();

  /** This host's own peer id. */
  PeerId id();

  /**
   * Serves a protocol: {@code handler} gets each stream that a peer opens for it. Peers are told at once by identify
   * push. Fails with {@link Failure#ALREADY_TAKEN} when another registration serves the id.
   */
  default Future<Registration> handle(String protocol, Handler<Stream> handler) {
    return handle(List.of(protocol), handler);
  }

  /** As {@link #handle(String, Handler)} for several ids with one handler; all or none. */
  Future<Registration> handle(List<String> protocols, Handler<Stream> handler);

  /**
   * The event loops that the node's connections are on, for a plugin that is to be fast; they are the same at each
   * call. A node that was restarted may be on others: what is on those is done on the plugin's context then, until the
   * plugin is deployed anew.
   */
  default Future<Loops> loops() {
    return Future.succeededFuture(new OwnLoop(this));
  }

  /**
   * As {@link #open(PeerId, List)}, but never connects: fails with {@link Failure#CONNECTION_CLOSED} when the peer is
   * not connected. For what a plugin does by itself, because a peer came: one that left again right after is not to be
   * dialled for that, least of all when somebody has just disconnected it.
   */
  Future<Stream> openConnected(PeerId peer, List<String> protocols);

  /**
   * Connects to an address; the peer id in it, where there is one, must be the one that answers. With a connection to
   * that peer already up it completes at once.
   *
   * @return the peer that answered
   */
  default Future<PeerId> connect(Multiaddr address) {
    return dial(address).connected();
  }

  /**
   * Connects to a peer by these addresses and those known of it. For what peers tell of each other: unlike with
   * {@link #connect(Multiaddr)}, a name among them is not followed into this machine or its private network, unless
   * that peer was reached as near before. Which IP addresses to believe whom is the caller's decision.
   */
  default Future<PeerId> connect(PeerId peer, List<Multiaddr> addresses) {
    return dial(peer, addresses).connected();
  }

  /** As {@link #connect(Multiaddr)}, for a caller that may lose interest: what it waits for can be given up. */
  Dial dial(Multiaddr address);

  /** As {@link #connect(PeerId, List)}, for a caller that may lose interest. */
  Dial dial(PeerId peer, List<Multiaddr> addresses);

  /** Closes every connection to a peer, cleanly. Completes when they are gone; also when there was none. */
  Future<Void> disconnect(PeerId peer);

  /** The connected peers. */
  Future<List<PeerInfo>> peers();

  /** What is known of one peer, connected or not; {@link Failure#NOT_FOUND} when nothing is. */
  Future<PeerInfo> peer(PeerId peer);

  /**
   * Peers that the node could dial, connected or not, those first whose addresses are best proved: where a plugin
   * begins that knows nobody yet. Known from before a restart, too, where the node keeps its peers. Fails with
   * {@link Failure#BAD_REQUEST} when {@code max} is not 1 to 256.
   *
   * @param protocol one that they served when identify last asked, or empty for any
   */
  Future<List<PeerInfo>> known(String protocol, int max);

  /**
   * The addresses that one which begins with a name ({@code /dns…}, {@code /dnsaddr}) stands for, as the node's dials
   * find them; any other is its own answer. Those of a {@code /dnsaddr} end in {@code /p2p} where their record does.
   * Fails with {@link Failure#NOT_FOUND} when there are none.
   */
  Future<List<Multiaddr>> resolve(Multiaddr address);

  /** What this node says of itself now. */
  Future<HostInfo> info();

  /**
   * Signs with the node's identity key, which never leaves core. The signed bytes are {@code domain} followed by
   * {@code bytes}. Only domains that core knows are signed ({@code libp2p-pubsub:}), so that no plugin can make the
   * node sign a handshake or a peer record; others fail with {@link Failure#FORBIDDEN}.
   */
  Future<Buffer> sign(String domain, Buffer bytes);

  /** Tells core what identify learnt of a connected peer; core keeps it and publishes {@link HostEvent.Identified}. */
  Future<Void> identified(PeerInfo peer);

  /**
   * As {@link #identified(PeerInfo)}, with the signed record that the addresses are of. Core keeps the newest;
   * addresses of an older one do not replace those that are known.
   *
   * @param signedPeerRecord an envelope that was verified
   */
  Future<Void> identified(PeerInfo peer, Buffer signedPeerRecord);

  /**
   * Says what a connected peer, or one that may be, is worth to this plugin: when a node has too many connections, it
   * closes those of peers whose values, of all plugins and under all names, add up to the least. A value under the same
   * name takes the place of the one before. All that a plugin said goes with it. Fails with
   * {@link Failure#LIMIT_REACHED} when it has said that of too many peers.
   *
   * @param tag 1 to 64 characters, this plugin's own
   */
  default Future<Void> tag(PeerId peer, String tag, int value) {
    return Future.succeededFuture();
  }

  /** Takes a value back; one that is not there does no harm. */
  default Future<Void> untag(PeerId peer, String tag) {
    return Future.succeededFuture();
  }

  /**
   * Has the connections of a peer spared, however little it is worth, until each name under which it is protected is
   * taken back. For few: what all plugins protect is not to come near to what the node may have.
   *
   * @param tag 1 to 64 characters, this plugin's own
   */
  default Future<Void> protect(PeerId peer, String tag) {
    return Future.succeededFuture();
  }

  /** Takes a protection back; one that is not there does no harm. */
  default Future<Void> unprotect(PeerId peer, String tag) {
    return Future.succeededFuture();
  }

  /**
   * Serves this plugin's JSON interface at {@code peerbus.<node>.<plugin>}. What {@code answer} throws or fails with
   * goes back as a {@link Failure}. While a newer version takes this one's place, requests wait for it; each is
   * answered by one of them.
   */
  Future<Void> serve(Function<JsonObject, Future<JsonObject>> answer);

  /**
   * Takes what the version before has left, for a plugin that takes the place of another; from then on the other does
   * nothing more, so it is to be called when nothing else can go wrong. Empty when there is none, or it leaves
   * nothing; then it goes on until this one is started.
   */
  Future<Optional<Inheritance>> inherit();

  /**
   * {@code leave} is called when a newer version of this plugin calls {@link #inherit()}; not again once it has left
   * something. It may take 3 s. What it leaves after that is lost: the newer version has begun without.
   */
  void onSuccessor(Supplier<Future<Handover>> leave);

  /** Whether a newer version has what was here, so that there is nothing left to do but to close. */
  boolean isHandedOver();

  /**
   * Listens to what happens in the node, from now on. When the plugin has lost touch with the node, which resets its
   * streams, each connected peer is told as {@link HostEvent.Disconnected} and, once the plugin is attached and its
   * protocols are served again, as {@link HostEvent.Connected} (and {@link HostEvent.Identified}) if it is still there.
   */
  Registration events(Handler<HostEvent> handler);

  /**
   * Listens to what happens, and learns of the peers that are connected already: what a plugin that deals with every
   * peer begins with. {@code known} gets each of them at once, unless an event told of it in the meantime, and no peer
   * is missed in between. Completes when {@code known} was called for all of them.
   */
  default Future<Void> follow(Handler<HostEvent> handler, Handler<PeerInfo> known) {
    return new Following(handler, known).start(this);
  }

  /** Asks another plugin of the same node, by its JSON interface at {@code peerbus.<node>.<plugin>}, for up to 5 s. */
  Future<JsonObject> call(String plugin, JsonObject request);

  /**
   * As {@link #call(String, JsonObject)}, for what takes longer, such as a search through a network. Fails with
   * {@link Failure#TIMED_OUT} when there is no answer within {@code limit}, which is 1 ms to {@link #LONGEST_CALL};
   * throws {@link IllegalArgumentException} for any other.
   */
  Future<JsonObject> call(String plugin, JsonObject request, Duration limit);

  /** Gives back every registration and stream of this host, open streams after {@code drain}. */
  Future<Void> close(Duration drain);
}
