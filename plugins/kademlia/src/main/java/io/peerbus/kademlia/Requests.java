package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The requests that wait for their answer, each with its deadline. An answer makes the peer a known server; none, after
 * a while, takes it off the table. Not thread safe.
 */
final class Requests {

  /** Who wants the answer. */
  interface Reply {
    /** @param answer of the type that was asked for */
    void onAnswer(long now, Message answer, Multiaddr remoteOrNull);

    void onFailure(long now, String reason);
  }

  private record Pending(Contact peer, Message message, long sentAt, Reply reply) {}

  private final Peers peers;
  private final long timeout;
  private final Counters counters;
  private final Queue<Action> out;
  /** In the order of their deadlines, since all wait equally long. */
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private long last;

  Requests(Peers peers, KademliaOptions options, Counters counters, Queue<Action> out) {
    this.peers = peers;
    this.timeout = options.getPeerTimeout().toNanos();
    this.counters = counters;
    this.out = out;
  }

  void send(long now, Contact peer, Message message, Reply reply) {
    pending.put(++last, new Pending(peer, message, now, reply));
    counters.add(Counter.REQUESTS_SENT);
    out.add(new Action.Request(last, peer, message));
  }

  void onResponse(long now, long request, Message answer, Multiaddr remoteOrNull) {
    Pending sent = pending.remove(request);
    if (sent == null) {
      return; // too late
    }
    boolean answered = sent.message.type() != Message.Type.ADD_PROVIDER;
    if (answered && answer.type() != sent.message.type()) {
      fail(now, sent, "it answered " + sent.message.type() + " with " + answer.type());
      return;
    }
    counters.add(Counter.RESPONSES);
    if (answered) {
      peers.table.add(now, sent.peer, remoteOrNull);
    }
    sent.reply.onAnswer(now, answer, remoteOrNull);
  }

  void onFailed(long now, long request, String reason) {
    Pending sent = pending.remove(request);
    if (sent != null) {
      fail(now, sent, reason);
    }
  }

  private void fail(long now, Pending sent, String reason) {
    counters.add(Counter.REQUESTS_FAILED);
    peers.table.failed(now, sent.peer.peer());
    sent.reply.onFailure(now, reason);
  }

  long deadline() {
    return pending.isEmpty() ? Long.MAX_VALUE : pending.values().iterator().next().sentAt + timeout;
  }

  void onDeadline(long now) {
    while (deadline() <= now) {
      long request = pending.keySet().iterator().next();
      Pending late = pending.remove(request);
      out.add(new Action.Cancel(request));
      fail(now, late, "no answer within " + timeout / 1_000_000 + " ms");
    }
  }

  int waiting() {
    return pending.size();
  }
}
