package io.peerbus.kademlia.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes what a run came to into a folder: what is the same for the same options, and how long it took. */
final class Report {

  private final Path folder;

  Report(Path folder) {
    this.folder = folder;
  }

  void write(Results results, Map<String, Long> seconds) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("table.md"), results.table());
    Files.writeString(folder.resolve("table.csv"), results.csv());
    Files.writeString(folder.resolve("plots.csv"), results.plotsCsv());
    Files.writeString(folder.resolve("wall-time.md"), wallTime(results, seconds));
    for (Results.Plot plot : results.plots) {
      Files.write(folder.resolve(plot.file() + ".png"), new PngPlot(plot).bytes());
    }
  }

  /** Real time is no part of the table: that is the same on every machine. */
  private static String wallTime(Results results, Map<String, Long> seconds) {
    StringBuilder text = new StringBuilder("| scenarios | wall time |\n|---|---|\n");
    seconds.forEach((name, time) -> text.append("| ").append(name).append(" | ").append(time).append(" s |\n"));
    return text.append('\n').append(results.options).append('\n').toString();
  }
}
