/**
 * Owns the sockets: TCP by Vert.x's net server and client, the layers of a WebSocket on it, and the Netty handler that
 * feeds a {@link io.peerbus.swarm.Connection} with the bytes of one, on the event loop of that socket.
 *
 * <p>Driven by {@code io.peerbus.host}, one transport for each event loop. The only package that knows Netty.
 *
 * <p>Spec: RFC 6455 and multiformats/multiaddr; we differ in that frames of text are refused, which js-libp2p takes.
 */
package io.peerbus.net;
