package io.peerbus.kademlia.verticle;

import io.peerbus.api.Failure;
import io.peerbus.kademlia.AddressPolicy;
import io.peerbus.kademlia.KademliaLimits;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.Mode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The plugin's settings in JSON: every option by its name, durations in milliseconds, limits among the others; and
 * what the machine knows nothing of: {@code file}, the database on disk, {@code bootstrap}, and {@code dnsServer}.
 * {@code settings.schema.json} has the same.
 */
final class Settings {

  private static final String FILE = "file";
  private static final String BOOTSTRAP = "bootstrap";
  private static final String DNS_SERVER = "dnsServer";
  private static final List<String> NO_OPTIONS = List.of(FILE, BOOTSTRAP, DNS_SERVER);

  private interface Setter {
    void set(KademliaOptions options, Object value);
  }

  private record Setting(String name, Function<KademliaOptions, Object> get, Setter set) {}

  private static final List<Setting> ALL = List.of(
      new Setting("protocol", KademliaOptions::getProtocol, (o, v) -> o.setProtocol(text(v))),
      choice("mode", Mode.class, KademliaOptions::getMode, KademliaOptions::setMode),
      flag("strict", KademliaOptions::isStrict, KademliaOptions::setStrict),
      choice("addresses", AddressPolicy.class, KademliaOptions::getAddresses, KademliaOptions::setAddresses),
      number("k", KademliaOptions::getK, KademliaOptions::setK),
      number("alpha", KademliaOptions::getAlpha, KademliaOptions::setAlpha),
      number("beta", KademliaOptions::getBeta, KademliaOptions::setBeta),
      number("paths", KademliaOptions::getPaths, KademliaOptions::setPaths),
      number("quorum", KademliaOptions::getQuorum, KademliaOptions::setQuorum),
      number("maxFailures", KademliaOptions::getMaxFailures, KademliaOptions::setMaxFailures),
      millis("peerTimeoutMillis", KademliaOptions::getPeerTimeout, KademliaOptions::setPeerTimeout),
      millis("queryTimeoutMillis", KademliaOptions::getQueryTimeout, KademliaOptions::setQueryTimeout),
      millis("refreshMillis", KademliaOptions::getRefresh, KademliaOptions::setRefresh),
      millis("livenessMillis", KademliaOptions::getLiveness, KademliaOptions::setLiveness),
      millis("recordTtlMillis", KademliaOptions::getRecordTtl, KademliaOptions::setRecordTtl),
      millis("republishMillis", KademliaOptions::getRepublish, KademliaOptions::setRepublish),
      millis("providerTtlMillis", KademliaOptions::getProviderTtl, KademliaOptions::setProviderTtl),
      millis("providerAddressTtlMillis", KademliaOptions::getProviderAddressTtl,
          KademliaOptions::setProviderAddressTtl),
      millis("reprovideMillis", KademliaOptions::getReprovide, KademliaOptions::setReprovide),
      limit("maxMessageSize", KademliaLimits::getMaxMessageSize, KademliaLimits::setMaxMessageSize),
      limit("maxAnswerSize", KademliaLimits::getMaxAnswerSize, KademliaLimits::setMaxAnswerSize),
      limit("maxKeyLength", KademliaLimits::getMaxKeyLength, KademliaLimits::setMaxKeyLength),
      limit("maxValueSize", KademliaLimits::getMaxValueSize, KademliaLimits::setMaxValueSize),
      limit("maxCloserPeers", KademliaLimits::getMaxCloserPeers, KademliaLimits::setMaxCloserPeers),
      limit("maxProviderPeers", KademliaLimits::getMaxProviderPeers, KademliaLimits::setMaxProviderPeers),
      limit("maxAddresses", KademliaLimits::getMaxAddresses, KademliaLimits::setMaxAddresses),
      limit("messageTimeoutMillis", KademliaLimits::getMessageTimeoutMillis, KademliaLimits::setMessageTimeoutMillis),
      limit("idleTimeoutMillis", KademliaLimits::getIdleTimeoutMillis, KademliaLimits::setIdleTimeoutMillis),
      limit("maxStreams", KademliaLimits::getMaxStreams, KademliaLimits::setMaxStreams),
      limit("maxStreamsPerPeer", KademliaLimits::getMaxStreamsPerPeer, KademliaLimits::setMaxStreamsPerPeer),
      limit("maxRequestsPerSecond", KademliaLimits::getMaxRequestsPerSecond, KademliaLimits::setMaxRequestsPerSecond),
      limit("maxRequestBurst", KademliaLimits::getMaxRequestBurst, KademliaLimits::setMaxRequestBurst),
      limit("maxChecks", KademliaLimits::getMaxChecks, KademliaLimits::setMaxChecks),
      limit("maxChecksPerPeer", KademliaLimits::getMaxChecksPerPeer, KademliaLimits::setMaxChecksPerPeer),
      limit("maxRecords", KademliaLimits::getMaxRecords, KademliaLimits::setMaxRecords),
      limit("maxRecordBytes", KademliaLimits::getMaxRecordBytes, KademliaLimits::setMaxRecordBytes),
      limit("maxRecordsPerPeer", KademliaLimits::getMaxRecordsPerPeer, KademliaLimits::setMaxRecordsPerPeer),
      limit("maxProviderKeys", KademliaLimits::getMaxProviderKeys, KademliaLimits::setMaxProviderKeys),
      limit("maxProvidersPerKey", KademliaLimits::getMaxProvidersPerKey, KademliaLimits::setMaxProvidersPerKey),
      limit("maxProviderRecords", KademliaLimits::getMaxProviderRecords, KademliaLimits::setMaxProviderRecords),
      limit("maxProvidersPerPeer", KademliaLimits::getMaxProvidersPerPeer, KademliaLimits::setMaxProvidersPerPeer),
      limit("maxOwn", KademliaLimits::getMaxOwn, KademliaLimits::setMaxOwn),
      limit("maxOperations", KademliaLimits::getMaxOperations, KademliaLimits::setMaxOperations),
      limit("maxAsked", KademliaLimits::getMaxAsked, KademliaLimits::setMaxAsked),
      limit("maxReplacements", KademliaLimits::getMaxReplacements, KademliaLimits::setMaxReplacements),
      limit("maxPerGroupInBucket", KademliaLimits::getMaxPerGroupInBucket, KademliaLimits::setMaxPerGroupInBucket),
      limit("maxPerGroupInTable", KademliaLimits::getMaxPerGroupInTable, KademliaLimits::setMaxPerGroupInTable),
      limit("maxPerGroupInAnswer", KademliaLimits::getMaxPerGroupInAnswer, KademliaLimits::setMaxPerGroupInAnswer));

  private Settings() {}

  /** The names of all settings; {@code settings.schema.json} has the same. */
  static List<String> names() {
    List<String> names = new ArrayList<>(ALL.stream().map(Setting::name).toList());
    names.addAll(NO_OPTIONS);
    return names;
  }

  /** The options; throws one {@link Failure#BAD_REQUEST} that names every mistake, its path and what is valid. */
  static KademliaOptions read(JsonObject settings) {
    List<String> mistakes = new ArrayList<>();
    KademliaOptions options = readEach(settings, mistakes);
    if (mistakes.isEmpty()) {
      attempt(mistakes, "", options::check);
    }
    refuse(mistakes);
    return options;
  }

  /** As {@link #read}, but each setting is checked by itself only, as the schema can: not whether they fit together. */
  static KademliaOptions readEach(JsonObject settings) {
    List<String> mistakes = new ArrayList<>();
    KademliaOptions options = readEach(settings, mistakes);
    refuse(mistakes);
    return options;
  }

  /** The database on disk, or {@code null}. */
  static String file(JsonObject settings) {
    return settings.containsKey(FILE) ? filled(settings.getValue(FILE)) : null;
  }

  /** Peers to begin with, as they are written. */
  static List<String> bootstrap(JsonObject settings) {
    Object value = settings.containsKey(BOOTSTRAP) ? settings.getValue(BOOTSTRAP) : new JsonArray();
    if (value instanceof JsonArray list) {
      return list.stream().map(Settings::text).toList();
    }
    throw new IllegalArgumentException(shown(value) + " is no list");
  }

  /** Who is asked for dnsaddr names, or {@code null} for the system's resolver. */
  static String dnsServer(JsonObject settings) {
    return settings.containsKey(DNS_SERVER) ? filled(settings.getValue(DNS_SERVER)) : null;
  }

  private static void tryNoOption(String name, JsonObject settings) {
    switch (name) {
      case FILE -> file(settings);
      case BOOTSTRAP -> bootstrap(settings);
      default -> dnsServer(settings);
    }
  }

  private static void refuse(List<String> mistakes) {
    if (!mistakes.isEmpty()) {
      throw Failure.BAD_REQUEST.because("kademlia: " + String.join("; ", mistakes));
    }
  }

  private static KademliaOptions readEach(JsonObject settings, List<String> mistakes) {
    KademliaOptions options = new KademliaOptions();
    Map<String, Setting> byName = new LinkedHashMap<>();
    ALL.forEach(setting -> byName.put(setting.name(), setting));
    for (String name : settings.fieldNames()) {
      Setting setting = byName.get(name);
      if (NO_OPTIONS.contains(name)) {
        attempt(mistakes, name, () -> tryNoOption(name, settings));
      } else if (setting == null) {
        mistakes.add("settings." + name + ": unknown; there are " + String.join(", ", names()));
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
  static JsonObject write(KademliaOptions options) {
    JsonObject json = new JsonObject();
    ALL.forEach(setting -> json.put(setting.name(), setting.get().apply(options)));
    return json;
  }

  private static Setting number(String name, ToIntFunction<KademliaOptions> get,
      BiConsumer<KademliaOptions, Integer> set) {
    return new Setting(name, get::applyAsInt, (options, value) -> set.accept(options, whole32(value)));
  }

  private static Setting limit(String name, ToIntFunction<KademliaLimits> get,
      BiConsumer<KademliaLimits, Integer> set) {
    return new Setting(name, options -> get.applyAsInt(options.getLimits()),
        (options, value) -> set.accept(options.getLimits(), whole32(value)));
  }

  private static Setting millis(String name, Function<KademliaOptions, Duration> get,
      BiConsumer<KademliaOptions, Duration> set) {
    return new Setting(name, options -> get.apply(options).toMillis(),
        (options, value) -> set.accept(options, Duration.ofMillis(whole(value))));
  }

  private static Setting flag(String name, Function<KademliaOptions, Boolean> get,
      BiConsumer<KademliaOptions, Boolean> set) {
    return new Setting(name, get::apply, (options, value) -> set.accept(options, bool(value)));
  }

  private static <T extends Enum<T>> Setting choice(String name, Class<T> type, Function<KademliaOptions, T> get,
      BiConsumer<KademliaOptions, T> set) {
    return new Setting(name, options -> get.apply(options).toString(),
        (options, value) -> set.accept(options, named(type, text(value))));
  }

  private static <T extends Enum<T>> T named(Class<T> type, String name) {
    for (T each : type.getEnumConstants()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(shown(name) + " is none of " + Arrays.toString(type.getEnumConstants()));
  }

  /** 5.0 is a whole number in JSON. */
  private static long whole(Object value) {
    if (value instanceof Number number && number.doubleValue() == number.longValue()) {
      return number.longValue();
    }
    throw new IllegalArgumentException(shown(value) + " is no whole number");
  }

  private static int whole32(Object value) {
    long number = whole(value);
    if (number != (int) number) {
      throw new IllegalArgumentException(shown(value) + " is no whole number of 32 bits");
    }
    return (int) number;
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

  private static String filled(Object value) {
    if (text(value).isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    return text(value);
  }

  private static String shown(Object value) {
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }
}
