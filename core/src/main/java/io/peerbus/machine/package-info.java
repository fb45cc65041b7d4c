/**
 * Owns the contract of all protocol logic, {@link io.peerbus.machine.Machine}, and its named timers.
 * Driven by {@code api.Driver} in a node and by the simulator in tests.
 */
package io.peerbus.machine;
