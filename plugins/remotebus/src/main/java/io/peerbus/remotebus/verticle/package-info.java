/**
 * Owns what connects {@link io.peerbus.remotebus.Serving} and {@link io.peerbus.remotebus.Asking} to a node: streams,
 * the event bus, settings, the JSON interface.
 *
 * <p>Driven by the verticle's own Vert.x context; {@link io.peerbus.remotebus.verticle.RemoteBusVerticle} is what a
 * node deploys.
 *
 * <p>JSON interface at {@code peerbus.<node>.remotebus}:
 * {@code {"op": "send"|"request", "peer", "address", "body", "timeoutMillis"?: 5000}} sends {@code body}, any JSON
 * value, to {@code address} on that peer's bus. The answer is {@code {}} for a send that the peer has accepted, and
 * {@code {"body"}} for a request. A handler there finds the sender's peer id in the header {@code peerbus-peer}.
 */
package io.peerbus.remotebus.verticle;
