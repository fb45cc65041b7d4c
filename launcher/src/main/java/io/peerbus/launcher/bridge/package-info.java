/**
 * Owns the way by which plugins in other languages reach a node: Vert.x's TCP event-bus bridge on a loopback address,
 * behind a gate that wants a token first, and for each such plugin a session that is an ordinary user of
 * {@link io.peerbus.api}: it attaches, serves and dials on the plugin's behalf.
 *
 * <p>Driven by {@link io.peerbus.launcher.bridge.BridgeVerticle} on its context, which the sockets, the sessions and
 * their hosts share.
 *
 * <p>Spec: the section "Over the bridge" of core/BUS.md; the frames are those of vertx-tcp-eventbus-bridge. The library
 * alone knows neither a token nor a limit, and follows any length, type and header: what it is given was looked at
 * before.
 */
package io.peerbus.launcher.bridge;
