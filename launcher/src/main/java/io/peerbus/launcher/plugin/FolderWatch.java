package io.peerbus.launcher.plugin;

import io.peerbus.launcher.plugin.jar.FolderContents.Stamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what changed in the plugin folder, scan by scan. A file counts once it looks the same in two scans in a row,
 * so one that is being copied is left alone while it grows.
 *
 * <p>Pure. Not thread safe, part of the {@link PluginManager}.
 */
final class FolderWatch {

  /** @param stamp of the file, which is new or changed; {@code null} when it is gone */
  record Change(String file, Stamp stamp) {

    boolean there() {
      return stamp != null;
    }
  }

  /** No file has it. */
  private static final Stamp UNKNOWN = new Stamp(-1, -1, "");

  private final Map<String, Stamp> settled = new LinkedHashMap<>();
  private Map<String, Stamp> last = new LinkedHashMap<>();

  /** What is there already is no change. */
  void begin(Map<String, Stamp> files) {
    settled.clear();
    settled.putAll(files);
    last = new LinkedHashMap<>(files);
  }

  /** The changes that this scan confirms. */
  List<Change> onScan(Map<String, Stamp> files) {
    List<Change> changes = new ArrayList<>();
    files.forEach((file, stamp) -> {
      if (stamp.equals(last.get(file)) && !stamp.equals(settled.get(file))) {
        settled.put(file, stamp);
        changes.add(new Change(file, stamp));
      }
    });
    for (String file : List.copyOf(settled.keySet())) {
      if (!files.containsKey(file) && !last.containsKey(file)) {
        settled.remove(file);
        changes.add(new Change(file, null));
      }
    }
    last = new LinkedHashMap<>(files);
    return changes;
  }

  /** Looks at the file again in later scans although it has not changed: it may be usable only then. */
  void forget(String file) {
    settled.computeIfPresent(file, (name, stamp) -> UNKNOWN);
  }

  /** The file is as we have made it, or with {@code null} we took it away: that is no change. */
  void acknowledge(String file, Stamp stamp) {
    if (stamp == null) {
      settled.remove(file);
      last.remove(file);
    } else {
      settled.put(file, stamp);
      last.put(file, stamp);
    }
  }
}
