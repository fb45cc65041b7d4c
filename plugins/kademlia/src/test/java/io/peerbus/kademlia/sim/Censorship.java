package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Contact;
import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.Message;
import io.peerbus.kademlia.Outcome;
import io.peerbus.kademlia.VirtualDht;
import io.peerbus.kademlia.VirtualNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * SEC-39, G22: sybils at addresses of all the world that are nearer to a key than any honest node. They take what is
 * put there and forget it. The passive ones tell truly whom there is beside them; the active ones name each other only.
 * First they find their places, then a value and a provider are published, then another node looks for both.
 */
final class Censorship {

  private static final Duration SETTLE = Duration.ofMinutes(10);
  private static final Duration PLACING = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final List<Integer> SYBILS = List.of(20, 32, 45);
  /** Ids an attacker makes for each honest node before it has enough that are near any key. */
  private static final int MADE = 400;
  private static final int FIRST = 10_000_000;
  /** Keys that are attacked at once, each by its own sybils. */
  private static final int AT_ONCE = 10;
  /** Honest nodes around the key that each sybil connects to, and others by lot. */
  private static final int NEAR = 60;
  private static final int OTHERS = 20;
  private static final double PASSIVE_SUCCESS = 0.99;
  private static final double ACTIVE_SUCCESS = 0.95;

  private final SimOptions options;
  private final Progress progress;
  private final Results results;
  private final SimNetwork network;
  private SortedKeys<Integer> made;
  private SortedKeys<VirtualNode> honest;
  private int keys;

  Censorship(SimOptions options, Progress progress, Results results) {
    this.options = options;
    this.progress = progress;
    this.results = results;
    this.network = new SimNetwork(options, progress, 2);
  }

  /** One key and the sybils round it. */
  private final class Attack {
    final byte[] key = ("/v/censored " + ++keys).getBytes(StandardCharsets.UTF_8);
    final List<VirtualNode> sybils = new ArrayList<>();
    final VirtualNode publisher = network.any();
    final VirtualNode reader = network.any();
    int published;
    Outcome value;
    Outcome providers;

    void begin(int count, boolean active) {
      Key target = Key.of(key);
      for (int number : made.closest(target, count)) {
        sybils.add(network.dht.add(number, network.machine));
      }
      SortedKeys<VirtualNode> own = new SortedKeys<>(sybils, node -> node.key);
      List<VirtualNode> near = honest.closest(target, NEAR);
      for (VirtualNode sybil : sybils) {
        sybil.start((self, request) -> censor(own, active, request));
        near.forEach(sybil::connect);
        IntStream.range(0, OTHERS).forEach(i -> sybil.connect(network.any()));
      }
    }

    private Message censor(SortedKeys<VirtualNode> own, boolean active, Message request) {
      if (request.type() == Message.Type.PUT_VALUE) {
        return request.answer(request.record(), List.of(), List.of());
      }
      Key target = Key.of(request.key());
      int k = network.machine.getK();
      List<VirtualNode> told = new ArrayList<>(own.closest(target, k));
      if (!active) {
        told.addAll(honest.closest(target, k));
        told.sort((one, two) -> target.compareDistance(one.key, two.key));
      }
      List<Contact> contacts = told.stream().limit(k).map(VirtualNode::contact).toList();
      return request.answer(null, contacts, List.of());
    }

    void publish() {
      publisher.put(key, new byte[] {1}, outcome -> published++);
      publisher.provide(key, outcome -> published++);
    }

    void read() {
      reader.get(key, outcome -> value = outcome);
      reader.findProviders(key, 1, outcome -> providers = outcome);
    }

    boolean isRead() {
      return value != null && providers != null;
    }

    int found() {
      boolean hasValue = value instanceof Outcome.Value found && Arrays.equals(found.record().value(), new byte[] {1});
      boolean hasProvider = providers instanceof Outcome.Peers found
          && found.contacts().stream().anyMatch(contact -> contact.peer().equals(publisher.id));
      return (hasValue ? 1 : 0) + (hasProvider ? 1 : 0);
    }

    void end() {
      sybils.forEach(VirtualNode::kill);
      sybils.forEach(network.dht::remove);
    }
  }

  void run() {
    network.grow(options.honest(), SETTLE);
    made = new SortedKeys<>(IntStream.range(FIRST, FIRST + MADE * options.honest()).boxed().toList(),
        VirtualDht::key);
    honest = new SortedKeys<>(network.up, node -> node.key);
    Results.Series passive = attacks("passive", false, PASSIVE_SUCCESS);
    Results.Series active = attacks("active", true, ACTIVE_SUCCESS);
    results.plots.add(new Results.Plot("censorship", "Values and providers found of " + options.keys()
        + " censored keys, " + options.honest() + " honest nodes", "sybils round each key", "% found", 80,
        List.of(passive, active)));
  }

  private Results.Series attacks(String name, boolean active, double promised) {
    Results.Series series = Results.Series.named(name);
    for (int count : SYBILS) {
      int found = 0;
      for (int done = 0; done < options.keys(); done += AT_ONCE) {
        found += attack(Math.min(AT_ONCE, options.keys() - done), count, active);
      }
      double success = found / (2.0 * options.keys());
      series.add(count, 100 * success);
      results.rows.add(new Row("censorship, " + name + ": " + count + " sybils round a key", options.honest() + count,
          2 * options.keys(), success, null, null, network.time(), "success " + Math.round(100 * promised) + " %",
          success >= promised));
      progress.say(results.last());
    }
    return series;
  }

  /** Answers how many values and providers were found. */
  private int attack(int count, int sybils, boolean active) {
    List<Attack> attacks = IntStream.range(0, count).mapToObj(i -> new Attack()).toList();
    attacks.forEach(attack -> attack.begin(sybils, active));
    network.run("sybils find their places", PLACING);
    attacks.forEach(Attack::publish);
    network.runUntil("publishing", () -> attacks.stream().allMatch(attack -> attack.published == 2), LONGEST);
    network.run("publishing", Duration.ofSeconds(1)); // nobody answers an ADD_PROVIDER
    attacks.forEach(Attack::read);
    network.runUntil("reading", () -> attacks.stream().allMatch(Attack::isRead), LONGEST);
    attacks.forEach(Attack::end);
    return attacks.stream().mapToInt(Attack::found).sum();
  }
}
