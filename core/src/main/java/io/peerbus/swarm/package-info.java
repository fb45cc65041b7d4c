/**
 * Owns the table of connections and dials, admission of inbound connections, and what is known of peers.
 * Driven by the host's control context: requests from above, events from the transport, one deadline.
 * Spec: libp2p connections (connections/README.md) leaves dialling policy open; we differ from go-libp2p in keeping
 * one connection after simultaneous dials.
 */
package io.peerbus.swarm;
