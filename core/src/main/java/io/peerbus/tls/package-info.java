/**
 * Owns the security of a connection by TLS 1.3: a self-signed certificate in which the identity key vouches for a
 * throw-away one, the handshake, and the records after it.
 *
 * <p>Driven by the connection, through {@link io.peerbus.secure.SecureHandshake} and
 * {@link io.peerbus.secure.SecureChannel}. The protocol itself is the JDK's {@link javax.net.ssl.SSLEngine}, which has
 * no IO of its own; its tasks are run where they arise, as signatures are in Noise. Its parser of certificates refuses
 * those that name no issuer, as rust's and js's do, so {@link io.peerbus.tls.CertificateProvider} reads them. The TLS
 * of Bouncy Castle would not need that, but the newest bctls that is to be had today is 1.84, whose holes are known
 * (CVE-2026-59638 and more) and which needs a bcprov with others (CVE-2026-13506: ASN.1 that costs its reader much).
 *
 * <p>Spec: RFC 8446; libp2p's "tls" and "inlined muxer negotiation". We differ in this: an offer of application
 * protocols without one of ours fails, but a client that offers none at all is taken as one that says "libp2p".
 */
package io.peerbus.tls;
