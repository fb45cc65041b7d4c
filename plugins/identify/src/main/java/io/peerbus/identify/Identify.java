package io.peerbus.identify;

import io.peerbus.machine.Machine;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Decides when a peer is asked who it is and when it is told who we are, and how much of both goes on at once.
 *
 * <p>Each exchange is one stream in either direction. The owner opens or accepts it, reports {@link #onFinished} once,
 * and gives it up when told to {@link Action.Abandon} it, which happens when its total time is over. Peers are asked
 * when they connect, again after failures, and on demand; after a change everyone who reads pushes gets one.
 *
 * <p>Not thread safe, owned by its driver. Spec: identify/README.md, "identify/push".
 */
public final class Identify implements Machine<Identify.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** Open a stream to the peer, read what it says, report. */
    record Ask(long exchange, PeerId peer) implements Action {}

    /** Open a push stream to the peer, write the description of that moment, report. */
    record Push(long exchange, PeerId peer) implements Action {}

    /** The exchange is out of time: reset its stream. It is over, nothing more is to be reported of it. */
    record Abandon(long exchange) implements Action {}
  }

  /** How an exchange ended. */
  public enum Outcome {
    DONE,
    /** It may be tried again. */
    FAILED,
    /** The peer does not speak the protocol: trying again is of no use. */
    UNSUPPORTED
  }

  /** What a stream is for: we ask, we push, the peer asks, the peer pushes. */
  private enum Kind {
    ASK,
    PUSH,
    ASKED,
    PUSHED
  }

  /** Instead of an exchange, when limits forbid it. */
  public static final long REFUSED = -1;

  private record Exchange(Kind kind, PeerId peer) {}

  private enum TimerKind {
    EXCHANGE,
    RETRY,
    CHANGE
  }

  private record Timer(long at, TimerKind kind, long exchange, PeerId peer) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return Long.compare(at, other.at);
    }
  }

  /** Whether a peer reads pushes; not known before it was identified. */
  private enum Reads {
    UNKNOWN,
    YES,
    NO
  }

  /** What is remembered of a peer while it is connected or asked. */
  private static final class Peer {
    private Reads reads = Reads.UNKNOWN;
    private boolean connected;
    private boolean asking;
    private boolean demanded;
    private boolean pushing;
    private boolean stale;
    private int failures;
    private long recordSeq = Identification.NO_RECORD;
  }

  private final IdentifyOptions options;
  private final PushLimiter limiter;
  private final Map<PeerId, Peer> peers = new LinkedHashMap<>();
  private final Map<Long, Exchange> running = new LinkedHashMap<>();
  private final Map<PeerId, Integer> inboundOf = new LinkedHashMap<>();
  private final Queue<Exchange> waiting = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Queue<Action> actions = new ArrayDeque<>();
  private long nextExchange;
  private int inbound;
  private int outbound;
  private boolean changed;

  public Identify(IdentifyOptions options) {
    this.options = new IdentifyOptions(options);
    this.limiter = new PushLimiter(this.options);
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    while (!timers.isEmpty() && isStale(timers.peek())) {
      timers.poll();
    }
    return timers.isEmpty() ? NEVER : timers.peek().at();
  }

  private boolean isStale(Timer timer) {
    return timer.kind() == TimerKind.EXCHANGE && !running.containsKey(timer.exchange());
  }

  @Override
  public void onDeadline(long now) {
    while (!timers.isEmpty() && timers.peek().at() <= now) {
      Timer timer = timers.poll();
      switch (timer.kind()) {
        case EXCHANGE -> onTimeout(now, timer.exchange());
        case RETRY -> onRetry(timer.peer());
        case CHANGE -> pushToAll();
      }
    }
    dispatch(now);
  }

  /** The first connection to a peer is up. */
  public void onConnected(long now, PeerId id) {
    Peer peer = peers.computeIfAbsent(id, key -> new Peer());
    peer.connected = true;
    peer.failures = 0;
    ask(id, peer);
    dispatch(now);
  }

  /** The last connection to a peer is gone. Its running exchanges end by themselves, with their streams. */
  public void onDisconnected(long now, PeerId id) {
    Peer peer = peers.get(id);
    if (peer != null) {
      peer.connected = false;
      peer.reads = Reads.UNKNOWN;
      peer.stale = false;
      forgetIfIdle(id, peer);
      dispatch(now);
    }
  }

  /** Somebody wants to know of a peer now, connected or not. Joins an attempt that is under way. */
  public void demand(long now, PeerId id) {
    Peer peer = peers.computeIfAbsent(id, key -> new Peer());
    peer.demanded = true;
    ask(id, peer);
    dispatch(now);
  }

  /** Our protocols or addresses changed: after the debounce everyone who reads pushes is told, once. */
  public void onChanged(long now) {
    if (!changed) {
      changed = true;
      timers.add(new Timer(now + options.getDebounce(), TimerKind.CHANGE, REFUSED, null));
    }
  }

  /** The number of the newest signed record believed of a peer, or {@link Identification#NO_RECORD}. */
  public long recordSeq(PeerId id) {
    Peer peer = peers.get(id);
    return peer == null ? Identification.NO_RECORD : peer.recordSeq;
  }

  /** A peer told, asked or unasked, what it is. */
  public void onIdentified(long now, PeerId id, boolean readsPushes, long recordSeq) {
    Peer peer = peers.get(id);
    if (peer == null) {
      return;
    }
    if (recordSeq != Identification.NO_RECORD) {
      peer.recordSeq = recordSeq;
    }
    peer.reads = readsPushes ? Reads.YES : Reads.NO;
    peer.failures = 0; // an exchange that was abandoned may have told all the same
    if (peer.stale) {
      push(id, peer);
      dispatch(now);
    }
  }

  /** A peer opened an identify stream: the exchange, or {@link #REFUSED}. */
  public long onAsked(long now, PeerId peer) {
    return accept(now, new Exchange(Kind.ASKED, peer));
  }

  /**
   * A peer opened a push stream: the exchange, or {@link #REFUSED}. Nothing of it is to be read then.
   *
   * @param from where the peer is connected from
   */
  public long onPushed(long now, PeerId peer, Multiaddr from) {
    if (!hasRoom(peer) || !limiter.admits(now, peer, from)) {
      return REFUSED;
    }
    return accept(now, new Exchange(Kind.PUSHED, peer));
  }

  private boolean hasRoom(PeerId peer) {
    return inbound < options.getMaxInbound() && inboundOf.getOrDefault(peer, 0) < options.getMaxInboundPerPeer();
  }

  private long accept(long now, Exchange exchange) {
    if (!hasRoom(exchange.peer())) {
      return REFUSED;
    }
    inbound++;
    inboundOf.merge(exchange.peer(), 1, Integer::sum);
    return begin(now, exchange);
  }

  private long begin(long now, Exchange exchange) {
    long id = nextExchange++;
    running.put(id, exchange);
    timers.add(new Timer(now + options.getTimeout(), TimerKind.EXCHANGE, id, null));
    return id;
  }

  /** An exchange is over. Reports of one that is not running, because it was abandoned, have no effect. */
  public void onFinished(long now, long id, Outcome outcome) {
    Exchange exchange = running.remove(id);
    if (exchange == null) {
      return;
    }
    switch (exchange.kind()) {
      case ASK -> onAskFinished(now, exchange.peer(), outcome);
      case PUSH -> onPushFinished(exchange.peer(), outcome);
      case ASKED, PUSHED -> {
        inbound--;
        inboundOf.computeIfPresent(exchange.peer(), (peer, count) -> count == 1 ? null : count - 1);
      }
    }
    dispatch(now);
  }

  private void onTimeout(long now, long id) {
    if (running.containsKey(id)) {
      actions.add(new Action.Abandon(id));
      onFinished(now, id, Outcome.FAILED);
    }
  }

  private void onAskFinished(long now, PeerId id, Outcome outcome) {
    outbound--;
    Peer peer = peers.get(id);
    peer.asking = false;
    peer.demanded = false;
    peer.failures = outcome == Outcome.FAILED ? peer.failures + 1 : 0;
    if (outcome == Outcome.FAILED && peer.connected && peer.failures < options.getAttempts()) {
      long delay = options.getRetryDelay() << Math.min(20, 2 * (peer.failures - 1));
      timers.add(new Timer(now + delay, TimerKind.RETRY, REFUSED, id));
    }
    forgetIfIdle(id, peer);
  }

  private void onPushFinished(PeerId id, Outcome outcome) {
    outbound--;
    Peer peer = peers.get(id);
    peer.pushing = false;
    if (outcome == Outcome.UNSUPPORTED) {
      peer.reads = Reads.NO;
    }
    if (peer.stale) {
      push(id, peer); // it changed again while we told
    }
    forgetIfIdle(id, peer);
  }

  private void onRetry(PeerId id) {
    Peer peer = peers.get(id);
    if (peer != null && peer.connected && peer.failures > 0) {
      ask(id, peer);
    }
  }

  private void pushToAll() {
    changed = false;
    peers.forEach((id, peer) -> {
      // One that was not identified yet may read pushes and may have been answered before the change.
      peer.stale = peer.connected && peer.reads != Reads.NO;
      if (peer.stale) {
        push(id, peer);
      }
    });
  }

  private void ask(PeerId id, Peer peer) {
    if (!peer.asking) {
      peer.asking = true;
      waiting.add(new Exchange(Kind.ASK, id));
    }
  }

  private void push(PeerId id, Peer peer) {
    if (!peer.pushing && peer.reads == Reads.YES) {
      peer.pushing = true;
      waiting.add(new Exchange(Kind.PUSH, id));
    }
  }

  /** Starts what waits while there is room. Each peer waits at most once for each kind, so the queue is bounded. */
  private void dispatch(long now) {
    while (outbound < options.getMaxOutbound() && !waiting.isEmpty()) {
      Exchange exchange = waiting.poll();
      PeerId id = exchange.peer();
      Peer peer = peers.get(id);
      if (exchange.kind() == Kind.ASK) {
        if (peer.connected || peer.demanded) {
          outbound++;
          actions.add(new Action.Ask(begin(now, exchange), id));
        } else {
          peer.asking = false;
        }
      } else if (peer.connected) {
        outbound++;
        peer.stale = false;
        actions.add(new Action.Push(begin(now, exchange), id));
      } else {
        peer.pushing = false;
      }
      forgetIfIdle(id, peer);
    }
  }

  private void forgetIfIdle(PeerId id, Peer peer) {
    if (!peer.connected && !peer.asking && !peer.pushing) {
      peers.remove(id);
    }
  }
}
