/**
 * Owns the event bus contract (BUS.md): the frames and their codec, credit, and the plugin's side of it,
 * {@link io.peerbus.bus.BusHost} and {@link io.peerbus.bus.BusStream}.
 *
 * <p>Driven by the plugin's Vert.x context. The core's side of the same contract is in {@code io.peerbus.host}.
 */
package io.peerbus.bus;
