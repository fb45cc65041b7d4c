package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.List;

/**
 * One peer that a lookup asked, and what came of it. The peer it was heard from makes a tree of all hops.
 *
 * @param heardFrom who told of it; {@code null} for those we began with
 * @param lookup empty for the lookup itself; of those that follow it in a crowded region, which one, see {@link Regions}
 * @param path which of the disjoint paths it is on, from 0
 * @param askedAt as now
 * @param endedAt when it answered or failed, as now; equal to {@code askedAt} while it has done neither
 * @param told how many contacts it told
 * @param taken how many of them were new and good
 * @param rejected those that were not taken for a reason
 * @param failure why it did not answer; empty when it did or may still
 */
public record Hop(PeerId peer, PeerId heardFrom, String lookup, int path, State state, long askedAt, long endedAt, int told,
    int taken, List<Rejection> rejected, String failure) {

  /** Where a peer stands in a lookup. */
  public enum State { HEARD, ASKED, ANSWERED, FAILED }

  /** A contact that was not taken, and why. */
  public record Rejection(PeerId peer, String reason) {}

  public Hop {
    rejected = List.copyOf(rejected);
  }

  /** The same as a part of another lookup's trace. */
  Hop of(String otherLookup) {
    return new Hop(peer, heardFrom, otherLookup, path, state, askedAt, endedAt, told, taken, rejected, failure);
  }
}
