package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** One node of a {@link VirtualDht}: its machine, its storage, and what its operations came to. Not thread safe. */
public final class VirtualNode {

  /** To dial somebody who is not there. */
  private static final long DIAL_TIMEOUT = 3_000_000_000L;

  private record Exchange(VirtualNode asker, long request) {}

  private final VirtualDht dht;
  public final int number;
  public final PeerId id;
  public final Key key;
  final Storages storages = Storages.inMemory();
  final KademliaOptions options;
  final Map<Long, Outcome> outcomes = new LinkedHashMap<>();
  final List<Action> updates = new ArrayList<>();
  /** Oldest first. */
  private final Set<VirtualNode> links = new LinkedHashSet<>();
  private final Map<Long, Exchange> exchanges = new LinkedHashMap<>();
  private final Map<Long, Consumer<Outcome>> told = new LinkedHashMap<>();
  private VirtualDht.Puppet puppet;
  public Kademlia machine;
  public boolean up;
  public long upSince;
  public Multiaddr address;
  long sent;
  private long lastOperation;
  private long lastExchange;
  private long wakeAt = Long.MAX_VALUE;
  private int life;

  VirtualNode(VirtualDht dht, int number, KademliaOptions options) {
    this.dht = dht;
    this.number = number;
    this.id = TestPeers.peer(number);
    this.key = Key.of(id);
    this.address = TestPeers.address(number);
    this.options = options;
  }

  public Contact contact() {
    return new Contact(id, List.of(address));
  }

  /** Starts, or starts again with what it had stored. */
  public void start(VirtualNode... bootstrap) {
    long now = dht.kernel.now();
    up = true;
    upSince = now;
    life++;
    wakeAt = Long.MAX_VALUE;
    machine = new Kademlia(id, options, storages, dht.kernel.random().split(), new Clock(now, dht.wall()));
    machine.namespaces().add("v", VirtualDht.RANKED);
    input(() -> {
      machine.onListening(List.of(address));
      machine.start(now);
      List<Contact> contacts = new ArrayList<>();
      for (VirtualNode node : bootstrap) {
        contacts.add(node.contact());
      }
      machine.addBootstrap(now, contacts);
    });
  }

  /** Starts without a machine: what it answers is made up. It asks nobody. */
  public void start(VirtualDht.Puppet answers) {
    up = true;
    upSince = dht.kernel.now();
    life++;
    puppet = answers;
  }

  /** Whether identify lists the protocol. */
  public boolean isServing() {
    return puppet != null || machine.isServing();
  }

  /** Gone at once; its peers notice within half a minute. */
  public void kill() {
    up = false;
    exchanges.clear();
    for (VirtualNode other : List.copyOf(links)) {
      links.remove(other);
      other.links.remove(this);
      other.later(dht.kernel.random().nextLong(30_000_000_000L), () -> {
        if (!other.links.contains(this)) {
          other.disconnect(this);
        }
      });
    }
  }

  private void disconnect(VirtualNode other) {
    links.remove(other);
    if (puppet == null) {
      machine.onDisconnected(other.id);
    }
  }

  long put(byte[] key, byte[] value) {
    return operation(number -> machine.put(dht.kernel.now(), number, key, value));
  }

  long get(byte[] key) {
    return operation(number -> machine.get(dht.kernel.now(), number, key, options.getQuorum()));
  }

  long provide(byte[] key) {
    return operation(number -> machine.provide(dht.kernel.now(), number, key));
  }

  long findProviders(byte[] key, int most) {
    return operation(number -> machine.findProviders(dht.kernel.now(), number, key, most));
  }

  long findPeer(PeerId peer) {
    return operation(number -> machine.findPeer(dht.kernel.now(), number, peer));
  }

  long closest(byte[] key) {
    return operation(number -> machine.closestPeers(dht.kernel.now(), number, key));
  }

  /** What comes of it is told, unless the node is killed before; so of the next ones. */
  public void closest(byte[] key, Consumer<Outcome> then) {
    told.put(lastOperation + 1, then);
    closest(key);
  }

  public void put(byte[] key, byte[] value, Consumer<Outcome> then) {
    told.put(lastOperation + 1, then);
    put(key, value);
  }

  public void get(byte[] key, Consumer<Outcome> then) {
    told.put(lastOperation + 1, then);
    get(key);
  }

  public void provide(byte[] key, Consumer<Outcome> then) {
    told.put(lastOperation + 1, then);
    provide(key);
  }

  public void findProviders(byte[] key, int most, Consumer<Outcome> then) {
    told.put(lastOperation + 1, then);
    findProviders(key, most);
  }

  /** Gives it up. */
  void cancel(long operation) {
    input(() -> machine.cancel(dht.kernel.now(), operation));
  }

  private long operation(LongConsumer start) {
    long number = ++lastOperation;
    input(() -> start.accept(number));
    return number;
  }

  /** Waits in virtual time for what comes of it. */
  Outcome outcome(long operation) {
    if (!dht.kernel.runUntil(() -> outcomes.containsKey(operation), Duration.ofMinutes(5))) {
      throw new AssertionError("no outcome in five minutes: " + this);
    }
    return outcomes.remove(operation);
  }

  /** The value that a get finds, or {@code null}. */
  byte[] value(byte[] key) {
    return outcome(get(key)) instanceof Outcome.Value found ? found.record().value() : null;
  }

  private void input(Runnable input) {
    input.run();
    if (puppet == null) {
      perform();
    }
  }

  private void perform() {
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      perform(action);
    }
    long deadline = machine.deadline();
    if (deadline < wakeAt) {
      wakeAt = deadline;
      later(Math.max(0, deadline - dht.kernel.now()), () -> {
        wakeAt = Long.MAX_VALUE;
        machine.onDeadline(dht.kernel.now());
      });
    }
  }

  /** An input in a while, unless the node was killed by then. */
  private void later(long nanos, Runnable input) {
    int same = life;
    dht.kernel.after(nanos, () -> {
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
      refuse(exchanges.remove(refuse.exchange()), refuse.reason());
    } else if (action instanceof Action.Check check) {
      Verdict verdict = check.validator().check(check.wallMillis(), Namespaces.name(check.key()), check.value());
      later(dht.kernel.random().nextLong(1_000_000), () ->
          machine.onChecked(dht.kernel.now(), check.check(), verdict));
    } else if (action instanceof Action.Done done) {
      Consumer<Outcome> listener = told.remove(done.operation());
      if (listener == null) {
        outcomes.put(done.operation(), done.outcome());
      } else {
        listener.accept(done.outcome());
      }
    } else if (!(action instanceof Action.Serve) && !(action instanceof Action.Cancel)) {
      updates.add(action);
    }
  }

  private void send(Action.Request request) {
    sent++;
    VirtualNode other = dht.find(request.peer().peer());
    if (other == null || !other.up) {
      later(DIAL_TIMEOUT, () -> machine.onRequestFailed(dht.kernel.now(), request.request(), "nobody there"));
      return;
    }
    connect(other);
    Message message = dht.cross(request.message());
    boolean answered = message.type() != Message.Type.ADD_PROVIDER;
    deliver(other, () -> other.onRequest(this, answered ? new Exchange(this, request.request()) : null, message));
    if (!answered) {
      later(1_000_000, () -> machine.onResponse(dht.kernel.now(), request.request(), null, other.address));
    }
  }

  private void refuse(Exchange exchangeOrNull, String reason) {
    if (exchangeOrNull != null) {
      VirtualNode asker = exchangeOrNull.asker;
      deliver(asker, () -> asker.machine.onRequestFailed(dht.kernel.now(), exchangeOrNull.request, reason));
    }
  }

  private void onRequest(VirtualNode from, Exchange exchangeOrNull, Message message) {
    if (puppet != null) {
      respond(exchangeOrNull, puppet.answer(this, message));
    } else {
      exchanges.put(++lastExchange, exchangeOrNull);
      machine.onRequest(dht.kernel.now(), lastExchange, from.id, from.address, message);
    }
  }

  private void respond(Action.Respond respond) {
    respond(exchanges.remove(respond.exchange()), respond.messageOrNull());
  }

  private void respond(Exchange exchangeOrNull, Message answer) {
    if (exchangeOrNull != null) {
      VirtualNode asker = exchangeOrNull.asker;
      Message message = dht.cross(dht.answers.answer(this, answer));
      deliver(asker, () -> asker.machine.onResponse(dht.kernel.now(), exchangeOrNull.request, message, address));
    }
  }

  /** Both know of each other before the first message arrives. */
  public void connect(VirtualNode other) {
    if (!links.add(other)) {
      return;
    }
    other.links.add(this);
    closeOldest();
    other.closeOldest();
    long delay = 2 * dht.weather.delay(number, other.number, dht.kernel.random());
    known(other, delay, false);
    other.known(this, delay, true);
  }

  private void closeOldest() {
    if (links.size() > dht.maxLinks) {
      VirtualNode oldest = links.iterator().next();
      disconnect(oldest);
      oldest.disconnect(this);
    }
  }

  private void known(VirtualNode other, long delay, boolean inbound) {
    if (puppet != null) {
      return;
    }
    machine.onConnected(other.id, other.address, inbound);
    later(2 * delay, () -> {
      if (links.contains(other)) {
        machine.onIdentified(dht.kernel.now(), other.id, List.of(other.address), other.isServing());
      }
    });
  }

  private void deliver(VirtualNode other, Runnable input) {
    if (!dht.weather.loses(dht.kernel.random())) {
      dht.kernel.note(number + ">" + other.number);
      other.later(dht.weather.delay(number, other.number, dht.kernel.random()), input);
    }
  }

  @Override
  public String toString() {
    return "node " + number;
  }
}
