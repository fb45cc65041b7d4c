package io.peerbus.kademlia;

import io.peerbus.kademlia.pb.StateProto;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * A node's part in one DHT: client always, server when its mode says so.
 *
 * <p>Its owner feeds it what happens in the node and carries out its actions. Every {@link Action.Request} is reported
 * back or cancelled, every {@link #onRequest} answered or refused, every operation ends with one {@link Action.Done}.
 *
 * <p>Not thread safe, owned by its driver. Spec: kad-dht; we differ in what {@code package-info} names.
 */
public final class Kademlia implements Machine<Action> {

  private final KademliaOptions options;
  private final Storages storages;
  private final Namespaces namespaces;
  private final RandomGenerator random;
  private final Peers peers;
  private final Stores stores;
  private final Checks checks;
  private final Requests requests;
  private final Operations operations;
  private final Server server;
  private final Upkeep upkeep;
  private final Counters counters = new Counters();
  private final Queue<Action> out = new ArrayDeque<>();
  private boolean started;
  private boolean serving;

  /**
   * @param options are copied
   * @param storages are read at once
   * @param clock the time now, on both clocks
   */
  public Kademlia(PeerId self, KademliaOptions options, Storages storages, RandomGenerator random, Clock clock) {
    this.options = new KademliaOptions(options);
    this.storages = storages;
    this.random = random;
    this.namespaces = new Namespaces(options.isStrict(), options.getOpenNamespaces());
    this.peers = new Peers(self, this.options);
    this.stores = new Stores(self, storages, this.options, random, clock.millis());
    this.checks = new Checks(namespaces, this.options.getLimits(), clock, out);
    Server.Shared shared = new Server.Shared(this.options, clock, counters, random, out);
    this.requests = new Requests(peers, this.options, counters, out);
    this.operations = new Operations(peers, stores, checks, shared, requests);
    this.server = new Server(peers, stores, checks, shared);
    this.upkeep = new Upkeep(peers, stores, requests, operations, shared);
  }

  /**
   * What the one that goes on in this one's place is to know. This one is of no use from then on.
   *
   * @param withStores whether they are not in a place that the next one reads as well
   */
  public StateProto.State.Builder leave(long now, boolean withStores) {
    StateProto.State.Builder state = LeftState.write(now, peers, upkeep.bootstrap(), operations, counters);
    if (withStores) {
      LeftState.addStores(state, storages);
    }
    return state;
  }

  /**
   * Goes on where another machine left; before the start. Stores are to be filled before this is made, see
   * {@link LeftState#fill}.
   */
  public void restore(long now, StateProto.State state) throws FormatException {
    List<RoutingTable.Row> table = LeftState.table(now, state);
    List<Contact> bootstrap = LeftState.bootstrap(state);
    table.forEach(peers.table::restore);
    upkeep.add(now, bootstrap);
    operations.sizes().restore(state.getSizesList());
    for (Counter counter : Counter.values()) {
      counters.restore(counter, state.getCountsOrDefault(counter.name(), 0));
    }
  }

  /** Begins to serve, where the mode says so, and to look for a place in the network. */
  public void start(long now) {
    started = true;
    upkeep.start(now, random);
    changeMode();
  }

  private void changeMode() {
    boolean serve = started && switch (options.getMode()) {
      case SERVER -> true;
      case CLIENT -> false;
      case AUTO -> peers.isDialable();
    };
    if (serve != serving) {
      serving = serve;
      out.add(new Action.Serve(serve));
    }
  }

  /** Where this node can be reached, as it tells everybody. */
  public void onListening(List<Multiaddr> addresses) {
    peers.listening(addresses);
    changeMode();
  }

  /** @param remote where our side of the connection sees the peer */
  public void onConnected(PeerId peer, Multiaddr remote, boolean inbound) {
    peers.connected(peer, remote, inbound);
    changeMode();
  }

  /** The last connection is gone; a peer of the table stays there as long as it can be reached again. */
  public void onDisconnected(PeerId peer) {
    peers.disconnected(peer);
    changeMode();
  }

  /**
   * Identify told what a peer is.
   *
   * @param isServer whether it lists our protocol
   */
  public void onIdentified(long now, PeerId peer, List<Multiaddr> addresses, boolean isServer) {
    Contact contact = new Contact(peer, peers.filter.keep(addresses, peers.remote(peer)));
    peers.identified(contact);
    if (!isServer) {
      peers.table.remove(now, peer);
    } else if (peers.table.find(peer) != null) {
      peers.table.add(now, contact, peers.remote(peer));
    } else {
      upkeep.consider(now, contact);
    }
  }

  /** Peers to begin with, and to come back to when all others are lost. */
  public void addBootstrap(long now, List<Contact> contacts) {
    upkeep.add(now, contacts);
  }

  /**
   * A peer asks. Answered by {@link Action.Respond} or {@link Action.Refuse} with this number.
   *
   * @param remote where our side of the connection sees the peer
   */
  public void onRequest(long now, long exchange, PeerId from, Multiaddr remote, Message message) {
    if (serving) {
      server.onRequest(now, exchange, from, remote, message);
    } else {
      out.add(new Action.Refuse(exchange, "we are a client"));
    }
  }

  /**
   * The answer to a request of ours.
   *
   * @param answer {@code null} for an {@code ADD_PROVIDER} that was sent
   */
  public void onResponse(long now, long request, Message answer, Multiaddr remoteOrNull) {
    requests.onResponse(now, request, answer, remoteOrNull);
  }

  /** A request of ours could not be sent, or the peer refused it. */
  public void onRequestFailed(long now, long request, String reason) {
    requests.onFailed(now, request, reason);
  }

  /** What a validator says of a record. */
  public void onChecked(long now, long check, Verdict verdict) {
    checks.onChecked(now, check, verdict);
  }

  /**
   * Puts a record to the k nearest peers of its key, and again and again from then on.
   *
   * @param operation a number above 0 that no other running operation has; the same in the others
   */
  public void put(long now, long operation, byte[] key, byte[] value) {
    operations.put(now, operation, key, value);
  }

  /**
   * Looks for the best record under a key.
   *
   * @param quorum peers that must tell the same best record before the search ends early
   */
  public void get(long now, long operation, byte[] key, int quorum) {
    operations.get(now, operation, key, quorum);
  }

  /** Tells the k nearest peers that we have what the key stands for, and again and again from then on. */
  public void provide(long now, long operation, byte[] key) {
    operations.provide(now, operation, key);
  }

  /** Looks for peers that have what the key stands for, until there are {@code most}. */
  public void findProviders(long now, long operation, byte[] key, int most) {
    operations.findProviders(now, operation, key, most);
  }

  /** Looks for the addresses of a peer. */
  public void findPeer(long now, long operation, PeerId peer) {
    operations.findPeer(now, operation, peer);
  }

  /** Looks for the k peers nearest to the hash of the key. */
  public void closestPeers(long now, long operation, byte[] key) {
    operations.closest(now, operation, key);
  }

  /** Ends an operation with what it has; no effect when it is over. */
  public void cancel(long now, long operation) {
    operations.cancel(now, operation);
  }

  /** Publishes a record of ours no more; answers whether it was. Peers forget it by themselves. */
  public boolean unput(byte[] key) {
    return stores.own.remove(key, true);
  }

  /** Provides a content no more; answers whether we did. Peers forget it by themselves. */
  public boolean unprovide(byte[] key) {
    return stores.own.remove(key, false);
  }

  /** Who judges which records; more can be added. */
  public Namespaces namespaces() {
    return namespaces;
  }

  @Override
  public Action poll() {
    return out.poll();
  }

  @Override
  public long deadline() {
    return Math.min(upkeep.deadline(), Math.min(requests.deadline(), operations.queries().deadline()));
  }

  @Override
  public void onDeadline(long now) {
    requests.onDeadline(now);
    operations.queries().onDeadline(now);
    upkeep.onDeadline(now);
  }

  /** Whether requests are answered. */
  public boolean isServing() {
    return serving;
  }

  /** The table, nearest bucket last. */
  public List<RoutingTable.Row> table() {
    return peers.table.rows();
  }

  public long count(Counter counter) {
    return counters.get(counter);
  }

  /** Records of others that are kept here. */
  public int records() {
    return stores.records.size();
  }

  /** Provider records that are kept here. */
  public int providers() {
    return stores.providers.size();
  }

  /** Records of our own. */
  public int ownRecords() {
    return stores.own.records();
  }

  /** Records and contents of our own. */
  public int publications() {
    return stores.own.records() + stores.own.contents();
  }

  /** Requests that wait for their answer, records that are being judged, lookups and operations that are running. */
  public int underWay() {
    return requests.waiting() + checks.waiting() + operations.queries().running() + operations.running();
  }
}
