/**
 * Owns the chat's place on the bus: its topic in gossipsub, the connections it is told to make, its printed lines and
 * its JSON interface.
 *
 * <p>Driven by Vert.x: {@link io.peerbus.chat.verticle.ChatVerticle} is what a node deploys. It needs the plugin
 * {@code gossipsub} in the same node and speaks to it in JSON only.
 *
 * <p>JSON interface at {@code peerbus.<node>.chat}: {@code {"op": "say", "text": <line>}} sends a message and answers
 * {@code {"peers": n, "reason"?: why nobody got it}}. What is to be printed is published line by line, in order, at
 * {@code peerbus.<node>.chat.lines} as {@code {"line": <text>}}.
 *
 * <p>A newer version takes the topic's place of this one in gossipsub, so that each message is printed by one of them,
 * and goes on with what was printed and dialled; the lines of the start are not printed again. What is said meanwhile
 * is said by one of them. When the newer version fails after that, the older one begins anew, and its lines are
 * printed again. When gossipsub has crashed and starts again, the chat joins again; messages in between are lost.
 *
 * <p>Settings: {@code topic} ({@code universal-connectivity}), {@code format} ({@code json}, {@code text} or
 * {@code protobuf}: how we write; all are read), {@code connect} (a list of multiaddrs to dial at the start),
 * {@code intro} (true: say hello after that), {@code dht} (none: the plugin through which peers of the room are found,
 * which is said in one line for those that are new).
 */
package io.peerbus.chat.verticle;
