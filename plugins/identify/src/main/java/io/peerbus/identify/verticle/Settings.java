package io.peerbus.identify.verticle;

import io.peerbus.identify.IdentifyOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The plugin's settings as JSON. Names and bounds are also in {@code settings.schema.json}. */
final class Settings {

  private record Setting(String name, long least, long most, BiConsumer<IdentifyOptions, Long> set) {}

  private static final List<Setting> ALL = List.of(
      new Setting("timeoutMillis", 1, 600_000, (o, n) -> o.setTimeout(TimeUnit.MILLISECONDS.toNanos(n))),
      new Setting("debounceMillis", 0, 600_000, (o, n) -> o.setDebounce(TimeUnit.MILLISECONDS.toNanos(n))),
      new Setting("maxOutbound", 1, 65_536, (o, n) -> o.setMaxOutbound(n.intValue())),
      new Setting("maxInbound", 1, 65_536, (o, n) -> o.setMaxInbound(n.intValue())),
      new Setting("maxInboundPerPeer", 1, 65_536, (o, n) -> o.setMaxInboundPerPeer(n.intValue())));

  private Settings() {}

  static List<String> names() {
    return ALL.stream().map(Setting::name).toList();
  }

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static IdentifyOptions of(JsonObject settings) {
    IdentifyOptions options = new IdentifyOptions();
    for (String name : settings.fieldNames()) {
      Setting setting = ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(
          () -> new IllegalArgumentException("identify has no setting \"" + name + "\", only " + names()));
      setting.set().accept(options, number(setting, settings.getValue(name)));
    }
    return options;
  }

  private static long number(Setting setting, Object value) {
    if (!(value instanceof Number number) || number.doubleValue() != number.longValue()) {
      throw new IllegalArgumentException(setting.name() + ": a whole number is wanted, not " + value);
    }
    long whole = number.longValue();
    if (whole < setting.least() || whole > setting.most()) {
      throw new IllegalArgumentException(
          setting.name() + ": " + whole + " is not in " + setting.least() + " to " + setting.most());
    }
    return whole;
  }
}
