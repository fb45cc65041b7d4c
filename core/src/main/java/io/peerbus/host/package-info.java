/**
 * Owns a running node: its sockets and connections spread over the event loops ({@link io.peerbus.host.Shard}), the
 * table of peers and dials, the protocol table, and core's side of the event bus contract (BUS.md).
 *
 * <p>Driven by {@link io.peerbus.host.HostVerticle} on its own context, and by each shard on its own. Whatever crosses
 * between two contexts is an immutable value handed over by {@code runOnContext}.
 */
package io.peerbus.host;
