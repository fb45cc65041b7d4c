/**
 * Owns the life of plugins: each is deployed as a verticle, by a class loader of its own, and taken away again without
 * a trace. What its jar must be like is the matter of {@link io.peerbus.launcher.plugin.jar}.
 *
 * <p>Driven by the node's verticle on its context; jars are read on worker threads.
 *
 * <p>Nothing here knows a plugin's class. A plugin sees the JDK, Vert.x, Netty, SLF4J, Jackson, Bouncy Castle, protobuf
 * and the shared packages of core that {@link io.peerbus.launcher.plugin.jar.PluginLoader} lists, and nothing else of
 * this node.
 */
package io.peerbus.launcher.plugin;
