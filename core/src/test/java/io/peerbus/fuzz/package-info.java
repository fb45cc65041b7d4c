/**
 * Owns the oracles that every decoder's fuzz test asks: what it threw, and what it allocated.
 * Driven by tests of all modules, through core's test-jar.
 */
package io.peerbus.fuzz;
