package io.peerbus.gossipsub;

/**
 * What is different about one topic.
 *
 * @param messageId how its ids are made, or {@code null} for the scheme of all topics
 * @param sharedIds whether all of its peers make ids in this way, so that gossip about ids is of use to each of them
 */
public record TopicOptions(MessageIdScheme messageId, boolean sharedIds) {}
