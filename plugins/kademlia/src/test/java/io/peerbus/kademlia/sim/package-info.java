/**
 * Owns the simulations of the shipped machine: {@link io.peerbus.kademlia.sim.Simulation} runs networks of up to 20,000
 * nodes in virtual time, compares them to {@link io.peerbus.kademlia.sim.IdealNetwork} and to the figures that were
 * promised, and writes tables and plots.
 *
 * <p>Driven by {@code mvn -Psim -pl plugins/kademlia -am verify}, and small by the tests. What the scenarios are is in
 * {@code plugins/kademlia/SIMULATION.md}.
 */
package io.peerbus.kademlia.sim;
