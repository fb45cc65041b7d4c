/**
 * Owns the figures of a node in the form of Micrometer, and the page that Prometheus reads them from.
 * Driven by requests for that page. Nothing is counted here: what others count is asked for on the event bus.
 */
package io.peerbus.launcher.metrics;
