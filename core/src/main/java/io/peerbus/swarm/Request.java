package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import java.util.Set;

/** Somebody's wish to be connected, from the moment it is accepted until its one answer. */
final class Request {

  /** Where the answer goes. Called last, when the dialer's own state is whole again. */
  interface Answer {
    void done(long now, ConnectionInfo connection);

    void failed(long now, FailureKind kind, String message);
  }

  final Answer answer;
  /** Whether to leave addresses alone that failed lately, if there are others. */
  final boolean patient;
  /**
   * Whether its addresses were named by this node's owner, and not told by a peer: then a name may lead anywhere, also
   * into this machine and its network.
   */
  final boolean own;
  /** Those addresses, and how near any other name may lead; set by the swarm. */
  Set<Multiaddr> named = Set.of();
  DialAddress.Rank nearest = DialAddress.Rank.PUBLIC;
  /** What it waits for; set by the dialer. */
  DialSet set;
  /** When it has waited long enough; set by the dialer. */
  Agenda.Timer end;

  Request(Answer answer, boolean patient, boolean own) {
    this.answer = answer;
    this.patient = patient;
    this.own = own;
  }

  /** The nearest that a name may lead to. */
  DialAddress.Rank nearest(Multiaddr name) {
    return named.contains(name) ? DialAddress.Rank.LOOPBACK : nearest;
  }
}
