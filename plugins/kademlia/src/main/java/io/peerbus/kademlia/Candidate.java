package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;

/** A peer in a lookup. Owned by it. */
final class Candidate {

  final Contact contact;
  final Key key;
  final long[] groups;
  final PeerId heardFrom;
  final int path;
  final List<Hop.Rejection> rejected = new ArrayList<>();
  Hop.State state = Hop.State.HEARD;
  long askedAt;
  long endedAt;
  int told;
  int taken;
  String failure = "";
  /** Whether its turn came while its IP group had no place. */
  boolean passedOver;

  Candidate(Contact contact, Key key, PeerId heardFrom, int path) {
    this.contact = contact;
    this.key = key;
    this.groups = IpGroups.of(contact.addresses());
    this.heardFrom = heardFrom;
    this.path = path;
  }

  void asked(long now) {
    state = Hop.State.ASKED;
    askedAt = now;
    endedAt = now;
  }

  void answered(long now) {
    state = Hop.State.ANSWERED;
    endedAt = now;
    failure = "";
  }

  void failed(long now, String reason) {
    state = Hop.State.FAILED;
    endedAt = now;
    failure = reason;
  }

  boolean is(Hop.State other) {
    return state == other;
  }

  void reject(PeerId peer, String reason) {
    rejected.add(new Hop.Rejection(peer, reason));
  }

  Hop hop() {
    return new Hop(contact.peer(), heardFrom, "", path, state, askedAt, endedAt, told, taken, rejected, failure);
  }
}
