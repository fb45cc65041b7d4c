package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * Answers the requests of peers. Each gets an answer or a refusal, at once but for a record whose signature is checked
 * first. Not thread safe.
 *
 * <p>Spec: kad-dht, "RPC messages"; go refuses by a reset, and so do we.
 */
final class Server {

  private final Peers peers;
  private final Stores stores;
  private final Checks checks;
  private final Shared shared;
  private final Rates rates;

  /** What the parts of a machine have in common. */
  record Shared(KademliaOptions options, Clock clock, Counters counters, RandomGenerator random, Queue<Action> out) {}

  /** A request and where it came from. */
  private record Exchange(long number, PeerId from, Multiaddr remote, Message message) {}

  Server(Peers peers, Stores stores, Checks checks, Shared shared) {
    this.peers = peers;
    this.stores = stores;
    this.checks = checks;
    this.shared = shared;
    this.rates = new Rates(shared.options.getLimits());
  }

  void onRequest(long now, long number, PeerId from, Multiaddr remote, Message message) {
    Exchange exchange = new Exchange(number, from, remote, message);
    shared.counters.add(Counter.REQUESTS_SERVED);
    peers.table.alive(now, from);
    if (!rates.allows(now, from)) {
      refuse(exchange, "it asks more than " + shared.options.getLimits().getMaxRequestsPerSecond() + " times a second");
      return;
    }
    if (message.key().length == 0 && message.type() != Message.Type.PING) {
      refuse(exchange, message.type() + " without a key");
      return;
    }
    switch (message.type()) {
      case FIND_NODE -> answer(exchange, null, findNode(exchange), List.of());
      case GET_VALUE -> answer(exchange, stores.find(wall(now), message.key()), closer(exchange), List.of());
      case GET_PROVIDERS -> answer(exchange, null, closer(exchange), providers(now, exchange));
      case PUT_VALUE -> putValue(now, exchange);
      case ADD_PROVIDER -> addProvider(now, exchange);
      case PING -> shared.out.add(new Action.Respond(number, Message.ping()));
    }
  }

  private long wall(long now) {
    return shared.clock.wall(now);
  }

  private void answer(Exchange exchange, ValueRecord recordOrNull, List<Contact> closer, List<Contact> providers) {
    shared.out.add(new Action.Respond(exchange.number, exchange.message.answer(recordOrNull, closer, providers)));
  }

  private void refuse(Exchange exchange, String reason) {
    shared.counters.add(Counter.REQUESTS_REFUSED);
    shared.out.add(new Action.Refuse(exchange.number, reason));
  }

  private List<Contact> closer(Exchange exchange) {
    Key target = Key.of(exchange.message.key());
    return peers.closest(target, shared.options.getK(), exchange.from, exchange.remote);
  }

  /** The peer that is looked for comes first whoever it is, as go has it: so a client can be found by who knows it. */
  private List<Contact> findNode(Exchange exchange) {
    List<Contact> closer = closer(exchange);
    Contact exact = null;
    try {
      exact = peers.find(PeerId.of(exchange.message.key()), exchange.remote);
    } catch (FormatException e) {
      return closer; // any bytes can be looked for
    }
    if (exact == null) {
      return closer;
    }
    List<Contact> all = new ArrayList<>(closer.size() + 1);
    all.add(exact);
    for (Contact contact : closer) {
      if (!contact.peer().equals(exact.peer())) {
        all.add(contact);
      }
    }
    return all;
  }

  private List<Contact> providers(long now, Exchange exchange) {
    List<Contact> found = new ArrayList<>();
    if (stores.own.provides(exchange.message.key())) {
      found.add(peers.self(exchange.remote));
    }
    for (Contact provider : stores.providers.get(wall(now), exchange.message.key())) {
      List<Multiaddr> usable = peers.filter.keep(provider.addresses(), exchange.remote);
      Contact known = usable.isEmpty() ? peers.find(provider.peer(), exchange.remote) : null;
      found.add(known == null ? new Contact(provider.peer(), usable) : known);
    }
    return found;
  }

  /** Only a peer that speaks for itself is believed, and only with an address (go, js and py do the same). */
  private void addProvider(long now, Exchange exchange) {
    Contact itself = null;
    for (Contact provider : exchange.message.providers()) {
      List<Multiaddr> usable = peers.filter.keep(provider.addresses(), exchange.remote);
      if (provider.peer().equals(exchange.from) && !usable.isEmpty()) {
        itself = new Contact(exchange.from, usable);
      }
    }
    boolean stored = itself != null && stores.providers.add(wall(now), exchange.message.key(), itself).isStored();
    shared.counters.add(stored ? Counter.PROVIDERS_STORED : Counter.PROVIDERS_REFUSED);
    Message echo = exchange.message.wantsEcho() ? exchange.message.answer(null, List.of(), List.of()) : null;
    shared.out.add(new Action.Respond(exchange.number, echo));
  }

  private void putValue(long now, Exchange exchange) {
    ValueRecord record = exchange.message.record();
    if (record == null || !Arrays.equals(record.key(), exchange.message.key())) {
      refuse(exchange, "PUT_VALUE without a record for its key");
      return;
    }
    checks.check(now, exchange.from, record, (later, verdict) -> onVerdict(later, exchange, verdict));
  }

  private void onVerdict(long now, Exchange exchange, Verdict verdict) {
    ValueRecord record = exchange.message.record();
    Stored stored = verdict.valid() ? stores.put(wall(now), record, verdict, exchange.from) : null;
    if (stored != null && stored.isStored()) {
      shared.counters.add(Counter.RECORDS_STORED);
      answer(exchange, new ValueRecord(record.key(), record.value()), List.of(), List.of());
    } else {
      shared.counters.add(Counter.RECORDS_REFUSED);
      refuse(exchange, stored == null ? verdict.reason() : "the record is not stored: " + stored);
    }
  }
}
