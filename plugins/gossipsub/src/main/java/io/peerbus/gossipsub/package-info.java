/**
 * Owns gossipsub as pure logic: {@link io.peerbus.gossipsub.Gossipsub} and its parts, the reading and writing of RPCs,
 * message ids and signatures.
 *
 * <p>Driven by {@code io.peerbus.gossipsub.verticle} in a node and by a kernel in virtual time in tests.
 *
 * <p>Spec: libp2p pubsub, gossipsub 1.0 and 1.1. We differ in this: a peer that subscribes is grafted at once while
 * the mesh is small; our own messages also go to peers outside the mesh; IHAVE goes only to peers that make message
 * ids as we do; a message is marked as seen after its signature was checked, not before. Scores, peer exchange and
 * opportunistic grafting are not here yet.
 */
package io.peerbus.gossipsub;
