package io.peerbus.kademlia.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulations as small as they can be. */
class SimulationTest {

  private static SimOptions options(String... settings) {
    Properties properties = new Properties();
    for (String setting : settings) {
      properties.setProperty("sim." + setting.split("=")[0], setting.split("=")[1]);
    }
    return SimOptions.of(properties);
  }

  private static Results run(String... settings) {
    return new Simulation(options(settings), new PrintStream(OutputStream.nullOutputStream())).run();
  }

  private static String network(int seed) {
    Results results = run("scenarios=network", "nodes=50", "lookups=50", "churn=1", "loss=0.01", "seed=" + seed);
    return results.csv().replace("," + seed + ",", ",seed,") + results.plotsCsv();
  }

  @Test
  void oneSeedIsOneTableByteForByteAndAnotherIsAnother() {
    String first = network(1);
    assertEquals(first, network(1));
    assertNotEquals(first, network(2));
  }

  @Test
  void theTableAndThePlotsAreWritten(@TempDir Path folder) throws IOException {
    Results results = new Results(options());
    Row.Cost cost = new Row.Cost(new Distribution(1, 2, 3, 6), new Distribution(3), 11, 10);
    results.rows.add(new Row("some", 7, 100, 0.995, cost, 0.75, Duration.ofMinutes(90), "success 99 %, and more",
        true));
    results.rows.add(new Row("others", 7, 100, 0.5, null, null, Duration.ofMinutes(90), "success 99 %", false));
    Results.Series series = Results.Series.named("a series");
    series.add(1, 97.5);
    series.add(2, 99);
    results.plots.add(new Results.Plot("plot", "A title", "minutes", "%", 90, List.of(series)));
    new Report(folder).write(results, Map.of("some", 5L));
    assertEquals("| some | 7 | 1 | 100 | 99.50 % | 3.00 | 2 | 6 | 3.00 | 1.00 | 11.00 | 10.00 | 1.10 | 75.00 % "
        + "| 90 min | success 99 %, and more | yes |", Files.readAllLines(folder.resolve("table.md")).get(2));
    assertEquals("others,7,1,100,50.00 %,,,,,,,,,,90 min,success 99 %,NO",
        Files.readAllLines(folder.resolve("table.csv")).get(2));
    assertEquals("plot,a series,1.00,97.50", Files.readAllLines(folder.resolve("plots.csv")).get(1));
    assertEquals(760, ImageIO.read(folder.resolve("plot.png").toFile()).getWidth());
    assertTrue(Files.readString(folder.resolve("wall-time.md")).contains("| some | 5 s |"));
    assertEquals(List.of("others"), results.missed().stream().map(Row::scenario).toList());
  }

  @Test
  void aTenthIsTheMostThatMayBeBetweenSimulationAndTheory() {
    assertTrue(new Row.Cost(new Distribution(109), new Distribution(100), 27.1, 30).isTheoretical());
    assertFalse(new Row.Cost(new Distribution(12), new Distribution(10), 30, 30).isTheoretical());
    assertFalse(new Row.Cost(new Distribution(10), new Distribution(10), 26.9, 30).isTheoretical());
  }

  @Test
  void mistakesInTheOptionsAreNamed() {
    assertEquals(List.of("sim.loss: \"2\" is not a number of 0.0 to 0.5", "sim.nodes: \"ten\" is not a whole number of "
        + "50 to 20000", "sim.node: unknown; there are sim.nodes, sim.seed, sim.latency, sim.loss, sim.session, "
        + "sim.churn, sim.lookups, sim.keys, sim.scenarios").stream().sorted().toList(),
        List.of(assertThrows(IllegalArgumentException.class, () -> options("nodes=ten", "loss=2", "node=5"))
            .getMessage().split("\n")).stream().sorted().toList());
  }
}
