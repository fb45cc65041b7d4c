package io.peerbus.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The hops of a lookup as a tree: who was asked, under the peer who told of it; and a tree for each lookup that
 * followed since its nearest were too many to be there by chance.
 */
final class DhtTrace {

  private final Map<String, List<JsonObject>> children = new LinkedHashMap<>();
  private final Set<String> shown = new LinkedHashSet<>();
  private final List<String> lines = new ArrayList<>();

  private DhtTrace() {}

  /** One line for each hop and each peer that was not asked though somebody told of it. */
  static List<String> lines(JsonArray trace) {
    Map<String, DhtTrace> lookups = new LinkedHashMap<>();
    for (Object hop : trace) {
      JsonObject json = (JsonObject) hop;
      lookups.computeIfAbsent(json.getString("lookup", ""), lookup -> new DhtTrace())
          .children.computeIfAbsent(json.getString("heardFrom", ""), from -> new ArrayList<>()).add(json);
    }
    List<String> lines = new ArrayList<>();
    lookups.forEach((lookup, tree) -> {
      if (!lookup.isEmpty()) {
        lines.add("crowded region, " + lookup + ":");
      }
      tree.add("", "");
      lines.addAll(tree.lines);
    });
    return lines;
  }

  private void add(String parent, String indent) {
    List<JsonObject> hops = children.getOrDefault(parent, List.of());
    for (int i = 0; i < hops.size(); i++) {
      JsonObject hop = hops.get(i);
      boolean last = i == hops.size() - 1;
      boolean isRoot = indent.isEmpty() && parent.isEmpty();
      lines.add(indent + (isRoot ? "" : last ? "└─ " : "├─ ") + line(hop));
      String below = indent + (isRoot ? "   " : last ? "   " : "│  ");
      for (Object each : hop.getJsonArray("rejected", new JsonArray())) {
        JsonObject rejected = (JsonObject) each;
        lines.add(below + "✗  " + rejected.getString("peer") + " not taken: " + rejected.getString("reason"));
      }
      if (shown.add(hop.getString("peer"))) {
        add(hop.getString("peer"), below);
      }
    }
  }

  private static String line(JsonObject hop) {
    String line = String.format(Locale.ROOT, "%s %s, asked at %.1f ms, took %.1f ms", hop.getString("peer"),
        hop.getString("state"), hop.getDouble("askedAtMillis"), hop.getDouble("tookMillis"));
    if (hop.containsKey("failure")) {
      line += ": " + hop.getString("failure");
    } else {
      line += ", told " + hop.getInteger("told") + ", " + hop.getInteger("taken") + " new";
    }
    return hop.getInteger("path", 0) > 0 ? line + ", path " + hop.getInteger("path") : line;
  }
}
