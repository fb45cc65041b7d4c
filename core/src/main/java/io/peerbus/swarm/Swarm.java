package io.peerbus.swarm;

import io.peerbus.machine.Machine;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * The connections of one node: who is connected, who is being dialled, and who may come in.
 *
 * <p>Requests come from above, with ids of the caller's; each is answered by exactly one {@link Action.Done} or
 * {@link Action.Failed}. The transport carries out {@link Action.Dial}, {@link Action.CancelDial} and
 * {@link Action.Close}, and reports; each dial ends in one report unless it is cancelled, and each connection that
 * was reported, also one that is closed at once, ends in one {@link #onClosed}. What it reports of a cancelled dial
 * is late and harmless: a connection of it is closed.
 *
 * <p>{@link Action.Up} comes with a peer's first connection and {@link Action.Down} with the end of its last; when
 * we close that one ourselves, at once and not when the transport is done.
 *
 * <p>Not thread safe, owned by the node's control context. {@code now} may be of any origin, also negative.
 *
 * <p>Spec: the libp2p specifications leave dialling policy open. As in go-libp2p near addresses go first and the
 * others follow at intervals; unlike there, simultaneous dials leave one connection (see {@link Connections}).
 */
public final class Swarm implements Machine<Swarm.Action> {

  /** What the owner is to do or to tell. */
  public sealed interface Action {

    /**
     * Connect, secure and multiplex.
     *
     * @param address without {@code /p2p}, and no DNS name
     * @param expectedOrNull the peer that must answer, or {@code null} when anybody may
     * @param timeoutNanos for all of it; the swarm cancels by itself when that is over
     */
    record Dial(long attempt, Multiaddr address, PeerId expectedOrNull, long timeoutNanos) implements Action {}

    /** Look up the name that the address begins with. It ends in {@code /p2p} when only that peer is wanted. */
    record Resolve(long attempt, Multiaddr address) implements Action {}

    /** Give a dial or a lookup up and close whatever has come of it. */
    record CancelDial(long attempt) implements Action {}

    /** Close a connection in an orderly way. */
    record Close(long connectionId, String reason) implements Action {}

    /** Close a connection in an orderly way when it has no stream left, and open no more on it. */
    record CloseWhenIdle(long connectionId, String reason) implements Action {}

    /** The first connection to a peer is there. */
    record Up(ConnectionInfo connection) implements Action {}

    /** No connection to the peer is left. */
    record Down(PeerId peer, String reason) implements Action {}

    /** The answer to a request: there is a connection, the one to use. */
    record Done(long request, ConnectionInfo connection) implements Action {}

    /** The answer to a request: there is none. The message names every address and what came of it. */
    record Failed(long request, FailureKind kind, String message) implements Action {}

    /**
     * A bootstrap peer could not be reached, for the log.
     *
     * @param retryNanos when it is tried again, or -1 when never
     */
    record BootstrapFailed(String message, long retryNanos) implements Action {}

    /** There were too many connections: {@code closed} of the {@code open} ones are being closed. */
    record Trimmed(int closed, int open) implements Action {}

    /** A connection that was made is not kept. The message begins with the name of the limit, and a colon. */
    record Refused(String message) implements Action {}
  }

  /**
   * How much there is of everything, at one moment.
   *
   * @param connections that are not gone, also those being closed
   * @param dials attempts under way
   * @param targets peers, or addresses of nobody in particular, that attempts are for
   * @param requests not answered yet
   * @param pendingInbound accepted and not upgraded
   * @param inbound upgraded inbound connections
   */
  public record Counts(int connections, int dials, int targets, int requests, int pendingInbound, int inbound) {}

  /** Stands for no attempt: the connection is inbound. */
  public static final long INBOUND = -1;

  private static final String CLOSING = "this node is closing";

  private final PeerId self;
  private final SwarmOptions options;
  private final PeerStore store;
  private final Queue<Action> out = new ArrayDeque<>();
  private final Agenda agenda = new Agenda();
  private final Admission admission;
  private final Limits limits;
  private final Connections connections;
  private final Dialer dialer;
  private final Bootstrap bootstrap;
  private final Keeper keeper;
  private final Map<Long, Request> requests = new HashMap<>();
  private final Upkeep upkeep;
  private boolean closed;

  /** {@code options} are copied. {@code random} only spreads waiting times. */
  public Swarm(PeerId self, SwarmOptions options, PeerStore store, RandomGenerator random) {
    this.self = self;
    this.options = new SwarmOptions(options);
    this.store = store;
    this.limits = new Limits(this.options.getInbound());
    this.admission = new Admission(self, options.isNearNames(), limits, out);
    this.connections = new Connections(self, this.options, agenda, out);
    this.dialer = new Dialer(this.options, new AddressBackoff(this.options, random), agenda, out);
    this.upkeep = new Upkeep(agenda, store);
    this.bootstrap = new Bootstrap(this.options, agenda, random, this::connect, out);
    this.keeper = new Keeper(agenda, connections, bootstrap::isUp, this::close, out);
    keeper.setMarks(Long.MIN_VALUE, Watermarks.DEFAULT, this.options.getInbound().getMaxConnections());
  }

  /**
   * Asks for a connection. With one up it is answered at once; else the peer is dialled by these addresses and those
   * in the store, together with whoever else asked for it.
   *
   * @param request an id that no open request has
   * @param peerOrNull who must answer; {@code null} when an address ends in {@code /p2p}, or when anybody may
   * @param addresses may end in {@code /p2p} of that peer; a name that comes with a peer may be what a stranger told,
   *     and does not lead into this machine or its network
   */
  public void connect(long now, long request, PeerId peerOrNull, List<Multiaddr> addresses) {
    if (requests.containsKey(request)) {
      throw new IllegalStateException("request " + request + " is still open");
    }
    if (requests.size() >= options.getMaxPendingConnects()) {
      out.add(new Action.Failed(request, FailureKind.LIMIT_REACHED,
          "maxPendingConnects: " + requests.size() + " connect requests are waiting"));
      return;
    }
    Request accepted = new Request(new UserAnswer(request, requests, out), false, peerOrNull == null);
    requests.put(request, accepted);
    connect(now, accepted, peerOrNull, addresses);
  }

  /** Takes a request back; it is answered as cancelled. One that was answered is left alone. */
  public void cancel(long now, long request) {
    Request open = requests.get(request);
    if (open != null) {
      dialer.cancel(now, open, "cancelled");
    }
  }

  /** Closes every connection to a peer, and gives up dials to it: their requests are answered as cancelled. */
  public void disconnect(long now, PeerId peer) {
    disconnect(now, peer, "disconnected by this node");
  }

  /**
   * Names peers to stay in touch with. Each is dialled at growing intervals until it was connected once; when none
   * of them is connected any more, all are dialled again. Addresses with {@code /p2p} are kept in the store for good.
   */
  public void bootstrap(long now, List<Multiaddr> addresses) {
    upkeep.begin(now);
    for (Multiaddr address : addresses) {
      PeerId peer = DialAddress.destination(address);
      bootstrap.add(peer, address);
      if (peer != null && !peer.equals(self) && !DialAddress.isOnlyPeer(address)) {
        store.add(now, peer, List.of(address), Lifetime.BOOTSTRAP);
      }
    }
    if (!closed) {
      bootstrap.start(now);
    }
  }

  /** Ends everything: requests are answered as cancelled, connections closed, nobody comes in any more. */
  public void close(long now) {
    closed = true;
    bootstrap.close();
    dialer.close(now, CLOSING);
    for (PeerId peer : connections.peers()) {
      disconnect(now, peer, CLOSING);
    }
    upkeep.close();
  }

  /**
   * Whether an inbound socket may stay, before a byte is read from it. If so it takes a slot, until
   * {@link #onAcceptEnded}.
   *
   * @param ip the remote address in text form
   */
  public boolean admits(long now, String ip) {
    return refusal(now, ip) == null;
  }

  /** As {@link #admits}, but answers {@code null} for yes and else the limit that forbids it, for the log. */
  public String refusal(long now, String ip) {
    return closed ? CLOSING : admission.refusal(now, ip);
  }

  /** Whom this node has to do with from now on. Connections that it keeps out are closed; answers how many. */
  public int setGater(long now, Gater gater) {
    admission.setGater(gater);
    List<ConnectionInfo> denied = connections.open().stream().filter(one -> gater.refusal(one) != null).toList();
    denied.forEach(connection -> close(now, connection, gater.refusal(connection)));
    return denied.size();
  }

  /** Takes over what {@link SwarmOptions#setLimits} does; who is connected stays so. */
  public void setLimits(SwarmOptions next) {
    options.setLimits(next);
    limits.setOptions(options.getInbound());
  }

  /** Who is kept when there are too many. */
  public Keeper keeper() {
    return keeper;
  }

  /** An admitted socket is upgraded, which {@link #onConnected} tells too, or closed. Once for each. */
  public void onAcceptEnded(long now, String ip) {
    limits.onAcceptEnded(now, IpGroup.address(ip));
  }

  /**
   * A connection is upgraded.
   *
   * @param attemptOrMinusOne the dial it comes from, or {@link #INBOUND}
   */
  public void onConnected(long now, long attemptOrMinusOne, ConnectionInfo connection) {
    upkeep.begin(now);
    DialSet.Attempt attempt = attemptOrMinusOne == INBOUND ? null : dialer.take(attemptOrMinusOne);
    if (connection.inbound()) {
      limits.onConnected(now, connection.remoteAddress());
    }
    String unwelcome = closed ? CLOSING : attemptOrMinusOne != INBOUND && attempt == null
        ? "the dial had been given up" : admission.unwelcome(attempt, connection);
    if (unwelcome == null) {
      onOpened(now, attempt, connection);
      return;
    }
    connections.refuse(now, connection, unwelcome);
    if (attempt != null) {
      dialer.onFailed(now, attempt, unwelcome);
    }
  }

  /** A name was looked up: these are the addresses that it stands for, which may end in {@code /p2p}. */
  public void onResolved(long now, long attempt, List<Multiaddr> addresses) {
    DialSet.Attempt lookup = dialer.take(attempt);
    if (lookup != null) {
      List<Multiaddr> allowed = new ArrayList<>(addresses);
      String denied = admission.siftFound(lookup.candidate(), allowed);
      if (denied == null) {
        dialer.onResolved(now, lookup, allowed);
      } else {
        dialer.onFailed(now, lookup, denied);
      }
    }
  }

  /** A dial or a lookup failed; {@code reason} is told to whoever asked. */
  public void onDialFailed(long now, long attempt, String reason) {
    DialSet.Attempt failed = dialer.take(attempt);
    if (failed != null) {
      dialer.onFailed(now, failed, reason);
    }
  }

  /** Few streams can be opened on a connection from now on: it is replaced. */
  public void onWorn(long now, long connectionId) {
    ConnectionInfo worn = connections.onWorn(connectionId);
    if (worn != null && !closed) {
      Replacement replacement = new Replacement(worn, out, (at, reason) -> close(at, worn, reason));
      connect(now, new Request(replacement, false, false), worn.peer(), List.of());
    }
  }

  /** A connection is gone, whoever closed it. */
  public void onClosed(long now, long connectionId, String reason) {
    Connections.Gone gone = connections.onClosed(connectionId);
    if (gone == null) {
      return;
    }
    if (gone.connection().inbound()) {
      limits.onClosed(now, gone.connection().remoteAddress());
    }
    if (gone.last()) {
      onLastClosed(now, gone.connection().peer(), reason);
    }
  }

  /** The connection to use for a peer: the newest, unless it is about to be closed as one too many. */
  public Optional<ConnectionInfo> connection(PeerId peer) {
    return Optional.ofNullable(connections.preferred(peer));
  }

  /** The open connections with a peer, the eldest first. */
  public List<ConnectionInfo> connections(PeerId peer) {
    return connections.open(peer);
  }

  /** All open connections, the eldest first. Linear in their number. */
  public List<ConnectionInfo> connections() {
    return connections.open();
  }

  public Counts counts() {
    return new Counts(connections.size(), dialer.attempts(), dialer.targets(), requests.size(), limits.pending(),
        limits.established());
  }

  @Override
  public Action poll() {
    return out.poll();
  }

  @Override
  public long deadline() {
    return agenda.next();
  }

  @Override
  public void onDeadline(long now) {
    agenda.run(now);
  }

  private void connect(long now, Request request, PeerId peerOrNull, List<Multiaddr> addresses) {
    upkeep.begin(now);
    Admission.Wish wish = admission.read(peerOrNull, addresses);
    ConnectionInfo connected = wish.peerOrNull() == null ? null : connections.lasting(wish.peerOrNull());
    if (closed || wish.mistake() != null) {
      request.answer.failed(now, closed ? FailureKind.CANCELLED : FailureKind.BAD_REQUEST,
          closed ? CLOSING : wish.mistake());
    } else if (connected != null) {
      request.answer.done(now, connected);
    } else {
      dial(now, request, wish.peerOrNull(), wish.addresses());
    }
  }

  private void dial(long now, Request request, PeerId peerOrNull, List<Multiaddr> addresses) {
    admission.gather(now, request, peerOrNull, addresses, store);
    String denied = admission.sift(peerOrNull, addresses);
    if (denied == null) {
      dialer.connect(now, request, peerOrNull, addresses);
    } else {
      request.answer.failed(now, FailureKind.FORBIDDEN, denied);
    }
  }

  private void disconnect(long now, PeerId peer, String reason) {
    dialer.abandon(now, peer, reason);
    close(now, peer, reason);
  }

  private void close(long now, ConnectionInfo connection, String reason) {
    if (connections.close(connection.id(), reason)) {
      onLastClosed(now, connection.peer(), reason);
    }
  }

  private void close(long now, PeerId peer, String reason) {
    if (connections.closeAll(peer, reason)) {
      onLastClosed(now, peer, reason);
    }
  }

  private void onOpened(long now, DialSet.Attempt attempt, ConnectionInfo connection) {
    PeerId peer = connection.peer();
    if (connections.onOpened(now, connection)) {
      out.add(new Action.Up(connection));
      store.onUp(now, peer);
      bootstrap.onUp(now, peer);
    }
    keeper.onOpened(now);
    if (attempt != null) {
      store.add(now, peer, List.of(attempt.candidate().address), Lifetime.CONNECTED);
    }
    dialer.onConnected(now, attempt, peer, connections.preferred(peer));
  }

  private void onLastClosed(long now, PeerId peer, String reason) {
    out.add(new Action.Down(peer, reason));
    store.onDown(now, peer);
    bootstrap.onDown(now, peer);
  }
}
