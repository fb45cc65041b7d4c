/**
 * Owns the one configuration of a node, {@link io.peerbus.launcher.config.NodeConfig}: reading it strictly, checking it
 * by {@code node.schema.json}, by rules and by what its plugins demand, and saying everything that is wrong at once.
 *
 * <p>Driven by the commands before anything starts. Pure but for reading the file.
 *
 * <p>Spec: JSON (RFC 8259), JSON Schema 2020-12; we differ in refusing names that occur twice.
 */
package io.peerbus.launcher.config;
