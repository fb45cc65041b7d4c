package io.peerbus.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Counts pings and sums them up in the words of the system's own {@code ping}. Not thread safe. */
final class PingSummary {

  private final List<Long> micros = new ArrayList<>();
  private int sent;

  void received(long rttMicros) {
    sent++;
    micros.add(rttMicros);
  }

  void lost() {
    sent++;
  }

  int sent() {
    return sent;
  }

  boolean isAllLost() {
    return micros.isEmpty();
  }

  /** The last lines of output; {@code millis} is the time it all took. */
  String text(String target, long millis) {
    double loss = sent == 0 ? 0 : 100.0 * (sent - micros.size()) / sent;
    String lost = String.format(Locale.ROOT, "%.4f", loss).replaceAll("\\.?0+$", "");
    String text = String.format(Locale.ROOT, "--- %s ping statistics ---%n%d packets transmitted, %d received, "
        + "%s%% packet loss, time %dms", target, sent, micros.size(), lost.isEmpty() ? "0" : lost, millis);
    if (micros.isEmpty()) {
      return text;
    }
    double average = micros.stream().mapToLong(Long::longValue).average().orElseThrow();
    double square = micros.stream().mapToDouble(rtt -> (double) rtt * rtt).average().orElseThrow();
    return text + String.format(Locale.ROOT, "%nrtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms",
        micros.stream().mapToLong(Long::longValue).min().orElseThrow() / 1000.0, average / 1000,
        micros.stream().mapToLong(Long::longValue).max().orElseThrow() / 1000.0,
        Math.sqrt(Math.max(0, square - average * average)) / 1000);
  }
}
