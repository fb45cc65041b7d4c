package io.peerbus.kademlia.verticle;

import io.peerbus.api.Settings;
import io.peerbus.kademlia.AddressPolicy;
import io.peerbus.kademlia.KademliaLimits;
import io.peerbus.kademlia.KademliaOptions;
import io.peerbus.kademlia.Mode;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The plugin's settings in JSON: every option by its name, durations in milliseconds, limits among the others; and
 * what the machine knows nothing of: {@code file}, the database on disk, and {@code bootstrap}.
 * {@code settings.schema.json} has the same.
 */
final class KademliaSettings {

  private static final String FILE = "file";
  private static final String BOOTSTRAP = "bootstrap";

  static final Settings<KademliaOptions> ALL = Settings.of("kademlia", KademliaOptions::new)
      .text("protocol", KademliaOptions::getProtocol, KademliaOptions::setProtocol)
      .choice("mode", Mode.class, KademliaOptions::getMode, KademliaOptions::setMode)
      .flag("strict", KademliaOptions::isStrict, KademliaOptions::setStrict)
      .texts("openNamespaces", KademliaOptions::getOpenNamespaces, KademliaOptions::setOpenNamespaces)
      .choice("addresses", AddressPolicy.class, KademliaOptions::getAddresses, KademliaOptions::setAddresses)
      .number("k", KademliaOptions::getK, KademliaOptions::setK)
      .number("alpha", KademliaOptions::getAlpha, KademliaOptions::setAlpha)
      .number("beta", KademliaOptions::getBeta, KademliaOptions::setBeta)
      .number("paths", KademliaOptions::getPaths, KademliaOptions::setPaths)
      .number("quorum", KademliaOptions::getQuorum, KademliaOptions::setQuorum)
      .number("maxFailures", KademliaOptions::getMaxFailures, KademliaOptions::setMaxFailures)
      .millis("peerTimeoutMillis", KademliaOptions::getPeerTimeout, KademliaOptions::setPeerTimeout)
      .millis("queryTimeoutMillis", KademliaOptions::getQueryTimeout, KademliaOptions::setQueryTimeout)
      .millis("refreshMillis", KademliaOptions::getRefresh, KademliaOptions::setRefresh)
      .millis("livenessMillis", KademliaOptions::getLiveness, KademliaOptions::setLiveness)
      .millis("recordTtlMillis", KademliaOptions::getRecordTtl, KademliaOptions::setRecordTtl)
      .millis("republishMillis", KademliaOptions::getRepublish, KademliaOptions::setRepublish)
      .millis("providerTtlMillis", KademliaOptions::getProviderTtl, KademliaOptions::setProviderTtl)
      .millis("providerAddressTtlMillis", KademliaOptions::getProviderAddressTtl,
          KademliaOptions::setProviderAddressTtl)
      .millis("reprovideMillis", KademliaOptions::getReprovide, KademliaOptions::setReprovide)
      .part(KademliaOptions::getLimits, limits -> limits
          .number("maxMessageSize", KademliaLimits::getMaxMessageSize, KademliaLimits::setMaxMessageSize)
          .number("maxAnswerSize", KademliaLimits::getMaxAnswerSize, KademliaLimits::setMaxAnswerSize)
          .number("maxKeyLength", KademliaLimits::getMaxKeyLength, KademliaLimits::setMaxKeyLength)
          .number("maxValueSize", KademliaLimits::getMaxValueSize, KademliaLimits::setMaxValueSize)
          .number("maxCloserPeers", KademliaLimits::getMaxCloserPeers, KademliaLimits::setMaxCloserPeers)
          .number("maxProviderPeers", KademliaLimits::getMaxProviderPeers, KademliaLimits::setMaxProviderPeers)
          .number("maxAddresses", KademliaLimits::getMaxAddresses, KademliaLimits::setMaxAddresses)
          .number("messageTimeoutMillis", KademliaLimits::getMessageTimeoutMillis,
              KademliaLimits::setMessageTimeoutMillis)
          .number("idleTimeoutMillis", KademliaLimits::getIdleTimeoutMillis, KademliaLimits::setIdleTimeoutMillis)
          .number("maxStreams", KademliaLimits::getMaxStreams, KademliaLimits::setMaxStreams)
          .number("maxStreamsPerPeer", KademliaLimits::getMaxStreamsPerPeer, KademliaLimits::setMaxStreamsPerPeer)
          .number("maxRequestsPerSecond", KademliaLimits::getMaxRequestsPerSecond,
              KademliaLimits::setMaxRequestsPerSecond)
          .number("maxRequestBurst", KademliaLimits::getMaxRequestBurst, KademliaLimits::setMaxRequestBurst)
          .number("maxChecks", KademliaLimits::getMaxChecks, KademliaLimits::setMaxChecks)
          .number("maxChecksPerPeer", KademliaLimits::getMaxChecksPerPeer, KademliaLimits::setMaxChecksPerPeer)
          .number("maxRecords", KademliaLimits::getMaxRecords, KademliaLimits::setMaxRecords)
          .number("maxRecordBytes", KademliaLimits::getMaxRecordBytes, KademliaLimits::setMaxRecordBytes)
          .number("maxRecordsPerPeer", KademliaLimits::getMaxRecordsPerPeer, KademliaLimits::setMaxRecordsPerPeer)
          .number("maxProviderKeys", KademliaLimits::getMaxProviderKeys, KademliaLimits::setMaxProviderKeys)
          .number("maxProvidersPerKey", KademliaLimits::getMaxProvidersPerKey, KademliaLimits::setMaxProvidersPerKey)
          .number("maxProviderRecords", KademliaLimits::getMaxProviderRecords, KademliaLimits::setMaxProviderRecords)
          .number("maxProviderBytes", KademliaLimits::getMaxProviderBytes, KademliaLimits::setMaxProviderBytes)
          .number("maxProvidersPerPeer", KademliaLimits::getMaxProvidersPerPeer, KademliaLimits::setMaxProvidersPerPeer)
          .number("maxOwn", KademliaLimits::getMaxOwn, KademliaLimits::setMaxOwn)
          .number("maxOperations", KademliaLimits::getMaxOperations, KademliaLimits::setMaxOperations)
          .number("maxAsked", KademliaLimits::getMaxAsked, KademliaLimits::setMaxAsked)
          .number("maxReplacements", KademliaLimits::getMaxReplacements, KademliaLimits::setMaxReplacements)
          .number("maxPerGroupInBucket", KademliaLimits::getMaxPerGroupInBucket, KademliaLimits::setMaxPerGroupInBucket)
          .number("maxPerGroupInTable", KademliaLimits::getMaxPerGroupInTable, KademliaLimits::setMaxPerGroupInTable)
          .number("maxPerGroupInAnswer", KademliaLimits::getMaxPerGroupInAnswer,
              KademliaLimits::setMaxPerGroupInAnswer))
      .value(FILE, options -> null, (options, value) -> filled(value))
      .value(BOOTSTRAP, options -> null, (options, value) -> Settings.textsOf(value))
      .build(KademliaOptions::check);

  private KademliaSettings() {}

  /** The database on disk, or {@code null}. */
  static String file(JsonObject settings) {
    return settings.containsKey(FILE) ? filled(settings.getValue(FILE)) : null;
  }

  /** Peers to begin with, as they are written. */
  static List<String> bootstrap(JsonObject settings) {
    return settings.containsKey(BOOTSTRAP) ? Settings.textsOf(settings.getValue(BOOTSTRAP)) : List.of();
  }

  private static String filled(Object value) {
    String text = Settings.textOf(value);
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    return text;
  }
}
