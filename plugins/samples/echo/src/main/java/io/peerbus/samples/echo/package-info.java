/**
 * Owns the least plugin there is: whatever a peer writes on a {@code /echo/1.0.0} stream comes back.
 *
 * <p>Driven by Vert.x; {@link io.peerbus.samples.echo.EchoVerticle} is what a node deploys.
 *
 * <p>Spec: none. The id is the one that the examples of other implementations use.
 */
package io.peerbus.samples.echo;
