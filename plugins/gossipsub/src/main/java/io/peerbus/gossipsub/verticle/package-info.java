/**
 * Owns what connects {@link io.peerbus.gossipsub.Gossipsub} to a node: streams, the event bus, the JSON interface, the
 * settings, and the threads that check signatures.
 *
 * <p>Driven by the verticle's own Vert.x context. Knows {@code io.peerbus.api} and nothing else of core.
 *
 * <p>Spec: the pubsub specification for the framing; the JSON interface is described at
 * {@link io.peerbus.gossipsub.verticle.GossipsubVerticle}.
 */
package io.peerbus.gossipsub.verticle;
