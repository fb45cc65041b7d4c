/**
 * Owns what a chat bot says, without the topic it says it in: {@link io.peerbus.samples.chatbot.Bot}.
 *
 * <p>Driven by {@code io.peerbus.samples.chatbot.verticle} in a node, and by tests with a time and a chance of their
 * own.
 *
 * <p>Spec: the README of this sample.
 */
package io.peerbus.samples.chatbot;
