package io.peerbus.host;

/**
 * A plugin that is attached to the node.
 *
 * @param number unique in this node, the upper half of the ids of the streams that it opens
 * @param plugin its name, for messages
 * @param inbox where its frames go
 */
record Client(long number, String plugin, String inbox) {}
