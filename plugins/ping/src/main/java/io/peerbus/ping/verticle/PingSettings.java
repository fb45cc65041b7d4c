package io.peerbus.ping.verticle;

import io.peerbus.api.Settings;
import io.peerbus.ping.PingOptions;
import java.util.concurrent.TimeUnit;

/** The plugin's settings in JSON. Names and bounds are also in {@code settings.schema.json}. */
final class PingSettings {

  static final Settings<PingOptions> ALL = Settings.of("ping", PingOptions::new)
      .nanos("intervalSeconds", TimeUnit.SECONDS, 0, 86_400, PingOptions::getInterval, PingOptions::setInterval)
      .nanos("timeoutMillis", TimeUnit.MILLISECONDS, 1, 3_600_000, PingOptions::getTimeout, PingOptions::setTimeout)
      .build(options -> { });

  private PingSettings() {}
}
