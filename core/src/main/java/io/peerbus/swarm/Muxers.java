package io.peerbus.swarm;

import io.peerbus.mplex.MplexOptions;
import io.peerbus.muxer.Muxer;
import io.peerbus.yamux.Session;
import io.peerbus.yamux.YamuxOptions;
import java.util.List;

/**
 * The muxers that a host speaks.
 *
 * @param ids their protocol ids, the best first: the dialer's order decides where both sides have several
 * @param yamux limits of Yamux
 * @param mplex limits of mplex
 */
public record Muxers(List<String> ids, YamuxOptions yamux, MplexOptions mplex) {

  public static final String YAMUX = "/yamux/1.0.0";

  /** For old peers only: it has no flow control (libp2p specs, issue 661). */
  public static final String MPLEX = "/mplex/6.7.0";

  /** @throws IllegalArgumentException when there is none, or one that is not known */
  public Muxers {
    ids = List.copyOf(ids);
    if (ids.isEmpty() || !List.of(YAMUX, MPLEX).containsAll(ids)) {
      throw new IllegalArgumentException("muxers: " + ids + ": one or both of " + YAMUX + " and " + MPLEX);
    }
  }

  /** Yamux alone, with these limits. */
  public static Muxers of(YamuxOptions yamux) {
    return new Muxers(List.of(YAMUX), yamux, new MplexOptions());
  }

  /** The muxer of a new connection; {@code dialer}: whether we dialled. */
  Muxer create(String id, boolean dialer) {
    return id.equals(MPLEX)
        ? new io.peerbus.mplex.Session(dialer, mplex)
        : new Session(dialer ? Session.Role.DIALER : Session.Role.LISTENER, yamux);
  }
}
