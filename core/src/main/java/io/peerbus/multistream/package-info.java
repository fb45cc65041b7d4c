/**
 * Owns multistream-select 1.0: how the two ends of a connection or a stream agree on a protocol.
 *
 * <p>Driven by the connection, once for security, once for the muxer and once for each stream; bytes in, bytes out.
 *
 * <p>Spec: multistream-select 1.0.0 and libp2p's "connections" document. We differ in this: both roles send the
 * header at once without waiting for the other's, because some listeners wait for the dialer's and some dialers
 * wait for the listener's; and {@code ls} is answered only once and in at most one message of 1,024 bytes.
 */
package io.peerbus.multistream;
