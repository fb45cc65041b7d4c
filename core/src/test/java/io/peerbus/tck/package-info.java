/**
 * Owns the test kit for protocols: {@link io.peerbus.tck.ProtocolTck} checks any plugin's verticle against what a node
 * may expect of it, with real nodes and a peer that does what no honest peer does.
 *
 * <p>Driven by the plugin's own tests, which extend it. A failure names the clause of the contract
 * ({@link io.peerbus.tck.Clause}), says what happened instead, and gives the seed.
 *
 * <p>Spec: the life of a plugin as {@link io.peerbus.api.ProtocolVerticle}, {@link io.peerbus.api.Stream} and core's
 * BUS.md have it.
 */
package io.peerbus.tck;
