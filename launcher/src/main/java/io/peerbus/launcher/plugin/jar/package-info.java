/**
 * Owns everything about a plugin before its classes run: the folder of jars, the working copy of one and what is
 * verified of it, and the class loader that reads it.
 *
 * <p>Driven by {@link io.peerbus.launcher.plugin.PluginManager} on worker threads: all of it reads files and blocks.
 *
 * <p>Spec: the JAR and ZIP formats as the JDK reads them, but narrower: what two readers could understand differently
 * is refused.
 */
package io.peerbus.launcher.plugin.jar;
