/**
 * Owns private networks: all bytes of a connection are hidden under a key that the nodes of the network share, so that
 * others cannot even begin to speak to them. Who a peer is, and that nobody changed a byte, is for the secure channel
 * inside.
 *
 * <p>Driven by the connection, which passes all raw bytes through a {@link io.peerbus.pnet.Cloak}.
 *
 * <p>Spec: libp2p pnet, "Private Networks PSK V1".
 */
package io.peerbus.pnet;
