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

/** What passes, in Markdown: a row for each implementation, role and type of key, a column for each check. */
final class Table implements AutoCloseable {

  private static final Path FILE = Path.of("target", "interop", "table.md");
  private static final Path README = Path.of("..", "README.md");
  private static final String README_PROPERTY = "interop.readme";
  private static final String BEGIN = "<!-- interop:begin -->";
  private static final String END = "<!-- interop:end -->";

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
      return implementation + " | " + version + " | " + pairing.keyName() + " | " + pairing.role();
    }
  }

  private final Map<Row, Map<String, Outcome>> rows = new TreeMap<>(Comparator
      .comparing((Row row) -> row.pairing().language())
      .thenComparing(row -> row.pairing().keyType())
      .thenComparing(row -> row.pairing().role())
      .thenComparing(Row::version));

  void put(Row row, String check, Outcome outcome) {
    rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
        .merge(check, outcome, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  String markdown() {
    Set<String> checks = new LinkedHashSet<>(COLUMNS);
    rows.values().forEach(row -> checks.addAll(row.keySet()));
    StringBuilder text = new StringBuilder("| peer | version | keys | Peerbus");
    checks.forEach(check -> text.append(" | ").append(check));
    text.append(" |\n|").append("---|".repeat(4 + checks.size())).append('\n');
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
    if (rows.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, markdown());
      if (Boolean.getBoolean(README_PROPERTY)) {
        Files.writeString(README, inReadme(Files.readString(README), markdown()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println(markdown());
  }

  /** The readme with the table between its markers, which are put at its end where they are missing. */
  static String inReadme(String readme, String table) {
    List<String> parts = new ArrayList<>();
    int begin = readme.indexOf(BEGIN);
    int end = readme.indexOf(END);
    if (begin < 0 || end < begin) {
      parts.add(readme.stripTrailing() + "\n\n## Interoperability\n\n");
      parts.add("\n");
    } else {
      parts.add(readme.substring(0, begin));
      parts.add(readme.substring(end + END.length()));
    }
    return parts.get(0) + BEGIN + "\n" + table + END + parts.get(1);
  }
}
