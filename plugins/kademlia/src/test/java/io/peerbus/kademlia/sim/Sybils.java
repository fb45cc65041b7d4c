package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Contact;
import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.Message;
import io.peerbus.kademlia.RoutingTable;
import io.peerbus.kademlia.VirtualNode;
import io.peerbus.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * SEC-42: ten sybils for each honest node, all in one /16, want to be the honest ones' tables. For half an hour each of
 * them connects to honest nodes by lot, says that it is a server, and answers everything with the sybils that are
 * nearest to what is looked for.
 */
final class Sybils {

  private static final Duration SETTLE = Duration.ofMinutes(10);
  private static final int MINUTES = 30;
  private static final int CONNECTIONS = 10;
  private static final double HONEST = 0.95;
  private static final int FIRST = 1_000_000;

  private final SimOptions options;
  private final Progress progress;
  private final Results results;
  private final SimNetwork network;

  Sybils(SimOptions options, Progress progress, Results results) {
    this.options = options;
    this.progress = progress;
    this.results = results;
    this.network = new SimNetwork(options, progress, 1);
  }

  void run() {
    network.grow(options.honest(), SETTLE);
    attack();
    Results.Series mean = Results.Series.named("all tables together");
    Results.Series worst = Results.Series.named("the worst table");
    Lookups lookups = new Lookups();
    network.look(options.lookups() / 5, Duration.ofMinutes(MINUTES), lookups::add);
    double lowest = 1;
    for (int minute = 1; minute <= MINUTES; minute++) {
      network.run("sybils", Duration.ofMinutes(1));
      mean.add(minute, 100 * honest(network.up));
      worst.add(minute, 100 * network.up.stream().mapToDouble(node -> honest(List.of(node))).min().orElse(0));
      lowest = Math.min(lowest, honest(network.up));
    }
    results.rows.add(new Row("sybils of one /16: " + options.nodes(), options.honest() + options.nodes(),
        lookups.count(), lookups.success(), null, lowest, network.time(), "95 % honest entries", lowest >= HONEST));
    results.plots.add(new Results.Plot("honesty", "Honest entries of the tables of " + options.honest() + " nodes, "
        + options.nodes() + " sybils", "minutes of the attack", "%", 90, List.of(mean, worst)));
    progress.say(results.last());
  }

  private void attack() {
    List<VirtualNode> sybils = new ArrayList<>();
    for (int i = 0; i < options.nodes(); i++) {
      VirtualNode sybil = network.dht.add(FIRST + i, network.machine);
      sybil.address = Multiaddr.tcp("203.0." + i / 256 + "." + i % 256, 4001);
      sybils.add(sybil);
    }
    SortedKeys<VirtualNode> byKey = new SortedKeys<>(sybils, node -> node.key);
    for (VirtualNode sybil : sybils) {
      sybil.start((self, request) -> lie(byKey, request));
      IntStream.range(0, CONNECTIONS).forEach(i -> network.dht.kernel.after(
          network.random.nextLong(Duration.ofMinutes(MINUTES).toNanos()), () -> sybil.connect(network.any())));
    }
  }

  private Message lie(SortedKeys<VirtualNode> sybils, Message request) {
    Key target = Key.of(request.key());
    List<Contact> told = sybils.closest(target, network.machine.getK()).stream().map(VirtualNode::contact).toList();
    return request.answer(request.record(), told, List.of());
  }

  private static double honest(List<VirtualNode> nodes) {
    long all = 0;
    long sybils = 0;
    for (VirtualNode node : nodes) {
      for (RoutingTable.Row row : node.machine.table()) {
        all++;
        sybils += row.contact().addresses().get(0).toString().startsWith("/ip4/203.0.") ? 1 : 0;
      }
    }
    return 1 - sybils / (double) Math.max(1, all);
  }
}
