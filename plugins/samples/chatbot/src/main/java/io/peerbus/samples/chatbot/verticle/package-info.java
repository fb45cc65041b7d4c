/**
 * Owns the chat bot's place on the event bus: its subscription at gossipsub, its settings, its JSON interface.
 *
 * <p>Driven by the verticle's own Vert.x context; {@link io.peerbus.samples.chatbot.verticle.ChatbotVerticle} is what a
 * node deploys. It needs the plugin {@code gossipsub} in the same node and speaks to it in JSON only, as
 * {@code GossipsubVerticle} describes.
 *
 * <p>JSON interface at {@code peerbus.<node>.chatbot}: {@code {"op": "stats"}} answers
 * {@code {"heard": n, "answered": n}}.
 */
package io.peerbus.samples.chatbot.verticle;
