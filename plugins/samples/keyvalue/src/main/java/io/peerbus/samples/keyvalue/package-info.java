/**
 * Owns a key-value store that peers ask over streams, without the streams: {@link io.peerbus.samples.keyvalue.Store}
 * keeps the entries, {@link io.peerbus.samples.keyvalue.Incoming} reads one message of a peer, with its limit and its
 * deadline.
 *
 * <p>Driven by {@code io.peerbus.samples.keyvalue.verticle} in a node, and by tests in virtual time.
 *
 * <p>Spec: keyvalue.proto, and the README of this sample.
 */
package io.peerbus.samples.keyvalue;
