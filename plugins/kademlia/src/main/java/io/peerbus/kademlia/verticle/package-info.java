/**
 * Owns what connects Kademlia to a node: the stores on disk.
 *
 * <p>Driven by the verticle's own Vert.x context. Knows {@code io.peerbus.api} and nothing else of core.
 */
package io.peerbus.kademlia.verticle;
