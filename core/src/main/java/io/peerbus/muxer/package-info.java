/**
 * Owns what a connection asks of a multiplexing protocol, {@link io.peerbus.muxer.Muxer}, and the parts that such
 * protocols have in common: the queue of actions, what limits refused, the rate of wasted streams, why they close.
 * Driven by a connection of the swarm. Implementations: {@code io.peerbus.yamux}, and {@code io.peerbus.mplex} for old
 * peers; which one a connection has is agreed on while it is upgraded.
 */
package io.peerbus.muxer;
