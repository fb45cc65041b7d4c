/**
 * Owns the contract of all protocol logic, {@link io.peerbus.machine.Machine}, its named timers, and the
 * table of what an owner does about each action.
 * Driven by {@code api.Driver} in a node and by the simulator in tests.
 */
package io.peerbus.machine;
