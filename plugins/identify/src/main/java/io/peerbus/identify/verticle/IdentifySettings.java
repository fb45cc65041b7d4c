package io.peerbus.identify.verticle;

import io.peerbus.api.Settings;
import io.peerbus.identify.IdentifyOptions;
import java.util.concurrent.TimeUnit;

/** The plugin's settings in JSON. Names and bounds are also in {@code settings.schema.json}. */
final class IdentifySettings {

  static final Settings<IdentifyOptions> ALL = Settings.of("identify", IdentifyOptions::new)
      .nanos("timeoutMillis", TimeUnit.MILLISECONDS, 1, 600_000, IdentifyOptions::getTimeout,
          IdentifyOptions::setTimeout)
      .nanos("debounceMillis", TimeUnit.MILLISECONDS, 0, 600_000, IdentifyOptions::getDebounce,
          IdentifyOptions::setDebounce)
      .number("maxOutbound", 1, 65_536, IdentifyOptions::getMaxOutbound, IdentifyOptions::setMaxOutbound)
      .number("maxInbound", 1, 65_536, IdentifyOptions::getMaxInbound, IdentifyOptions::setMaxInbound)
      .number("maxInboundPerPeer", 1, 65_536, IdentifyOptions::getMaxInboundPerPeer,
          IdentifyOptions::setMaxInboundPerPeer)
      .build(options -> { });

  private IdentifySettings() {}
}
