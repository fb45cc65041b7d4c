package io.peerbus.perf.verticle;

import io.peerbus.api.Settings;
import io.peerbus.perf.PerfOptions;
import java.util.concurrent.TimeUnit;

/** The plugin's settings in JSON. Names and bounds are also in {@code settings.schema.json}. */
final class PerfSettings {

  private static final long MEBI = 1 << 20;

  static final Settings<PerfOptions> ALL = Settings.of("perf", PerfOptions::new)
      .number("maxMebibytes", 1, 1 << 30, options -> (int) (options.getMaxBytes() / MEBI),
          (options, mebibytes) -> options.setMaxBytes(mebibytes * MEBI))
      .nanos("idleSeconds", TimeUnit.SECONDS, 1, 86_400, PerfOptions::getIdleTimeout, PerfOptions::setIdleTimeout)
      .number("maxStreamsPerPeer", 1, 1_000_000, PerfOptions::getMaxInboundPerPeer, PerfOptions::setMaxInboundPerPeer)
      .build(options -> { });

  private PerfSettings() {}
}
