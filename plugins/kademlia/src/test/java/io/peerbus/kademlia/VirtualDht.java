package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.sim.Kernel;
import io.peerbus.sim.Weather;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Many machines in virtual time. A request to a peer that is not connected dials it first; who is down cannot be
 * dialled; messages cross as bytes. Identify is told once, when a connection is made.
 */
final class VirtualDht {

  /** 2026-01-01T00:00:00Z at the kernel's start. */
  static final long WALL = 1_767_225_600_000L;

  private static final long DIAL_TIMEOUT = 3_000_000_000L;
  private static final KademliaLimits LIMITS = new KademliaLimits();
  /** The first byte of a value is its rank; 0 is no valid value. */
  static final Validator RANKED = (now, name, value) -> value.length == 0 || value[0] == 0
      ? Verdict.bad("no rank") : Verdict.good(new byte[] {value[0]}, Long.MAX_VALUE);

  private record Exchange(Node asker, long request) {}

  /** One node: its machine, its storage, and what its operations came to. */
  final class Node {
    final int number;
    final PeerId id;
    final Storages storages = Storages.inMemory();
    final KademliaOptions options;
    final Map<Long, Outcome> outcomes = new LinkedHashMap<>();
    final List<Action> updates = new ArrayList<>();
    private final Set<Node> links = new LinkedHashSet<>();
    private final Map<Long, Exchange> exchanges = new LinkedHashMap<>();
    Kademlia machine;
    boolean up;
    Multiaddr address;
    long sent;
    private long lastOperation;
    private long lastExchange;
    private long wakeAt = Long.MAX_VALUE;
    private int life;

    private Node(int number, KademliaOptions options) {
      this.number = number;
      this.id = TestPeers.peer(number);
      this.address = TestPeers.address(number);
      this.options = options;
    }

    Contact contact() {
      return new Contact(id, List.of(address));
    }

    /** Starts, or starts again with what it had stored. */
    void start(Node... bootstrap) {
      up = true;
      life++;
      wakeAt = Long.MAX_VALUE;
      long now = kernel.now();
      machine = new Kademlia(id, options, storages, kernel.random().split(), new Clock(now, wall()));
      machine.namespaces().add("v", RANKED);
      input(() -> {
        machine.onListening(List.of(address));
        machine.start(now);
        List<Contact> contacts = new ArrayList<>();
        for (Node node : bootstrap) {
          contacts.add(node.contact());
        }
        machine.addBootstrap(now, contacts);
      });
    }

    /** Gone at once; its peers notice within half a minute. */
    void kill() {
      up = false;
      exchanges.clear();
      for (Node other : List.copyOf(links)) {
        links.remove(other);
        other.links.remove(this);
        other.later(kernel.random().nextLong(30_000_000_000L), () -> {
          if (!other.links.contains(this)) {
            other.machine.onDisconnected(id);
          }
        });
      }
    }

    long put(byte[] key, byte[] value) {
      return operation(number -> machine.put(kernel.now(), number, key, value));
    }

    long get(byte[] key) {
      return operation(number -> machine.get(kernel.now(), number, key, options.getQuorum()));
    }

    long provide(byte[] key) {
      return operation(number -> machine.provide(kernel.now(), number, key));
    }

    long findProviders(byte[] key, int most) {
      return operation(number -> machine.findProviders(kernel.now(), number, key, most));
    }

    long findPeer(PeerId peer) {
      return operation(number -> machine.findPeer(kernel.now(), number, peer));
    }

    long closest(byte[] key) {
      return operation(number -> machine.closestPeers(kernel.now(), number, key));
    }

    private long operation(LongConsumer start) {
      long number = ++lastOperation;
      input(() -> start.accept(number));
      return number;
    }

    /** Waits in virtual time for what comes of it. */
    Outcome outcome(long operation) {
      if (!kernel.runUntil(() -> outcomes.containsKey(operation), Duration.ofMinutes(5))) {
        throw new AssertionError("no outcome in five minutes: " + this);
      }
      return outcomes.remove(operation);
    }

    /** The value that a get finds, or {@code null}. */
    byte[] value(byte[] key) {
      return outcome(get(key)) instanceof Outcome.Value found ? found.record().value() : null;
    }

    void input(Runnable input) {
      input.run();
      for (Action action = machine.poll(); action != null; action = machine.poll()) {
        perform(action);
      }
      long deadline = machine.deadline();
      if (deadline < wakeAt) {
        wakeAt = deadline;
        later(Math.max(0, deadline - kernel.now()), () -> {
          wakeAt = Long.MAX_VALUE;
          machine.onDeadline(kernel.now());
        });
      }
    }

    /** An input in a while, unless the node was killed by then. */
    private void later(long nanos, Runnable input) {
      int same = life;
      kernel.after(nanos, () -> {
        if (up && life == same) {
          input(input);
        }
      });
    }

    private void perform(Action action) {
      if (action instanceof Action.Request request) {
        send(request);
      } else if (action instanceof Action.Respond respond) {
        respond(respond);
      } else if (action instanceof Action.Refuse refuse) {
        Exchange exchange = exchanges.remove(refuse.exchange());
        deliver(exchange.asker, () ->
            exchange.asker.machine.onRequestFailed(kernel.now(), exchange.request, refuse.reason()));
      } else if (action instanceof Action.Check check) {
        Verdict verdict = check.validator().check(check.wallMillis(), Namespaces.name(check.key()), check.value());
        later(kernel.random().nextLong(1_000_000), () ->
            machine.onChecked(kernel.now(), check.check(), verdict));
      } else if (action instanceof Action.Done done) {
        outcomes.put(done.operation(), done.outcome());
      } else if (!(action instanceof Action.Serve) && !(action instanceof Action.Cancel)) {
        updates.add(action);
      }
    }

    private void send(Action.Request request) {
      sent++;
      Node other = byId.get(request.peer().peer());
      if (other == null || !other.up) {
        later(DIAL_TIMEOUT, () -> machine.onRequestFailed(kernel.now(), request.request(), "nobody there"));
        return;
      }
      if (!links.contains(other)) {
        connect(other);
      }
      Message message = cross(request.message());
      boolean answered = message.type() != Message.Type.ADD_PROVIDER;
      deliver(other, () -> {
        long exchange = ++other.lastExchange;
        other.exchanges.put(exchange, answered ? new Exchange(this, request.request()) : null);
        other.machine.onRequest(kernel.now(), exchange, id, address, message);
      });
      if (!answered) {
        later(1_000_000, () -> machine.onResponse(kernel.now(), request.request(), null, other.address));
      }
    }

    private void respond(Action.Respond respond) {
      Exchange exchange = exchanges.remove(respond.exchange());
      if (exchange != null) {
        Message message = cross(answers.answer(this, respond.messageOrNull()));
        deliver(exchange.asker, () ->
            exchange.asker.machine.onResponse(kernel.now(), exchange.request, message, address));
      }
    }

    /** Both know of each other before the first message arrives. */
    private void connect(Node other) {
      links.add(other);
      other.links.add(this);
      long delay = 2 * weather.delay(number, other.number, kernel.random());
      known(other, delay, false);
      other.known(this, delay, true);
    }

    private void known(Node other, long delay, boolean inbound) {
      later(0, () -> machine.onConnected(other.id, other.address, inbound));
      later(2 * delay, () -> {
        if (links.contains(other)) {
          machine.onIdentified(kernel.now(), other.id, List.of(other.address), other.machine.isServing());
        }
      });
    }

    private void deliver(Node other, Runnable input) {
      if (!weather.loses(kernel.random())) {
        kernel.note(number + ">" + other.number);
        other.later(weather.delay(number, other.number, kernel.random()), input);
      }
    }

    @Override
    public String toString() {
      return "node " + number;
    }
  }

  /** What nodes really answer; hostile ones lie here. */
  interface Answers {
    Message answer(Node node, Message honest);
  }

  final Kernel kernel;
  Weather weather = Weather.fair();
  Answers answers = (node, honest) -> honest;
  private final Map<PeerId, Node> byId = new LinkedHashMap<>();

  VirtualDht(long seed) {
    kernel = new Kernel(seed);
  }

  long wall() {
    return WALL + (kernel.now() - Kernel.START) / 1_000_000;
  }

  Node add(KademliaOptions options) {
    return add(byId.size() + 1, options);
  }

  /** @param number of its id, see {@link TestPeers#peer}; no other node has it */
  Node add(int number, KademliaOptions options) {
    Node node = new Node(number, options);
    byId.put(node.id, node);
    return node;
  }

  /** So many servers, the first of which the others begin with; one comes every 100 ms. */
  List<Node> servers(int count) {
    return servers(count, new KademliaOptions().setMode(Mode.SERVER));
  }

  List<Node> servers(int count, KademliaOptions options) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Node node = add(options);
      nodes.add(node);
      kernel.after(i * 100_000_000L, () -> node.start(nodes.get(0)));
    }
    kernel.run(Duration.ofMillis(100L * count));
    return nodes;
  }

  List<Node> up() {
    return byId.values().stream().filter(node -> node.up).toList();
  }

  /** The nearest to the key of those that are up, nearest first, by looking at all of them. */
  List<PeerId> nearest(byte[] key, int count, Node except) {
    return up().stream().filter(node -> node != except && node.machine.isServing())
        .sorted(Comparator.comparing(node -> Key.of(node.id), Key.of(key).byDistance()))
        .limit(count).map(node -> node.id).toList();
  }

  private static Message cross(Message message) {
    try {
      byte[] body = new MessageFramer(LIMITS.getMaxMessageSize())
          .next(ByteBuffer.wrap(MessageWriter.write(message, LIMITS.getMaxMessageSize())));
      return Message.read(body, LIMITS);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }
}
