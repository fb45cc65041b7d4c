package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Key;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Lookups in a network where everybody stays, and then in the same one where everybody goes sooner or later. In the
 * first ten minutes of that nothing is promised: then as many entries of the tables are dead as will be from then on.
 */
final class Networks {

  /** By then everybody has looked into every bucket, which is done at once. */
  private static final Duration SETTLE = Duration.ofMinutes(4);
  private static final Duration STEADY = Duration.ofMinutes(1);
  private static final Duration REST = Duration.ofMinutes(1);
  private static final int WARM_UP = 10;
  /** Lookups that are done in theory too: enough for a hundredth. */
  private static final int IDEAL = 2_000;
  private static final double STEADY_SUCCESS = 0.999;
  private static final double CHURNING_SUCCESS = 0.99;

  private final SimOptions options;
  private final Progress progress;
  private final Results results;
  private final SimNetwork network;

  Networks(SimOptions options, Progress progress, Results results) {
    this.options = options;
    this.progress = progress;
    this.results = results;
    this.network = new SimNetwork(options, progress, 0);
  }

  void run() {
    network.grow(options.nodes(), SETTLE);
    steady();
    churning();
  }

  private void steady() {
    Lookups lookups = new Lookups();
    network.look(options.lookups(), STEADY, lookups::add);
    network.run("steady", STEADY.plus(REST));
    Row.Cost cost = cost(lookups, Lookups.Sample::asker);
    Row row = new Row("steady", options.nodes(), lookups.count(), lookups.success(), cost, null, network.time(),
        "success 99.9 %, hops and messages within 10 %", lookups.success() >= STEADY_SUCCESS && cost.isTheoretical());
    results.rows.add(row);
    plotHops(cost);
    progress.say(String.format(Locale.ROOT, "%s%n%.2f %% of the k nearest were found; hops by the formula: %.2f",
        results.last(), 100 * lookups.recall(), IdealNetwork.greedyHops(options.nodes(), network.machine.getK())));
  }

  /** What the same lookups cost in theory, among the nodes that are there now. */
  private Row.Cost cost(Lookups lookups, Function<Lookups.Sample, Key> asker) {
    IdealNetwork ideal = new IdealNetwork(network.keys(), network.machine.getK(), network.machine.getAlpha(),
        network.machine.getBeta(), options.seed());
    List<IdealNetwork.Cost> costs = lookups.samples.stream().limit(IDEAL)
        .map(sample -> ideal.lookup(asker.apply(sample), sample.target())).toList();
    return new Row.Cost(new Distribution(lookups.hops()),
        new Distribution(costs.stream().mapToInt(IdealNetwork.Cost::hops).toArray()), lookups.messages(),
        costs.stream().mapToInt(IdealNetwork.Cost::messages).average().orElse(0));
  }

  private void plotHops(Row.Cost cost) {
    Results.Series simulated = Results.Series.named("simulated");
    Results.Series theory = Results.Series.named("theory");
    for (int hops = 1; hops <= Math.max(cost.hops().max(), cost.idealHops().max()); hops++) {
      simulated.add(hops, 100 * cost.hops().share(hops));
      theory.add(hops, 100 * cost.idealHops().share(hops));
    }
    results.plots.add(new Results.Plot("hops", "Hops of " + options.lookups() + " lookups, " + options.nodes()
        + " nodes, nobody leaves", "hops", "% of lookups", 0, List.of(simulated, theory)));
  }

  private void churning() {
    int minutes = WARM_UP + options.churnMinutes();
    Lookups lookups = new Lookups();
    network.churn(options.sessionMinutes());
    network.look(options.lookups() * minutes / options.churnMinutes(), Duration.ofMinutes(minutes), lookups::add);
    network.run("churning", Duration.ofMinutes(minutes).plus(REST));
    Lookups measured = lookups.from(WARM_UP);
    List<Key> keys = network.keys();
    int[] next = new int[1];
    Row.Cost cost = cost(measured, sample -> keys.get(next[0]++ % keys.size()));
    Row row = new Row("churning, median session " + Math.round(options.sessionMinutes()) + " min", options.nodes(),
        measured.count(), measured.success(), cost, null, network.time(), "success 99 %",
        measured.success() >= CHURNING_SUCCESS);
    results.rows.add(row);
    plotSuccess(lookups, minutes);
    progress.say(String.format(Locale.ROOT, "%s%n%.2f %% of the k nearest were found", results.last(),
        100 * measured.recall()));
  }

  private void plotSuccess(Lookups lookups, int minutes) {
    Results.Series success = Results.Series.named("the nearest is found");
    Results.Series recall = Results.Series.named("part of the 20 nearest that is found");
    IntStream.range(0, minutes).forEach(minute -> {
      Lookups those = lookups.in(minute);
      if (those.count() > 0) {
        success.add(minute, 100 * those.success());
        recall.add(minute, 100 * those.recall());
      }
    });
    results.plots.add(new Results.Plot("churn", "Lookups while nodes come and go, median session "
        + Math.round(options.sessionMinutes()) + " min, " + options.nodes() + " nodes", "minutes of churn", "%", 90,
        List.of(success, recall)));
  }
}
