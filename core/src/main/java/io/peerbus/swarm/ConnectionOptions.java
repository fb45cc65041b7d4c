package io.peerbus.swarm;

import io.peerbus.pnet.PrivateNetwork;
import io.peerbus.secure.SecureProtocol;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What all connections of a host have in common.
 *
 * @param security the ways to secure a connection, with our keys, in order of preference
 * @param networkOrNull the private network that all of it is hidden in
 * @param muxers what is spoken above the secure channel
 * @param protocols what we serve, asked at every inbound stream
 * @param limits deadlines and caps
 */
public record ConnectionOptions(List<SecureProtocol> security, PrivateNetwork networkOrNull, Muxers muxers,
    Protocols protocols, Limits limits) {

  /**
   * The protocol ids that are served now.
   *
   * @param serves whether this one is
   * @param list all of them, for {@code ls}
   */
  public record Protocols(Predicate<String> serves, Supplier<List<String>> list) {}

  /**
   * Times in nanoseconds.
   *
   * @param upgradeTimeout for the whole way from the raw connection to the muxer. A peer could otherwise hold a
   *     pending connection for ever by sending a byte now and then.
   * @param negotiationTimeout for choosing the protocol of one stream, all rounds together. The same for streams.
   * @param stallTimeout how long the peer may take no bytes while we have some for it. A peer that stops reading could
   *     otherwise hold what we owe it for ever.
   * @param maxNegotiating inbound streams whose protocol is not chosen yet. A peer could otherwise open streams and
   *     say nothing.
   */
  public record Limits(long upgradeTimeout, long negotiationTimeout, long stallTimeout, int maxNegotiating) {

    private static final long SECOND = 1_000_000_000L;

    private static final long MILLI = 1_000_000;

    public static final Limits DEFAULT = new Limits(10 * SECOND, 10 * SECOND, 30 * SECOND, 128);

    Connection.Action.Refused lateUpgrade() {
      return refused("upgradeTimeoutMillis: an inbound connection was not upgraded within ", upgradeTimeout);
    }

    Connection.Action.Refused lateNegotiation() {
      return refused("negotiationTimeoutMillis: for a stream of a peer no protocol was agreed on within ",
          negotiationTimeout);
    }

    Connection.Action.Refused stall() {
      return refused("stallTimeoutMillis: a peer took no bytes of its connection for ", stallTimeout);
    }

    private static Connection.Action.Refused refused(String message, long nanos) {
      return new Connection.Action.Refused(message + nanos / MILLI + " ms", 1);
    }
  }
}
