/**
 * Owns the Vert.x event bus carried to another peer, without streams and without a bus:
 * {@link io.peerbus.remotebus.Serving} is one message of a peer, {@link io.peerbus.remotebus.Asking} one of ours,
 * {@link io.peerbus.remotebus.AllowList} says who may send where.
 *
 * <p>Driven by {@code io.peerbus.remotebus.verticle} in a node, and by tests in virtual time.
 *
 * <p>Spec: ours, {@code /peerbus/bus/1.0.0}: remotebus.proto, and the README of this plugin.
 */
package io.peerbus.remotebus;
