/**
 * Owns the security of a connection by TLS 1.3: a self-signed certificate in which the identity key vouches for a
 * throw-away one, the handshake, and the records after it.
 *
 * <p>Driven by the connection, through {@link io.peerbus.secure.SecureHandshake} and
 * {@link io.peerbus.secure.SecureChannel}. The protocol itself is the JDK's {@link javax.net.ssl.SSLEngine}, which has
 * no IO of its own; its tasks are run where they arise, as signatures are in Noise.
 *
 * <p>Spec: RFC 8446; libp2p's "tls" and "inlined muxer negotiation". We differ in this: an offer of application
 * protocols without one of ours fails, but a client that offers none at all is taken as one that says "libp2p".
 */
package io.peerbus.tls;
