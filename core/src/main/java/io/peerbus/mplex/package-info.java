/**
 * Owns the multiplexing of one secured connection into streams without flow control, protocol {@code /mplex/6.7.0}, for
 * old peers that speak nothing else: {@link io.peerbus.mplex.Session} is the machine, all else are its parts.
 * Driven by a connection of the swarm when the node's {@code muxers} name it, which they do not unless asked to: a peer
 * that writes to a stream nobody reads holds up all other streams of its connection, or loses that stream.
 * Spec: libp2p specs/mplex/README.md. We differ in what it leaves open: a slow reader stops the connection for some
 * seconds and then loses its stream, as in go-mplex, and names of streams are not kept.
 */
package io.peerbus.mplex;
