/**
 * Owns the two commands and what a process around a node needs: {@link io.peerbus.launcher.Main} is {@code peerbus},
 * {@link io.peerbus.launcher.NodeMain} is {@code vertx}; both deploy {@link io.peerbus.launcher.NodeVerticle}.
 *
 * <p>Driven by the main thread, the shutdown hook, and the node's verticle on its context. No class of a plugin is
 * known here, and of core only its API, its keys and addresses, and in one place its verticle.
 */
package io.peerbus.launcher;
