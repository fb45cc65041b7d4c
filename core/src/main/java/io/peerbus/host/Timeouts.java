package io.peerbus.host;

import io.peerbus.swarm.ConnectionOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a host waits for a peer, in milliseconds, each at least 1; less is refused with an
 * {@link IllegalArgumentException} that names it.
 *
 * @param dialTimeoutMillis for one attempt at one address, TCP and upgrade together
 * @param upgradeTimeoutMillis from the raw connection to the muxer, all steps together. A peer that sends a byte now
 *     and then could otherwise stay pending for ever
 * @param negotiationTimeoutMillis for agreeing on a stream's protocol. A peer could otherwise open streams and say
 *     nothing
 * @param stallTimeoutMillis for which a peer may take no bytes while there are some for it: of a connection, which is
 *     closed then, or of a stream, which is reset. One that never reads could otherwise hold what we owe it for ever
 */
public record Timeouts(int dialTimeoutMillis, int upgradeTimeoutMillis, int negotiationTimeoutMillis,
    int stallTimeoutMillis) {

  public static final Timeouts DEFAULT = new Timeouts(10_000, 10_000, 10_000, 30_000);

  public Timeouts {
    Forms.positive("dialTimeoutMillis", dialTimeoutMillis);
    Forms.positive("upgradeTimeoutMillis", upgradeTimeoutMillis);
    Forms.positive("negotiationTimeoutMillis", negotiationTimeoutMillis);
    Forms.positive("stallTimeoutMillis", stallTimeoutMillis);
  }

  public Timeouts withDial(int millis) {
    return new Timeouts(millis, upgradeTimeoutMillis, negotiationTimeoutMillis, stallTimeoutMillis);
  }

  public Timeouts withUpgrade(int millis) {
    return new Timeouts(dialTimeoutMillis, millis, negotiationTimeoutMillis, stallTimeoutMillis);
  }

  public Timeouts withNegotiation(int millis) {
    return new Timeouts(dialTimeoutMillis, upgradeTimeoutMillis, millis, stallTimeoutMillis);
  }

  public Timeouts withStall(int millis) {
    return new Timeouts(dialTimeoutMillis, upgradeTimeoutMillis, negotiationTimeoutMillis, millis);
  }

  Duration dial() {
    return Duration.ofMillis(dialTimeoutMillis);
  }

  ConnectionOptions.Limits ofConnections() {
    return new ConnectionOptions.Limits(TimeUnit.MILLISECONDS.toNanos(upgradeTimeoutMillis),
        TimeUnit.MILLISECONDS.toNanos(negotiationTimeoutMillis), TimeUnit.MILLISECONDS.toNanos(stallTimeoutMillis),
        ConnectionOptions.Limits.DEFAULT.maxNegotiating());
  }

  /** A peer may take nothing of one stream as long as it may take nothing of all; Yamux's most is a day. */
  long ofStreamMillis() {
    return Math.min(stallTimeoutMillis, TimeUnit.DAYS.toMillis(1));
  }

  /** From the form that {@link #toJson()} gives; what is absent has its default. */
  static Timeouts of(JsonObject json) {
    return new Timeouts(json.getInteger("dialTimeoutMillis", DEFAULT.dialTimeoutMillis),
        json.getInteger("upgradeTimeoutMillis", DEFAULT.upgradeTimeoutMillis),
        json.getInteger("negotiationTimeoutMillis", DEFAULT.negotiationTimeoutMillis),
        json.getInteger("stallTimeoutMillis", DEFAULT.stallTimeoutMillis));
  }

  JsonObject toJson() {
    return new JsonObject().put("dialTimeoutMillis", dialTimeoutMillis)
        .put("upgradeTimeoutMillis", upgradeTimeoutMillis)
        .put("negotiationTimeoutMillis", negotiationTimeoutMillis)
        .put("stallTimeoutMillis", stallTimeoutMillis);
  }
}
