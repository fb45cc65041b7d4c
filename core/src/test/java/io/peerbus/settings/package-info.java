/**
 * Owns the test that holds a plugin's settings schema and the code that reads its settings together.
 *
 * <p>Driven by the tests of plugins; part of the test-jar.
 */
package io.peerbus.settings;
