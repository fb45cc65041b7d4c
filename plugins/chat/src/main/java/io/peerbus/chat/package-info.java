/**
 * Owns the universal-connectivity chat without its bus: what a payload on the topic says
 * ({@link io.peerbus.chat.ChatMessage}), how we write one ({@link io.peerbus.chat.ChatFormat}), what is safe to print
 * of a stranger's text ({@link io.peerbus.chat.TerminalText}), and the printed lines in their order.
 *
 * <p>Driven by {@code io.peerbus.chat.verticle} in a node.
 *
 * <p>Spec: the lesson-8 document, applications notes section 2B for the lines and 2F.1 for the payloads. We differ in:
 * connections are printed when they come and go and not within two seconds; a message is one line, whatever control
 * characters its sender put into it.
 */
package io.peerbus.chat;
