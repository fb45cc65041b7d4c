/**
 * Owns what the ways to secure a connection have in common: an identity from which handshakes are made, the handshake,
 * the channel after it, and a limit of all that is TLS.
 *
 * <p>Driven by the connection, which knows these interfaces alone; {@code noise} and {@code tls} implement them.
 *
 * <p>Spec: libp2p connections, "Upgrading Connections".
 */
package io.peerbus.secure;
