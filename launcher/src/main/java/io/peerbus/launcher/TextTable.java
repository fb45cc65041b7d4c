package io.peerbus.launcher;

import io.peerbus.launcher.console.Printable;
import java.util.ArrayList;
import java.util.List;

/** Rows of text with aligned columns, for a person to read. Not thread safe. */
final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... titles) {
    rows.add(List.of(titles));
  }

  /** A row of as many cells as there are titles. */
  void add(List<String> cells) {
    rows.add(cells.stream().map(Printable::of).toList());
  }

  /** The lines, the titles first, two spaces between columns and none at the ends. */
  List<String> lines() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
