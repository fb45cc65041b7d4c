/**
 * Owns ping without its streams: {@link io.peerbus.ping.Echo} answers a peer, {@link io.peerbus.ping.Pinger} asks one
 * and measures.
 *
 * <p>Driven by {@code io.peerbus.ping.verticle} in a node.
 *
 * <p>Spec: libp2p specs, ping/ping.md. We differ in nothing; what other implementations do beside it is in their
 * classes' comments.
 */
package io.peerbus.ping;
