package io.peerbus.kademlia.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
    Results results = run("scenarios=network", "nodes=100", "lookups=50", "churn=2", "loss=0.01", "seed=" + seed);
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
    Results results = run("scenarios=sybils", "nodes=300", "lookups=50");
    new Report(folder).write(results, Map.of("sybils", 1L));
    assertTrue(Files.readString(folder.resolve("table.md")).contains("| sybils of one /16: 300 | 400 | 1 | 10 |"));
    assertEquals(2, Files.readAllLines(folder.resolve("table.csv")).size());
    assertTrue(Files.readString(folder.resolve("honesty.svg")).contains("minutes of the attack"));
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
