/**
 * Owns Kademlia as pure logic: {@link io.peerbus.kademlia.Kademlia} and its parts, the routing table, the lookup, the
 * stores, messages and their bytes, and what makes a record valid.
 *
 * <p>Driven by {@code io.peerbus.kademlia.verticle} in a node and by a kernel in virtual time in tests.
 *
 * <p>Spec: libp2p kad-dht; IPNS records. We differ in this: a validator gives a record a rank instead of choosing
 * among many; keys of namespaces that nobody judges are refused unless they are named as open; a peer comes into the
 * table only when it has answered; peers of one IP group have few places; addresses are told and taken by where the
 * other side is; buckets are refreshed by their age and one after the other. Whether a node can be reached is not asked
 * of others yet.
 */
package io.peerbus.kademlia;
