package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Failure;
import io.peerbus.gossipsub.GossipsubLimits;
import io.peerbus.gossipsub.GossipsubOptions;
import io.peerbus.gossipsub.MessageIdScheme;
import io.peerbus.gossipsub.SignaturePolicy;
import io.peerbus.gossipsub.TopicOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The plugin's settings in JSON: every option by its name, durations in milliseconds, limits among the others. */
final class Settings {

  private interface Setter {
    void set(GossipsubOptions options, Object value);
  }

  private record Setting(String name, Function<GossipsubOptions, Object> get, Setter set) {}

  private static final List<Setting> ALL = List.of(
      texts("protocols", GossipsubOptions::getProtocols, GossipsubOptions::setProtocols),
      flag("floodsub", GossipsubOptions::isFloodsub, GossipsubOptions::setFloodsub),
      new Setting("policy", o -> o.getPolicy().toString(), (o, v) -> o.setPolicy(SignaturePolicy.named(text(v)))),
      new Setting("messageId", o -> o.getMessageId().toString(),
          (o, v) -> o.setMessageId(MessageIdScheme.named(text(v)))),
      new Setting("topics", o -> topics(o.getTopics()), (o, v) -> o.setTopics(topics(object("topics", v)))),
      texts("sharedIdAgents", GossipsubOptions::getSharedIdAgents, GossipsubOptions::setSharedIdAgents),
      texts("pacedAgents", GossipsubOptions::getPacedAgents, GossipsubOptions::setPacedAgents),
      number("pacedMessages", GossipsubOptions::getPacedMessages, GossipsubOptions::setPacedMessages),
      number("d", GossipsubOptions::getD, GossipsubOptions::setD),
      number("dlo", GossipsubOptions::getDLow, GossipsubOptions::setDLow),
      number("dhi", GossipsubOptions::getDHigh, GossipsubOptions::setDHigh),
      number("dlazy", GossipsubOptions::getDLazy, GossipsubOptions::setDLazy),
      new Setting("gossipFactor", GossipsubOptions::getGossipFactor, (o, v) -> o.setGossipFactor(decimal(v))),
      millis("firstHeartbeatMillis", GossipsubOptions::getFirstHeartbeat, GossipsubOptions::setFirstHeartbeat),
      millis("heartbeatMillis", GossipsubOptions::getHeartbeat, GossipsubOptions::setHeartbeat),
      number("historyLength", GossipsubOptions::getHistoryLength, GossipsubOptions::setHistoryLength),
      number("historyGossip", GossipsubOptions::getHistoryGossip, GossipsubOptions::setHistoryGossip),
      millis("fanoutTtlMillis", GossipsubOptions::getFanoutTtl, GossipsubOptions::setFanoutTtl),
      millis("seenTtlMillis", GossipsubOptions::getSeenTtl, GossipsubOptions::setSeenTtl),
      millis("pruneBackoffMillis", GossipsubOptions::getPruneBackoff, GossipsubOptions::setPruneBackoff),
      millis("unsubscribeBackoffMillis", GossipsubOptions::getUnsubscribeBackoff,
          GossipsubOptions::setUnsubscribeBackoff),
      millis("maxBackoffMillis", GossipsubOptions::getMaxBackoff, GossipsubOptions::setMaxBackoff),
      millis("graftFloodThresholdMillis", GossipsubOptions::getGraftFloodThreshold,
          GossipsubOptions::setGraftFloodThreshold),
      flag("floodPublish", GossipsubOptions::isFloodPublish, GossipsubOptions::setFloodPublish),
      flag("emitSelf", GossipsubOptions::isEmitSelf, GossipsubOptions::setEmitSelf),
      limit("maxMessageSize", GossipsubLimits::getMaxMessageSize, GossipsubLimits::setMaxMessageSize),
      limit("frameTimeoutMillis", GossipsubLimits::getFrameTimeoutMillis, GossipsubLimits::setFrameTimeoutMillis),
      limit("maxRpcSize", GossipsubLimits::getMaxRpcSize, GossipsubLimits::setMaxRpcSize),
      limit("maxControlSize", GossipsubLimits::getMaxControlSize, GossipsubLimits::setMaxControlSize),
      limit("maxMessagesPerRpc", GossipsubLimits::getMaxMessagesPerRpc, GossipsubLimits::setMaxMessagesPerRpc),
      limit("maxMessagesInRpc", GossipsubLimits::getMaxMessagesInRpc, GossipsubLimits::setMaxMessagesInRpc),
      limit("maxSubscriptionsInRpc", GossipsubLimits::getMaxSubscriptionsInRpc,
          GossipsubLimits::setMaxSubscriptionsInRpc),
      limit("maxControlInRpc", GossipsubLimits::getMaxControlInRpc, GossipsubLimits::setMaxControlInRpc),
      limit("maxIdsInRpc", GossipsubLimits::getMaxIdsInRpc, GossipsubLimits::setMaxIdsInRpc),
      limit("maxIdLength", GossipsubLimits::getMaxIdLength, GossipsubLimits::setMaxIdLength),
      limit("maxTopicLength", GossipsubLimits::getMaxTopicLength, GossipsubLimits::setMaxTopicLength),
      limit("maxTopicsPerPeer", GossipsubLimits::getMaxTopicsPerPeer, GossipsubLimits::setMaxTopicsPerPeer),
      limit("maxIHaveLength", GossipsubLimits::getMaxIHaveLength, GossipsubLimits::setMaxIHaveLength),
      limit("maxIHaveMessages", GossipsubLimits::getMaxIHaveMessages, GossipsubLimits::setMaxIHaveMessages),
      limit("maxAsked", GossipsubLimits::getMaxAsked, GossipsubLimits::setMaxAsked),
      limit("maxRetransmissions", GossipsubLimits::getMaxRetransmissions, GossipsubLimits::setMaxRetransmissions),
      limit("maxBackoffs", GossipsubLimits::getMaxBackoffs, GossipsubLimits::setMaxBackoffs),
      limit("maxSeen", GossipsubLimits::getMaxSeen, GossipsubLimits::setMaxSeen),
      limit("maxCacheBytes", GossipsubLimits::getMaxCacheBytes, GossipsubLimits::setMaxCacheBytes),
      limit("maxPending", GossipsubLimits::getMaxPending, GossipsubLimits::setMaxPending),
      limit("maxPendingPerPeer", GossipsubLimits::getMaxPendingPerPeer, GossipsubLimits::setMaxPendingPerPeer),
      limit("maxQueueBytes", GossipsubLimits::getMaxQueueBytes, GossipsubLimits::setMaxQueueBytes),
      limit("maxQueueMessages", GossipsubLimits::getMaxQueueMessages, GossipsubLimits::setMaxQueueMessages),
      limit("maxPublications", GossipsubLimits::getMaxPublications, GossipsubLimits::setMaxPublications));

  private Settings() {}

  /** The names of all settings, in order; {@code settings.schema.json} has the same. */
  static List<String> names() {
    return ALL.stream().map(Setting::name).toList();
  }

  /** The options; throws one {@link Failure#BAD_REQUEST} that names every mistake, its path and what is valid. */
  static GossipsubOptions read(JsonObject settings) {
    List<String> mistakes = new ArrayList<>();
    GossipsubOptions options = readEach(settings, mistakes);
    if (mistakes.isEmpty()) {
      attempt(mistakes, "", options::check);
    }
    refuse(mistakes);
    return options;
  }

  /** As {@link #read}, but each setting is checked by itself only, as the schema can: not whether they fit together. */
  static GossipsubOptions readEach(JsonObject settings) {
    List<String> mistakes = new ArrayList<>();
    GossipsubOptions options = readEach(settings, mistakes);
    refuse(mistakes);
    return options;
  }

  private static void refuse(List<String> mistakes) {
    if (!mistakes.isEmpty()) {
      throw Failure.BAD_REQUEST.because("gossipsub: " + String.join("; ", mistakes));
    }
  }

  private static GossipsubOptions readEach(JsonObject settings, List<String> mistakes) {
    GossipsubOptions options = new GossipsubOptions();
    Map<String, Setting> byName = new LinkedHashMap<>();
    ALL.forEach(setting -> byName.put(setting.name(), setting));
    for (String name : settings.fieldNames()) {
      Setting setting = byName.get(name);
      if (setting == null) {
        mistakes.add("settings." + name + ": unknown; there are " + String.join(", ", byName.keySet()));
      } else {
        attempt(mistakes, name, () -> setting.set().set(options, settings.getValue(name)));
      }
    }
    return options;
  }

  private static void attempt(List<String> mistakes, String name, Runnable set) {
    try {
      set.run();
    } catch (IllegalArgumentException e) {
      String mistake = e.getMessage();
      mistakes.add("settings." + (mistake.startsWith(name) ? mistake : name + ": " + mistake));
    }
  }

  /** Every option by its name, as {@link #read} takes it. */
  static JsonObject write(GossipsubOptions options) {
    JsonObject json = new JsonObject();
    ALL.forEach(setting -> json.put(setting.name(), setting.get().apply(options)));
    return json;
  }

  private static Setting number(String name, ToIntFunction<GossipsubOptions> get,
      BiConsumer<GossipsubOptions, Integer> set) {
    return new Setting(name, get::applyAsInt, (options, value) -> set.accept(options, whole(value)));
  }

  private static Setting limit(String name, ToIntFunction<GossipsubLimits> get,
      BiConsumer<GossipsubLimits, Integer> set) {
    return new Setting(name, options -> get.applyAsInt(options.getLimits()),
        (options, value) -> set.accept(options.getLimits(), whole(value)));
  }

  private static Setting millis(String name, Function<GossipsubOptions, Duration> get,
      BiConsumer<GossipsubOptions, Duration> set) {
    return new Setting(name, options -> get.apply(options).toMillis(),
        (options, value) -> set.accept(options, Duration.ofMillis(whole(value))));
  }

  private static Setting flag(String name, Function<GossipsubOptions, Boolean> get,
      BiConsumer<GossipsubOptions, Boolean> set) {
    return new Setting(name, get::apply, (options, value) -> set.accept(options, bool(value)));
  }

  private static Setting texts(String name, Function<GossipsubOptions, List<String>> get,
      BiFunction<GossipsubOptions, List<String>, GossipsubOptions> set) {
    return new Setting(name, options -> new JsonArray(get.apply(options)),
        (options, value) -> set.apply(options, list(value)));
  }

  private static int whole(Object value) {
    if (value instanceof Number number && number.doubleValue() == number.intValue()) { // 5.0 is a whole number in JSON
      return number.intValue();
    }
    throw new IllegalArgumentException(shown(value) + " is no whole number of 32 bits");
  }

  private static double decimal(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(shown(value) + " is no number");
  }

  private static boolean bool(Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw new IllegalArgumentException(shown(value) + " is neither true nor false");
  }

  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(shown(value) + " is no text");
  }

  private static List<String> list(Object value) {
    if (value instanceof JsonArray array && array.stream().allMatch(String.class::isInstance)) {
      return array.stream().map(String.class::cast).toList();
    }
    throw new IllegalArgumentException(shown(value) + " is no list of texts");
  }

  private static JsonObject object(String path, Object value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException(path + ": " + shown(value) + " is no object");
  }

  private static String shown(Object value) {
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }

  private static Map<String, TopicOptions> topics(JsonObject json) {
    Map<String, TopicOptions> topics = new LinkedHashMap<>();
    for (String topic : json.fieldNames()) {
      topics.put(topic, topic("topics." + topic, json.getValue(topic)));
    }
    return topics;
  }

  private static TopicOptions topic(String path, Object value) {
    MessageIdScheme messageId = null;
    boolean sharedIds = false;
    JsonObject json = object(path, value);
    for (String name : json.fieldNames()) {
      try {
        switch (name) {
          case "messageId" -> messageId = MessageIdScheme.named(text(json.getValue(name)));
          case "sharedIds" -> sharedIds = bool(json.getValue(name));
          default -> throw new IllegalArgumentException("unknown; there are messageId, sharedIds");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(path + "." + name + ": " + e.getMessage());
      }
    }
    return new TopicOptions(messageId, sharedIds);
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
