/**
 * Owns what connects {@link io.peerbus.samples.keyvalue.Store} to a node: streams, settings, the JSON interface.
 *
 * <p>Driven by the verticle's own Vert.x context; {@link io.peerbus.samples.keyvalue.verticle.KeyValueVerticle} is what
 * a node deploys.
 *
 * <p>JSON interface at {@code peerbus.<node>.keyvalue}, keys and values as text:
 * {@code {"op": "get"|"put"|"delete", "peer"?, "key", "value"?}} asks the store of that peer, or our own without
 * {@code peer}; the answer is {@code {"value"?}}.
 */
package io.peerbus.samples.keyvalue.verticle;
