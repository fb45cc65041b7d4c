package io.peerbus.swarm;

import io.peerbus.machine.Machine;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Swarms joined by transports that are only delays: between the nodes, and between each transport and its swarm, so
 * that reports and orders cross each other as they do between event loops.
 */
final class VirtualNetwork {

  private record Event(long at, long order, Runnable what) {}

  /** One end of a link. */
  private static final class End {
    private final Node node;
    private final boolean inbound;
    private long id = -1;
    private long attempt = Swarm.INBOUND;
    private boolean up;
    private boolean closed;
    private boolean pending;

    private End(Node node, boolean inbound) {
      this.node = node;
      this.inbound = inbound;
    }
  }

  private static final class Link {
    private final End dialer;
    private final End listener;

    private Link(Node dialer, Node listener) {
      this.dialer = new End(dialer, false);
      this.listener = new End(listener, true);
    }

    private End other(End end) {
      return end == dialer ? listener : dialer;
    }
  }

  /** A swarm and its side of every link. */
  final class Node {
    final PeerId id;
    final Swarm swarm;
    final List<Action> told = new ArrayList<>();
    private final Map<Long, Link> dials = new HashMap<>();
    private final Map<Long, End> ends = new HashMap<>();
    private final Map<Long, Link> links = new HashMap<>();
    private long wake = Machine.NEVER;

    private Node(PeerId id, SwarmOptions options) {
      this.id = id;
      this.swarm = new Swarm(id, options, new PeerStore(new PeerStoreOptions()), random);
    }

    /** Gives the swarm an input and carries out what comes of it. */
    void run(Runnable input) {
      input.run();
      for (Action action = swarm.poll(); action != null; action = swarm.poll()) {
        carryOut(action);
      }
      if (swarm.deadline() != Machine.NEVER && swarm.deadline() < wake) {
        wake = swarm.deadline();
        long at = wake;
        after(at - now, () -> {
          if (wake == at) {
            wake = Machine.NEVER;
            run(() -> swarm.onDeadline(now));
          }
        });
      }
    }

    long count(Class<? extends Action> kind) {
      return told.stream().filter(kind::isInstance).count();
    }

    /** The dialling node of the link behind a connection of ours. */
    Node diallerOf(ConnectionInfo connection) {
      return links.get(connection.id()).dialer.node;
    }

    boolean sharesLink(ConnectionInfo own, Node other, ConnectionInfo theirs) {
      return links.get(own.id()) == other.links.get(theirs.id());
    }

    private void carryOut(Action action) {
      told.add(action);
      if (action instanceof Action.Dial dial) {
        after(lag(), () -> dial(this, dial));
      } else if (action instanceof Action.CancelDial cancel) {
        after(lag(), () -> {
          Link link = dials.get(cancel.attempt());
          if (link != null) {
            close(link, link.dialer);
          }
        });
      } else if (action instanceof Action.Close close) {
        after(lag(), () -> close(links.get(close.connectionId()), ends.get(close.connectionId())));
      }
    }
  }

  final Random random;
  final Map<Multiaddr, Node> listeners = new HashMap<>();
  long now;
  /** Longest way between two nodes, and between a transport and its swarm. */
  long latency;
  long lag;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private long order;
  private long connections;
  private int openLinks;

  VirtualNetwork(long seed) {
    random = new Random(seed);
    now = random.nextLong(-1L << 40, 1L << 40);
  }

  Node add(PeerId id, SwarmOptions options, Multiaddr... addresses) {
    Node node = new Node(id, options);
    for (Multiaddr address : addresses) {
      listeners.put(address, node);
    }
    return node;
  }

  void after(long delay, Runnable what) {
    events.add(new Event(now + delay, order++, what));
  }

  /** Lets time pass. */
  void pass(long nanos) {
    long end = now + nanos;
    while (!events.isEmpty() && events.peek().at <= end) {
      Event event = events.poll();
      now = Math.max(now, event.at);
      event.what.run();
    }
    now = end;
  }

  /** Links that have an end which is not closed. */
  int openLinks() {
    return openLinks;
  }

  private void dial(Node from, Action.Dial dial) {
    Node to = listeners.get(dial.address());
    if (to == null) {
      after(way(), () -> from.run(() -> from.swarm.onDialFailed(now, dial.attempt(), "no route")));
      return;
    }
    Link link = new Link(from, to);
    openLinks++;
    link.dialer.attempt = dial.attempt();
    from.dials.put(dial.attempt(), link);
    after(way(), () -> accept(link, dial.address()));
  }

  private void accept(Link link, Multiaddr address) {
    Node to = link.listener.node;
    if (link.listener.closed) {
      return;
    }
    boolean[] admitted = new boolean[1];
    to.run(() -> admitted[0] = to.swarm.admits(now, "1.2.3.4"));
    link.listener.pending = admitted[0];
    if (!admitted[0]) {
      close(link, link.listener);
      return;
    }
    // Either end may be through with the upgrade first; the other follows a message later.
    boolean dialerFirst = random.nextBoolean();
    long first = 2 * way();
    after(first, () -> up(link, dialerFirst ? link.dialer : link.listener, address));
    after(first + way(), () -> up(link, dialerFirst ? link.listener : link.dialer, address));
  }

  private void up(Link link, End end, Multiaddr address) {
    if (end.closed || link.other(end).closed && !link.other(end).up) {
      return;
    }
    Node node = end.node;
    end.up = true;
    end.id = connections++;
    node.ends.put(end.id, end);
    node.links.put(end.id, link);
    Multiaddr remote = end.inbound ? Multiaddr.tcp("1.2.3.4", 1) : address;
    ConnectionInfo info = new ConnectionInfo(end.id, link.other(end).node.id, remote, end.inbound, 0);
    report(end, () -> {
      node.swarm.onConnected(now, end.attempt, info);
      endAccept(end);
    });
  }

  /** One end hangs up; the other hears of it later. */
  private void close(Link link, End end) {
    if (end.closed) {
      return;
    }
    end.closed = true;
    if (link.other(end).closed) {
      openLinks--;
    }
    if (end.up) {
      report(end, () -> end.node.swarm.onClosed(now, end.id, "closed"));
    } else {
      report(end, () -> {
        endAccept(end);
        if (!end.inbound) {
          end.node.swarm.onDialFailed(now, end.attempt, "closed");
        }
      });
    }
    after(way(), () -> close(link, link.other(end)));
  }

  private void endAccept(End end) {
    if (end.pending) {
      end.pending = false;
      end.node.swarm.onAcceptEnded(now, "1.2.3.4");
    }
  }

  /** Reports of one end keep their order, those of different ends need not. */
  private void report(End end, Runnable what) {
    long delay = end.up && end.closed ? lag : lag();
    after(delay, () -> end.node.run(what));
  }

  private long way() {
    return latency / 4 + random.nextLong(latency);
  }

  private long lag() {
    return random.nextLong(lag + 1);
  }
}
