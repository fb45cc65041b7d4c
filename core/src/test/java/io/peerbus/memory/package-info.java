/**
 * Owns hosts and streams without a network, for tests of protocols against {@code io.peerbus.api} alone: no sockets,
 * no cryptography, no core.
 *
 * <p>Driven by tests of the plugins, all on one Vert.x context. Bytes arrive asynchronously, in order, and a reader
 * that pauses holds up its writer, as on a real stream; times and limits of a real connection are not imitated.
 */
package io.peerbus.memory;
