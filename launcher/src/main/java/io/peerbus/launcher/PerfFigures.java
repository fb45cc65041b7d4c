package io.peerbus.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What several runs of one measurement came to. Not thread safe. */
final class PerfFigures {

  private final String what;
  private final String unit;
  private final List<Double> values = new ArrayList<>();

  /**
   * Without a value yet.
   *
   * @param what was measured: {@code upload}
   * @param unit of the values: {@code MB/s}
   */
  PerfFigures(String what, String unit) {
    this.what = what;
    this.unit = unit;
  }

  String what() {
    return what;
  }

  /** The value that was added last, for a person. */
  String last() {
    return String.format(Locale.ROOT, "%s %.1f %s", what, values.get(values.size() - 1), unit);
  }

  void add(double value) {
    values.add(value);
  }

  private List<Double> sorted() {
    return values.stream().sorted().toList();
  }

  /** The value below which so many of a hundred are. */
  double percentile(int percent) {
    List<Double> sorted = sorted();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  double median() {
    List<Double> sorted = sorted();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private double least() {
    return sorted().get(0);
  }

  private double most() {
    return sorted().get(values.size() - 1);
  }

  /** One line for a person. */
  String line() {
    return String.format(Locale.ROOT, "%-12s median %10.1f   min %10.1f   max %10.1f %s  (%d %s)", what, median(),
        least(), most(), unit, values.size(), values.size() == 1 ? "run" : "runs");
  }

  /** For programs. */
  JsonObject toJson() {
    return new JsonObject().put("unit", unit).put("median", median()).put("min", least()).put("max", most())
        .put("values", new JsonArray(values));
  }
}
