package io.peerbus.bus;

import io.peerbus.api.Host;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;

/** How long whoever asks a plugin waits for the answer: a header of the request, so that the desk waits as long. */
public final class Patience {

  private static final String HEADER = "timeoutMillis";

  /** The time that the desk waits where no header says otherwise, in milliseconds. */
  static final long USUAL_MILLIS = 60_000;

  /** The most that it waits. Requests to a plugin that never answers would otherwise pile up. */
  static final long LONGEST_MILLIS = Host.LONGEST_CALL.toMillis();

  private Patience() {}

  /** For a request whose answer is waited for so long. */
  public static DeliveryOptions options(long millis) {
    return new DeliveryOptions().setSendTimeout(millis).addHeader(HEADER, Long.toString(millis));
  }

  /** For passing a request on. A header that is no number within bounds, which anybody can write, is passed over. */
  public static DeliveryOptions of(Message<?> request) {
    String header = request.headers().get(HEADER);
    long millis = USUAL_MILLIS;
    if (header != null && header.matches("[1-9]\\d{0,8}")) {
      millis = Math.min(LONGEST_MILLIS, Long.parseLong(header));
    }
    return options(millis);
  }
}
