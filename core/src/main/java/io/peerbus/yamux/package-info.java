/**
 * Owns the multiplexing of one secured connection into streams with flow control, protocol {@code /yamux/1.0.0}:
 * {@link io.peerbus.yamux.Session} is the machine, all else are its parts.
 * Driven by a connection of the swarm: bytes in, actions and bytes out, no copy of what is received.
 * Spec: libp2p specs/yamux/README.md. We differ in that a GoAway of any code ends the session, as in all other
 * implementations, that the length of a reset is an error code and never credit (specs PR 622), and that ids of the
 * remote may come out of order, since rust-yamux sends the SYN with a stream's first data.
 */
package io.peerbus.yamux;
