package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Settings;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.GossipsubOptions;
import io.peerbus.gossipsub.MessageIdScheme;
import io.peerbus.gossipsub.SignaturePolicy;
import io.peerbus.gossipsub.TopicOptions;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** The plugin's settings in JSON: every option by its name, durations in milliseconds, limits among the others. */
final class GossipsubSettings {

  static final Settings<GossipsubOptions> ALL = Settings.of("gossipsub", GossipsubOptions::new)
      .texts("protocols", GossipsubOptions::getProtocols, GossipsubOptions::setProtocols)
      .flag("floodsub", GossipsubOptions::isFloodsub, GossipsubOptions::setFloodsub)
      .value("policy", o -> o.getPolicy().toString(), (o, v) -> o.setPolicy(SignaturePolicy.named(Settings.textOf(v))))
      .value("messageId", o -> o.getMessageId().toString(),
          (o, v) -> o.setMessageId(MessageIdScheme.named(Settings.textOf(v))))
      .value("topics", o -> topics(o.getTopics()), (o, v) -> o.setTopics(topics(v)))
      .texts("sharedIdAgents", GossipsubOptions::getSharedIdAgents, GossipsubOptions::setSharedIdAgents)
      .texts("pacedAgents", GossipsubOptions::getPacedAgents, GossipsubOptions::setPacedAgents)
      .number("pacedMessages", GossipsubOptions::getPacedMessages, GossipsubOptions::setPacedMessages)
      .number("d", GossipsubOptions::getD, GossipsubOptions::setD)
      .number("dlo", GossipsubOptions::getDLow, GossipsubOptions::setDLow)
      .number("dhi", GossipsubOptions::getDHigh, GossipsubOptions::setDHigh)
      .number("dlazy", GossipsubOptions::getDLazy, GossipsubOptions::setDLazy)
      .decimal("gossipFactor", GossipsubOptions::getGossipFactor, GossipsubOptions::setGossipFactor)
      .millis("firstHeartbeatMillis", GossipsubOptions::getFirstHeartbeat, GossipsubOptions::setFirstHeartbeat)
      .millis("heartbeatMillis", GossipsubOptions::getHeartbeat, GossipsubOptions::setHeartbeat)
      .number("historyLength", GossipsubOptions::getHistoryLength, GossipsubOptions::setHistoryLength)
      .number("historyGossip", GossipsubOptions::getHistoryGossip, GossipsubOptions::setHistoryGossip)
      .millis("fanoutTtlMillis", GossipsubOptions::getFanoutTtl, GossipsubOptions::setFanoutTtl)
      .millis("seenTtlMillis", GossipsubOptions::getSeenTtl, GossipsubOptions::setSeenTtl)
      .millis("pruneBackoffMillis", GossipsubOptions::getPruneBackoff, GossipsubOptions::setPruneBackoff)
      .millis("unsubscribeBackoffMillis", GossipsubOptions::getUnsubscribeBackoff,
          GossipsubOptions::setUnsubscribeBackoff)
      .millis("maxBackoffMillis", GossipsubOptions::getMaxBackoff, GossipsubOptions::setMaxBackoff)
      .millis("graftFloodThresholdMillis", GossipsubOptions::getGraftFloodThreshold,
          GossipsubOptions::setGraftFloodThreshold)
      .flag("floodPublish", GossipsubOptions::isFloodPublish, GossipsubOptions::setFloodPublish)
      .flag("emitSelf", GossipsubOptions::isEmitSelf, GossipsubOptions::setEmitSelf)
      .part(GossipsubOptions::getLimits, limits -> limits
          .number("maxMessageSize", GossipsubLimits::getMaxMessageSize, GossipsubLimits::setMaxMessageSize)
          .number("frameTimeoutMillis", GossipsubLimits::getFrameTimeoutMillis, GossipsubLimits::setFrameTimeoutMillis)
          .number("maxRpcSize", GossipsubLimits::getMaxRpcSize, GossipsubLimits::setMaxRpcSize)
          .number("maxControlSize", GossipsubLimits::getMaxControlSize, GossipsubLimits::setMaxControlSize)
          .number("maxMessagesPerRpc", GossipsubLimits::getMaxMessagesPerRpc, GossipsubLimits::setMaxMessagesPerRpc)
          .number("maxMessagesInRpc", GossipsubLimits::getMaxMessagesInRpc, GossipsubLimits::setMaxMessagesInRpc)
          .number("maxSubscriptionsInRpc", GossipsubLimits::getMaxSubscriptionsInRpc,
              GossipsubLimits::setMaxSubscriptionsInRpc)
          .number("maxControlInRpc", GossipsubLimits::getMaxControlInRpc, GossipsubLimits::setMaxControlInRpc)
          .number("maxIdsInRpc", GossipsubLimits::getMaxIdsInRpc, GossipsubLimits::setMaxIdsInRpc)
          .number("maxIdLength", GossipsubLimits::getMaxIdLength, GossipsubLimits::setMaxIdLength)
          .number("maxTopicLength", GossipsubLimits::getMaxTopicLength, GossipsubLimits::setMaxTopicLength)
          .number("maxTopicsPerPeer", GossipsubLimits::getMaxTopicsPerPeer, GossipsubLimits::setMaxTopicsPerPeer)
          .number("maxIHaveLength", GossipsubLimits::getMaxIHaveLength, GossipsubLimits::setMaxIHaveLength)
          .number("maxIHaveMessages", GossipsubLimits::getMaxIHaveMessages, GossipsubLimits::setMaxIHaveMessages)
          .number("maxAsked", GossipsubLimits::getMaxAsked, GossipsubLimits::setMaxAsked)
          .number("maxRetransmissions", GossipsubLimits::getMaxRetransmissions, GossipsubLimits::setMaxRetransmissions)
          .number("maxBackoffs", GossipsubLimits::getMaxBackoffs, GossipsubLimits::setMaxBackoffs)
          .number("maxSeen", GossipsubLimits::getMaxSeen, GossipsubLimits::setMaxSeen)
          .number("maxCacheBytes", GossipsubLimits::getMaxCacheBytes, GossipsubLimits::setMaxCacheBytes)
          .number("maxPending", GossipsubLimits::getMaxPending, GossipsubLimits::setMaxPending)
          .number("maxPendingPerPeer", GossipsubLimits::getMaxPendingPerPeer, GossipsubLimits::setMaxPendingPerPeer)
          .number("maxQueueBytes", GossipsubLimits::getMaxQueueBytes, GossipsubLimits::setMaxQueueBytes)
          .number("maxQueueMessages", GossipsubLimits::getMaxQueueMessages, GossipsubLimits::setMaxQueueMessages)
          .number("maxPublications", GossipsubLimits::getMaxPublications, GossipsubLimits::setMaxPublications))
      .build(GossipsubOptions::check);

  private GossipsubSettings() {}

  private static Map<String, TopicOptions> topics(Object value) {
    Map<String, TopicOptions> topics = new LinkedHashMap<>();
    JsonObject json = Settings.objectOf(value);
    for (String topic : json.fieldNames()) {
      topics.put(topic, topic("topics." + topic, json.getValue(topic)));
    }
    return topics;
  }

  private static TopicOptions topic(String path, Object value) {
    MessageIdScheme messageId = null;
    boolean sharedIds = false;
    JsonObject json = entry(path, value);
    for (String name : json.fieldNames()) {
      try {
        switch (name) {
          case "messageId" -> messageId = MessageIdScheme.named(Settings.textOf(json.getValue(name)));
          case "sharedIds" -> sharedIds = Settings.flagOf(json.getValue(name));
          default -> throw new IllegalArgumentException("unknown; there are messageId, sharedIds");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(path + "." + name + ": " + e.getMessage());
      }
    }
    return new TopicOptions(messageId, sharedIds);
  }

  private static JsonObject entry(String path, Object value) {
    try {
      return Settings.objectOf(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage());
    }
  }

  private static JsonObject topics(Map<String, TopicOptions> topics) {
    JsonObject json = new JsonObject();
    topics.forEach((name, options) -> {
      JsonObject topic = new JsonObject().put("sharedIds", options.sharedIds());
      if (options.messageId() != null) {
        topic.put("messageId", options.messageId().toString());
      }
      json.put(name, topic);
    });
    return json;
  }
}
