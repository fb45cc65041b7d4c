/**
 * Owns the streams, events and the JSON interface of ping.
 *
 * <p>Driven by Vert.x: {@link io.peerbus.ping.verticle.PingVerticle} is what a node deploys. Peers are
 * answered on the event loop of their connection, and a series of pings is measured there.
 *
 * <p>JSON interface at {@code peerbus.<node>.ping}:
 * <ul>
 * <li>{@code {"op": "ping", "peer": <id> | "address": <multiaddr>, "count"?: 1..1000, "intervalMillis"?: 0..60000,
 * "timeoutMillis"?: 1..3600000}} (defaults 1, 1000 and the setting) pings, connecting first if need be, and answers
 * {@code {"peer", "rttMicros": [...], "lost": n, "reason"?: why the last one was lost}}. It fails when the peer cannot
 * be reached or does not serve ping. When a newer version takes this one's place, the answer comes at once and has what
 * there is.
 * <li>{@code {"op": "rtts"}} answers {@code {<peer>: micros}}, the last round trip to each connected peer.
 * </ul>
 *
 * <p>A newer version goes on with the streams on which peers ping us, in the middle of a ping as well, so a peer loses
 * none. A ping of ours that is under way gets 2 s for its answer; later ones wait for the newer version.
 *
 * <p>Settings: {@code intervalSeconds} (15; pings of connected peers that nobody asked for, 0 for none) and
 * {@code timeoutMillis} (20000).
 */
package io.peerbus.ping.verticle;
