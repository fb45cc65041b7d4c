/**
 * Owns virtual time and the weather of a simulated network: {@link io.peerbus.sim.Kernel} and
 * {@link io.peerbus.sim.Weather}.
 *
 * <p>Driven by tests and simulations of all modules, through core's test-jar. What a node is, and what it sends, is
 * theirs to say.
 */
package io.peerbus.sim;
