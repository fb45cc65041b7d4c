package io.peerbus.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What passes in the mixed DHT, in Markdown: a row for whose records and nodes they are, and why what did not. */
final class DhtTable implements AutoCloseable {

  static final String NEAREST = "20 nearest";
  static final String THIRD_GONE = "a third gone";
  static final String JOINED_LATER = "joined later";

  private static final Path FILE = Path.of("target", "interop", "dht.md");
  private static final String MARKER = "dht";
  private static final String UNKNOWN = "–";

  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, Map<String, Set<String>>> rows = new LinkedHashMap<>();
  private final List<String> reasons = new ArrayList<>();

  void addKind(DhtNode node) {
    versions.putIfAbsent(node.kind(), node.version());
  }

  /**
   * Notes that something was tried; one failure in a cell is enough for it to show.
   *
   * @param reasonOrNull why it failed
   */
  void note(String row, String column, String what, String reasonOrNull) {
    Set<String> missing = rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
        .computeIfAbsent(column, key -> new LinkedHashSet<>());
    if (reasonOrNull != null && missing.add(what)) {
      reasons.add(row + ", " + column + ", " + what + ": " + reasonOrNull);
    }
  }

  String markdown() {
    List<String> columns = new ArrayList<>(versions.keySet());
    columns.addAll(List.of(NEAREST, THIRD_GONE, JOINED_LATER));
    StringBuilder text = new StringBuilder("| of | version");
    columns.forEach(column -> text.append(" | ").append(versions.containsKey(column) ? "by " + column : column));
    text.append(" |\n|").append("---|".repeat(2 + columns.size())).append('\n');
    versions.forEach((kind, version) -> {
      text.append("| ").append(kind).append(" | ").append(version);
      columns.forEach(column -> text.append(" | ").append(cell(rows.getOrDefault(kind, Map.of()).get(column))));
      text.append(" |\n");
    });
    text.append(reasons.isEmpty() ? "" : "\n");
    reasons.forEach(reason -> text.append("- ").append(reason).append('\n'));
    return text.toString();
  }

  private static String cell(Set<String> missingOrNull) {
    return missingOrNull == null ? UNKNOWN
        : missingOrNull.isEmpty() ? "pass" : "**no " + String.join(", ", missingOrNull) + "**";
  }

  /** At the end of the run. */
  @Override
  public void close() {
    if (!rows.isEmpty()) {
      Table.publish(FILE, MARKER, markdown());
    }
  }
}
