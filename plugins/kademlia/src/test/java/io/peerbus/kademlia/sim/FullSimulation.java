package io.peerbus.kademlia.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code mvn -Psim} runs, and no other build: all scenarios as large as the system properties say. */
class FullSimulation {

  @Test
  void whatWasPromisedIsKept() throws IOException {
    Simulation simulation = new Simulation(SimOptions.of(System.getProperties()), System.out);
    Results results = simulation.run();
    Path folder = Path.of("target", "sim").toAbsolutePath();
    new Report(folder).write(results, simulation.seconds());
    System.out.println(results.table());
    System.out.println("Table and plots: " + folder);
    assertEquals(List.of(), results.missed());
  }
}
