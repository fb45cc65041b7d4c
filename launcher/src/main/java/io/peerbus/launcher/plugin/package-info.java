/**
 * Owns plugins: jars in a folder, each copied, verified, loaded by a class loader of its own and deployed as a
 * verticle; and taken away again without a trace.
 *
 * <p>Driven by the node's verticle on its context; jars are read on worker threads.
 *
 * <p>Nothing here knows a plugin's class. A plugin sees the JDK, Vert.x, Netty, SLF4J, Jackson, Bouncy Castle, protobuf
 * and the shared packages of core that {@link io.peerbus.launcher.plugin.PluginLoader} lists, and nothing else of this
 * node.
 */
package io.peerbus.launcher.plugin;
