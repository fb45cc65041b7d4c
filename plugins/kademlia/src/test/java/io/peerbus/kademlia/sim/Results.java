package io.peerbus.kademlia.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run came to: the rows of the table, and what is drawn. The same for the same options, byte by byte. */
final class Results {

  /** A line in a plot. */
  record Series(String name, List<Double> x, List<Double> y) {
    static Series named(String name) {
      return new Series(name, new ArrayList<>(), new ArrayList<>());
    }

    void add(double atX, double atY) {
      x.add(atX);
      y.add(atY);
    }
  }

  /**
   * A plot.
   *
   * @param file without its ending
   * @param least where the y axis begins; it ends at what is highest
   */
  record Plot(String file, String title, String xTitle, String yTitle, double least, List<Series> series) {}

  private static final String HEAD = "| scenario | nodes | seed | lookups | success | hops | p50 | p99 | theory "
      + "| ratio | messages | theory | ratio | honest entries | virtual time | promised | kept |\n"
      + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

  final SimOptions options;
  final List<Row> rows = new ArrayList<>();
  final List<Plot> plots = new ArrayList<>();

  Results(SimOptions options) {
    this.options = options;
  }

  /** The rows where what was promised is not kept. */
  List<Row> missed() {
    return rows.stream().filter(row -> !row.kept()).toList();
  }

  String table() {
    StringBuilder table = new StringBuilder(HEAD);
    rows.forEach(row -> table.append(line(row)).append('\n'));
    return table.toString();
  }

  private String line(Row row) {
    return "| " + String.join(" | ", cells(row, "–")) + " |";
  }

  /** The newest line of the table. */
  String last() {
    return line(rows.get(rows.size() - 1));
  }

  private List<String> cells(Row row, String none) {
    List<String> cells = new ArrayList<>(List.of(row.scenario(), "" + row.nodes(), "" + options.seed(),
        "" + row.lookups(), percent(row.success())));
    Row.Cost cost = row.cost();
    cells.addAll(cost == null ? List.of(none, none, none, none, none, none, none, none)
        : List.of(number(cost.hops().mean()), "" + cost.hops().quantile(0.5), "" + cost.hops().quantile(0.99),
        number(cost.idealHops().mean()), number(cost.hopsRatio()), number(cost.messages()),
        number(cost.idealMessages()), number(cost.messagesRatio())));
    cells.addAll(List.of(row.honest() == null ? none : percent(row.honest()),
        row.time().toMinutes() + " min", row.promise(), row.kept() ? "yes" : "NO"));
    return cells;
  }

  String csv() {
    StringBuilder csv = new StringBuilder("scenario,nodes,seed,lookups,success,hops_mean,hops_p50,hops_p99,"
        + "hops_theory,hops_ratio,messages_mean,messages_theory,messages_ratio,honest_entries,"
        + "virtual_time,promised,kept\n");
    for (Row row : rows) {
      csv.append(String.join(",", cells(row, "").stream().map(cell -> cell.replace(",", ";")).toList())).append('\n');
    }
    return csv.toString();
  }

  /** What is drawn, as numbers. */
  String plotsCsv() {
    StringBuilder csv = new StringBuilder("plot,series,x,y\n");
    for (Plot plot : plots) {
      for (Series series : plot.series()) {
        for (int i = 0; i < series.x().size(); i++) {
          csv.append(plot.file()).append(',').append(series.name().replace(",", ";")).append(',')
              .append(number(series.x().get(i))).append(',').append(number(series.y().get(i))).append('\n');
        }
      }
    }
    return csv.toString();
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * part);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
