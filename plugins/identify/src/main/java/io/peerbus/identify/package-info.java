/**
 * Owns identify and identify push without their streams: the message both ways, what of it is believed, when to ask,
 * when to push, and what a flood of pushes may cost.
 *
 * <p>Driven by {@code io.peerbus.identify.verticle} in a node. {@link io.peerbus.identify.Identify} decides,
 * {@link io.peerbus.identify.IdentifyReader} reads what a peer says, {@link io.peerbus.identify.Identification} is
 * what we take over of it, {@link io.peerbus.identify.Description} is what we say.
 *
 * <p>Spec: libp2p specs, identify/README.md. We differ in: one message of at most 4096 bytes is sent, because rust
 * reads no more; up to ten are read, because go sends several; a push always carries everything, because go replaces
 * what it knew; a message without its length prefix is understood, because old py peers send it so.
 */
package io.peerbus.identify;
