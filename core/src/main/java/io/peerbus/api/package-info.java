/**
 * Owns everything that the author of a protocol sees: {@link io.peerbus.api.ProtocolVerticle} to extend,
 * {@link io.peerbus.api.Host} to talk to the node, {@link io.peerbus.api.Stream} to talk to a peer.
 *
 * <p>Driven by the plugin's own Vert.x context: every handler given to these types is called on the context of the
 * verticle that gave it. Nothing here knows the core; the event bus connects the two.
 */
package io.peerbus.api;
