/**
 * Owns the last lines that each plugin logged, as text: for whoever asks, and for whoever listens.
 *
 * <p>Driven by Logback on the thread that logs ({@link io.peerbus.launcher.logs.PluginLogAppender}), and by the node's
 * verticle on its context. Of a plugin nothing is kept but its id and its words, so its class loader can go.
 */
package io.peerbus.launcher.logs;
