/**
 * Owns the perf protocol without its streams: {@link io.peerbus.perf.Answer} takes what a peer uploads and sends what
 * it asks for, {@link io.peerbus.perf.Transfer} measures both.
 *
 * <p>Driven by {@code io.peerbus.perf.verticle} in a node.
 *
 * <p>Spec: libp2p specs, perf/perf.md. We differ in this: a peer that asks for more bytes than a limit is refused.
 */
package io.peerbus.perf;
