package io.peerbus.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What passes, in Markdown: a row for each implementation, role, type of key and channel, a column for each check. */
final class Table implements AutoCloseable {

  private static final Path FILE = Path.of("target", "interop", "table.md");
  private static final Path README = Path.of("..", "README.md");
  private static final String README_PROPERTY = "interop.readme";
  private static final String MARKER = "interop";

  private static final List<String> COLUMNS =
      List.of("connection", "identify", "identify push", "ping", "gossip", "64 streams", "64 MiB", "close");

  /** From the best to the worst: of two in one cell the worse stays. */
  enum Outcome {
    PASS("pass"), SKIPPED("not run"), FAIL("**FAIL**");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  /** The beginning of a row. */
  record Row(String implementation, String version, Pairing pairing) {

    private String text() {
      return implementation + " | " + version + " | " + pairing.keyName() + " | " + pairing.channel() + " | "
          + pairing.role();
    }
  }

  private final Map<Row, Map<String, Outcome>> rows = new TreeMap<>(Comparator
      .comparing((Row row) -> row.pairing().language())
      .thenComparing(row -> row.pairing().keyType())
      .thenComparing(row -> row.pairing().channel())
      .thenComparing(row -> row.pairing().role())
      .thenComparing(Row::version));

  void put(Row row, String check, Outcome outcome) {
    rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
        .merge(check, outcome, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  String markdown() {
    Set<String> checks = new LinkedHashSet<>(COLUMNS);
    rows.values().forEach(row -> checks.addAll(row.keySet()));
    StringBuilder text = new StringBuilder("| peer | version | keys | channel | Peerbus");
    checks.forEach(check -> text.append(" | ").append(check));
    text.append(" |\n|").append("---|".repeat(5 + checks.size())).append('\n');
    rows.forEach((row, outcomes) -> {
      text.append("| ").append(row.text());
      for (String check : checks) {
        text.append(" | ").append(outcomes.containsKey(check) ? outcomes.get(check).text : "–");
      }
      text.append(" |\n");
    });
    return text.toString();
  }

  /** At the end of the run. */
  @Override
  public void close() {
    if (!rows.isEmpty()) {
      publish(FILE, MARKER, markdown());
    }
  }

  /** Puts a table into its file, into the readme when the run was asked to, and on standard output. */
  static void publish(Path file, String marker, String table) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    toReadme(marker, table);
    System.out.println(table);
  }

  /** Puts a table into the readme, when the run was asked to. */
  private static void toReadme(String marker, String table) {
    if (Boolean.getBoolean(README_PROPERTY)) {
      try {
        Files.writeString(README, inReadme(marker, Files.readString(README), table));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The readme with the table between its markers, which are put at its end where they are missing. */
  static String inReadme(String marker, String readme, String table) {
    String first = "<!-- " + marker + ":begin -->";
    String last = "<!-- " + marker + ":end -->";
    List<String> parts = new ArrayList<>();
    int begin = readme.indexOf(first);
    int end = readme.indexOf(last);
    if (begin < 0 || end < begin) {
      parts.add(readme.stripTrailing() + "\n\n## Interoperability\n\n");
      parts.add("\n");
    } else {
      parts.add(readme.substring(0, begin));
      parts.add(readme.substring(end + last.length()));
    }
    return parts.get(0) + first + "\n" + table + last + parts.get(1);
  }
}
