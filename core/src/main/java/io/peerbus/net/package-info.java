/**
 * Owns the sockets: TCP by Vert.x's net server and client, and the Netty handler that feeds a
 * {@link io.peerbus.swarm.Connection} with the bytes of one, on the event loop of that socket.
 *
 * <p>Driven by {@code io.peerbus.host}, one transport for each event loop. The only package that knows Netty.
 */
package io.peerbus.net;
