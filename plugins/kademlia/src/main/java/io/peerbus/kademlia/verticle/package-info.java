/**
 * Owns what connects {@link io.peerbus.kademlia.Kademlia} to a node: streams, the event bus, the JSON interface, the
 * settings, the stores on disk, and the threads that check signatures.
 *
 * <p>Driven by the verticle's own Vert.x context. Knows {@code io.peerbus.api} and nothing else of core.
 *
 * <p>Spec: kad-dht for the framing; the JSON interface is described at
 * {@link io.peerbus.kademlia.verticle.KademliaVerticle}.
 */
package io.peerbus.kademlia.verticle;
