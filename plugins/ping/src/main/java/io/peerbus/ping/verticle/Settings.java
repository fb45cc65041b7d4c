package io.peerbus.ping.verticle;

import io.peerbus.ping.PingOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The plugin's settings as JSON. Names and bounds are also in {@code settings.schema.json}. */
final class Settings {

  private record Setting(String name, long least, long most, BiConsumer<PingOptions, Long> set) {}

  private static final List<Setting> ALL = List.of(
      new Setting("intervalSeconds", 0, 86_400, (o, n) -> o.setInterval(TimeUnit.SECONDS.toNanos(n))),
      new Setting("timeoutMillis", 1, 3_600_000, (o, n) -> o.setTimeout(TimeUnit.MILLISECONDS.toNanos(n))));

  private Settings() {}

  static List<String> names() {
    return ALL.stream().map(Setting::name).toList();
  }

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static PingOptions of(JsonObject settings) {
    PingOptions options = new PingOptions();
    for (String name : settings.fieldNames()) {
      Setting setting = ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(
          () -> new IllegalArgumentException("ping has no setting \"" + name + "\", only " + names()));
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
