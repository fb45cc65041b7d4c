/**
 * Owns the streams, events and the JSON interface of identify.
 *
 * <p>Driven by Vert.x: {@link io.peerbus.identify.verticle.IdentifyVerticle} is what a node deploys. All decisions are
 * made in {@code io.peerbus.identify}.
 *
 * <p>JSON interface at {@code peerbus.<node>.identify}: {@code {"op": "identify", "peer": <id>}} asks the peer anew,
 * connecting first if need be, and answers {@code {"peer", "connected", "inbound", "addresses", "protocols",
 * "agentVersion", "protocolVersion", "observedAddress"?}}.
 *
 * <p>A newer version of the plugin inherits nothing: it asks every peer anew, and what this one has found out stays
 * with the node until then. Exchanges that are under way go on beside it until they end, 5 s at the most.
 *
 * <p>Settings: {@code timeoutMillis, debounceMillis, maxOutbound, maxInbound, maxInboundPerPeer}; see
 * {@code settings.schema.json} and {@link io.peerbus.identify.IdentifyOptions}.
 */
package io.peerbus.identify.verticle;
