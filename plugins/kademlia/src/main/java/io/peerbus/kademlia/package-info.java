/**
 * Owns Kademlia as pure logic: {@link io.peerbus.kademlia.Message} and its bytes, keys and their distance, and what
 * makes a record valid.
 *
 * <p>Driven by an adapter in a node and by a kernel in virtual time in tests.
 *
 * <p>Spec: libp2p kad-dht; IPNS records. We differ in this: a validator gives a record a rank instead of choosing
 * among many, and keys of unknown namespaces are always refused.
 */
package io.peerbus.kademlia;
