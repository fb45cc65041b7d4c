/**
 * Owns the way by which commands speak to a running node: a Unix domain socket {@code control.sock} in the node's data
 * folder, which only its owner can open. JSON lines come in, go to an address of the node on the event bus, and the
 * answers go out.
 *
 * <p>Driven by the node's verticle on its context ({@link io.peerbus.launcher.control.ControlServer}), and on the other
 * side by a command on its main thread ({@link io.peerbus.launcher.control.ControlClient}).
 *
 * <p>Spec: the section "Speaking to a running node" of the README. Nothing here knows what a request means.
 */
package io.peerbus.launcher.control;
