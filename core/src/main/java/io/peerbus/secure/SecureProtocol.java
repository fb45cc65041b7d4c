package io.peerbus.secure;

import io.peerbus.multiformats.PeerId;
import java.util.List;
import java.util.random.RandomGenerator;

/** One way to secure connections, with the keys of this node. Immutable, safe for all threads. */
public interface SecureProtocol {

  /** For multistream-select. */
  String id();

  /**
   * The dialer's side of a new connection. Its first bytes are pending at once.
   *
   * @param muxers for early negotiation in order of preference; with none the remote is told of none
   * @param expectedOrNull the peer that must answer, or {@code null} for any
   * @param random makes the ephemeral keys; a secure one outside of tests
   */
  SecureHandshake dialer(List<String> muxers, PeerId expectedOrNull, RandomGenerator random);

  /** The listener's side; parameters as for {@link #dialer}. */
  SecureHandshake listener(List<String> muxers, RandomGenerator random);
}
